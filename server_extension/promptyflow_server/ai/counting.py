"""Counting before sending: for a prompt or a text, against the window, with the price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from promptyflow_server.ai.gauge import Measure
from promptyflow_server.providers.base import CompletionRequest, Message
from promptyflow_server.shared.errors import ValidationError
from promptyflow_server.tokens.schemas import CostEstimate, FamilyTokens, TokenCount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from promptyflow_server.ai.gauge import Gauge, Ruler
    from promptyflow_server.ai.models.facts import Facts
    from promptyflow_server.ai.models.service import Models
    from promptyflow_server.http.call import User
    from promptyflow_server.providers.registry import Providers
    from promptyflow_server.users.keys import ApiKeys

_SHARE_DIGITS = 6

FAMILIES: Final = {
    "openai": "gpt-5",
    "anthropic": "claude-opus-5",
    "gemini": "gemini-3",
    "xai": "grok-4",
}
"""A model of each family whose tokens are told of a whole project; the first is counted exactly."""


class Counting:
    """Tells what a text would take of a model."""

    def __init__(self, gauge: Gauge, models: Models, providers: Providers, keys: ApiKeys) -> None:
        self._gauge = gauge
        self._models = models
        self._providers = providers
        self._keys = keys

    async def measured(
        self,
        user: User,
        model: str,
        provider_id: str | None,
        text: str,
        spans: Sequence[tuple[int, int]] = (),
    ) -> tuple[TokenCount, tuple[int, ...]]:
        """Return what a text would take, and the tokens of its parts."""
        provider = self._provider(model, provider_id)
        measure = await self._gauge.text(user.id, provider or "", model, text, spans)
        facts = await self._facts(user, model, provider)
        return _told(facts, provider, measure), measure.parts

    async def count(  # noqa: PLR0913 - what a question holds
        self,
        user: User,
        model: str,
        provider_id: str | None,
        text: str,
        *,
        system: str | None = None,
        max_tokens: int | None = None,
        exact: bool = False,
    ) -> TokenCount:
        """Return what a text would take; counted by the provider where that is wished for.

        Raises
        ------
        NoApiKey, ProviderError, ProviderTimeout
            The provider was to count and did not.
        """
        provider = self._provider(model, provider_id)
        texts = [*([system] if system else []), text]
        facts = await self._facts(user, model, provider)
        measure = await self._gauge.texts(user.id, provider or "", model, texts)
        by_provider = False
        if exact and not measure.exact and provider is not None:
            counts = self._providers.get(provider)
            if counts.counts_tokens:
                access = (await self._keys.access(user, provider)).access
                messages = [Message("user", text)]
                if system:
                    messages.insert(0, Message("system", system))
                request = CompletionRequest(model, tuple(messages), api=facts.api)
                measure = Measure(await counts.count_tokens(request, access), exact=True)
                by_provider = True
        return _told(facts, provider, measure, max_tokens, by_provider=by_provider)

    async def ruler(self, user: User, model: str, provider_id: str | None, text: str) -> Ruler:
        """Return what counts pieces of a text for a model."""
        provider = self._provider(model, provider_id)
        return await self._gauge.ruler(user.id, provider or "", model, text)

    async def families(
        self, user: User, texts: Sequence[str]
    ) -> tuple[list[FamilyTokens], tuple[int, ...]]:
        """Return how many tokens texts have for each family, and each of them for the first.

        Families stand for their providers: what one model of theirs counts, the others do too, as
        a rule.
        """
        told: list[FamilyTokens] = []
        parts: tuple[int, ...] = ()
        for provider, model in FAMILIES.items():
            measure = await self._gauge.texts(user.id, provider, model, texts)
            told.append(FamilyTokens(family=provider, tokens=measure.tokens, exact=measure.exact))
            parts = parts or measure.parts
        return told, parts

    def _provider(self, model: str, provider_id: str | None) -> str | None:
        if provider_id is None:
            return self._models.catalogue.provider_of(model)
        return self._providers.get(provider_id).id

    async def _facts(self, user: User, model: str, provider: str | None) -> Facts:
        return await self._models.facts(user.id, provider or "", model)


def _told(
    facts: Facts,
    provider: str | None,
    measure: Measure,
    max_tokens: int | None = None,
    *,
    by_provider: bool = False,
) -> TokenCount:
    window, tokens = facts.context_window, measure.tokens
    return TokenCount(
        provider=provider,
        model=facts.id,
        tokens=tokens,
        exact=measure.exact,
        counted_by="provider" if by_provider else "server",
        window=window,
        share=None if not window else round(tokens / window, _SHARE_DIGITS),
        max_output=facts.max_output,
        cost=_cost(facts, tokens, max_tokens),
    )


def _cost(facts: Facts, tokens: int, max_tokens: int | None) -> CostEstimate | None:
    if facts.prices is None or facts.price_source is None:
        return None
    given = facts.prices.estimate(tokens, 0)
    total = facts.prices.estimate(tokens, max_tokens or 0)
    return CostEstimate(
        input=given,
        output=None if max_tokens is None else round(total - given, 9),
        total=total,
        source=facts.price_source,
    )


def one_text(text: str | None, *, from_project: bool) -> str | None:
    """Return the text that is to be counted; None: it is in a project.

    Raises
    ------
    ValidationError
        Both, or neither.
    """
    if (text is None) != from_project:
        raise ValidationError.at("text", "one_of_both")
    return text
