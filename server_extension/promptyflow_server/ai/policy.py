"""What the operator allows: providers, models, keys for everybody, budgets, and what is kept."""

from __future__ import annotations

import logging
import os
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic import ValidationError as Invalid

from promptyflow_server.ai.models.catalogue import Entry
from promptyflow_server.ai.models.prices import Prices
from promptyflow_server.providers.base import Access, Secret
from promptyflow_server.settings import MOST_DAYS
from promptyflow_server.shared.errors import Forbidden, Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from promptyflow_server.providers.base import Provider

log: Final = logging.getLogger("promptyflow.policy")

Dollars = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HeldKey(_Strict):
    """A key that everybody may use and nobody sees: in a file, or in the environment."""

    file: Path | None = None
    env: str | None = None
    base_url: str | None = None


class Budget(_Strict):
    """How much in a calendar month (UTC); left out: as much as they like."""

    dollars_per_month: Dollars | None = None
    tokens_per_month: Annotated[int, Field(ge=0)] | None = None

    @property
    def is_limit(self) -> bool:
        """Whether it limits anything."""
        return self.dollars_per_month is not None or self.tokens_per_month is not None


class Budgets(Budget):
    """The budget of everybody, and those of some; with or without what their own keys pay for."""

    own_keys: bool = True
    users: dict[str, Budget] = Field(default_factory=dict)


class Keeping(_Strict):
    """What is kept of runs."""

    keep_days: Annotated[int, Field(ge=1, le=MOST_DAYS)] | None = None
    keep_texts: bool = True


class PriceTier(_Strict):
    """Prices of requests with more input tokens than this."""

    above: Count
    input: Dollars | None = None
    output: Dollars | None = None
    cached: Dollars | None = None
    cache_write: Dollars | None = None


class ModelOverride(_Strict):
    """What the operator knows better than the lists; prices in US dollars for a million tokens."""

    provider: str
    id: str
    name: str | None = None
    context_window: Count | None = None
    max_output: Count | None = None
    input: Dollars | None = None
    output: Dollars | None = None
    cached: Dollars | None = None
    cache_write: Dollars | None = None
    reasoning: Dollars | None = None
    tiers: tuple[PriceTier, ...] = ()
    parameters: tuple[Literal["temperature", "topP", "maxTokens", "schema"], ...] | None = None
    api: Literal["responses", "chat"] | None = None
    retires_at: str | None = None

    def entry(self) -> Entry:
        """Return it as an entry of the catalogue."""
        prices = None
        if self.input is not None and self.output is not None:
            prices = Prices.of(
                {
                    "input": self.input,
                    "output": self.output,
                    "cached": self.cached,
                    "cacheWrite": self.cache_write,
                    "reasoning": self.reasoning,
                    "tiers": [tier.model_dump(exclude_none=True) for tier in self.tiers],
                }
            )
        return Entry(
            provider=self.provider,
            id=self.id,
            context_window=self.context_window,
            max_output=self.max_output,
            prices=prices,
            parameters=self.parameters,
            apis=() if self.api is None else (self.api,),
            retires_at=self.retires_at,
        )


class Policy(_Strict):
    """The operator's file; without one everything is allowed and everything is kept."""

    providers: tuple[str, ...] | None = None
    models: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    keys: dict[str, HeldKey] = Field(default_factory=dict)
    budget: Budgets = Field(default_factory=Budgets)
    runs: Keeping = Field(default_factory=Keeping)
    catalogue: tuple[ModelOverride, ...] = ()

    def allows(self, provider: str, model: str | None = None) -> bool:
        """Return whether a provider, or a model of it, may be used."""
        if self.providers is not None and provider not in self.providers:
            return False
        patterns = self.models.get(provider)
        if model is None or patterns is None:
            return True
        return any(fnmatchcase(model.lower(), pattern.lower()) for pattern in patterns)

    def check(self, provider: Provider, model: str | None = None) -> None:
        """Refuse what is not allowed.

        Raises
        ------
        Forbidden
            With the provider, and the model if it is the model.
        """
        told = {"provider": provider.id, "providerName": provider.name}
        if not self.allows(provider.id):
            raise Forbidden(kind="provider_not_allowed", **told)
        if not self.allows(provider.id, model):
            raise Forbidden(kind="model_not_allowed", model=model, **told)

    def key(self, provider: Provider) -> Access | None:
        """Return how everybody reaches a provider with the operator's key, if there is one.

        Raises
        ------
        Unavailable
            There should be one, and it cannot be read.
        """
        held = self.keys.get(provider.id)
        if held is None:
            return None
        base_url = held.base_url or provider.default_base_url
        try:
            text = _revealed(held)
        except OSError as error:
            log.error("the key of %s cannot be read: %s", provider.id, error.strerror)  # noqa: TRY400 - no path of a secret's neighbours in a log
            raise Unavailable(reason="policy_key") from None
        if base_url is None or (provider.needs_key and not text):
            raise Unavailable(reason="policy_key")
        return Access(base_url.rstrip("/"), Secret(text) if text else None, own_address=False)

    def budget_of(self, names: Sequence[str]) -> Budget:
        """Return the budget of who goes by these names; what theirs does not say is everybody's."""
        own = next((self.budget.users[name] for name in names if name in self.budget.users), None)
        if own is None:
            return self.budget
        told = self.budget.model_dump(include={"dollars_per_month", "tokens_per_month"})
        return Budget(**told | own.model_dump(exclude_unset=True))


def read_policy(path: Path | None) -> Policy:
    """Return the policy of a file; nothing is allowed by a file that cannot be understood.

    Raises
    ------
    Unavailable
        The file cannot be read or says what cannot be; the log tells where.
    """
    if path is None:
        return Policy()
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        return Policy.model_validate(document)
    except OSError as error:
        log.error("the policy %s cannot be read: %s", path, error.strerror)  # noqa: TRY400 - the reason is told
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        log.error("the policy %s is not TOML: %s", path, error)  # noqa: TRY400 - the place is told
    except Invalid as error:
        for place in error.errors(include_input=False, include_url=False):
            where = ".".join(map(str, place["loc"]))
            log.error("the policy %s: %s: %s", path, where, place["msg"])  # noqa: TRY400 - the place is told
    raise Unavailable(reason="policy")


def _revealed(held: HeldKey) -> str:
    if held.file is not None:
        return held.file.read_text(encoding="utf-8").strip()
    return os.environ.get(held.env, "").strip() if held.env else ""
