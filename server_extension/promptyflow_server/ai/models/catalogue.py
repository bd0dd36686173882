"""The catalogue that is shipped: what was known of models on the day it was made."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, Literal, Self

from promptyflow_server.ai.models.prices import Prices

if TYPE_CHECKING:
    from collections.abc import Iterable

Api = Literal["responses", "chat"]

_DATED: Final = re.compile(r"(?:[-@]\d{8}|-\d{4}-\d{2}-\d{2}|-latest|:(?!free$)[a-z]+)$")
_VENDORS: Final = {
    "openai": "openai",
    "anthropic": "anthropic",
    "google": "gemini",
    "x-ai": "xai",
}
"""Whose models OpenRouter passes on, by the first part of their ids."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the catalogue says of a model; None: not known."""

    provider: str
    id: str
    context_window: int | None = None
    max_output: int | None = None
    prices: Prices | None = None
    parameters: tuple[str, ...] | None = None
    apis: tuple[Api, ...] = ()
    reasoning: bool | None = None
    retires_at: str | None = None

    @classmethod
    def of(cls, row: dict[str, Any]) -> Self:
        """Return an entry from its JSON form."""
        prices, parameters = row.get("prices"), row.get("parameters")
        return cls(
            provider=row["provider"],
            id=row["id"],
            context_window=row.get("contextWindow"),
            max_output=row.get("maxOutput"),
            prices=None if prices is None else Prices.of(prices),
            parameters=None if parameters is None else tuple(parameters),
            apis=tuple(row.get("apis", ())),
            reasoning=row.get("reasoning"),
            retires_at=row.get("retiresAt"),
        )


class Catalogue:
    """Entries by provider and id.

    Parameters
    ----------
    made
        The day it was made.
    source
        What it was made from.
    """

    def __init__(self, entries: Iterable[Entry], made: str = "", source: str = "") -> None:
        self.made = made
        self.source = source
        self._by_id = {(entry.provider, entry.id.lower()): entry for entry in entries}

    @classmethod
    def shipped(cls) -> Self:
        """Return the catalogue in the package."""
        text = files(__package__).joinpath("catalogue.json").read_text(encoding="utf-8")
        document = json.loads(text)
        entries = map(Entry.of, document["models"])
        return cls(entries, document["made"], document["source"])

    def of(self, provider: str) -> list[Entry]:
        """Return a provider's entries."""
        return [entry for entry in self._by_id.values() if entry.provider == provider]

    def find(self, provider: str, model: str) -> Entry | None:
        """Return what is known of a model, or of the one that it is a dated version of."""
        name = model.lower().removeprefix("models/")
        if provider == "openrouter":
            vendor, _, name = name.partition("/")
            provider = _VENDORS.get(vendor, provider)
            if provider == "anthropic":
                name = name.replace(".", "-")
        if name.startswith("ft:"):  # ft:gpt-4o-2024-08-06:organization::id
            name = ":".join(name.split(":")[:2])
        found = self._by_id.get((provider, name))
        while found is None and (shorter := _DATED.sub("", name)) != name:
            name = shorter
            found = self._by_id.get((provider, name))
        return found

    def provider_of(self, model: str) -> str | None:
        """Return whose a model is, where its id alone tells."""
        vendors = [*dict.fromkeys(provider for provider, _ in self._by_id)]
        return next((vendor for vendor in vendors if self.find(vendor, model)), None)

    def api(self, provider: str, model: str) -> Api | None:
        """Return through which of OpenAI's APIs a model is asked; None: the provider's own way."""
        if provider != "openai":
            return None
        if model.lower().startswith("gpt-5"):
            return "responses"
        entry = self.find(provider, model)
        return entry.apis[0] if entry is not None and entry.apis else None
