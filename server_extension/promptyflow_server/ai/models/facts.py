"""What is known of a model: by the operator, by the provider, and by the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from promptyflow_server.ai.models.prices import Prices

if TYPE_CHECKING:
    from promptyflow_server.ai.models.catalogue import Api, Entry
    from promptyflow_server.providers.base import ModelInfo

T = TypeVar("T")
Source = Literal["live", "catalogue", "settings"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a model; None: not known.

    Parameters
    ----------
    source
        Whether the provider lists it, or only the catalogue or the operator.
    price_source
        Whose prices these are.
    """

    provider: str
    id: str
    name: str | None = None
    context_window: int | None = None
    max_output: int | None = None
    prices: Prices | None = None
    price_source: Source | None = None
    parameters: tuple[str, ...] | None = None
    api: Api | None = None
    reasoning: bool | None = None
    retires_at: str | None = None
    source: Source = "catalogue"


def merged(  # noqa: PLR0913 - all who know something
    provider: str,
    model: str,
    *,
    override: Entry | None = None,
    override_name: str | None = None,
    live: ModelInfo | None = None,
    entry: Entry | None = None,
    api: Api | None = None,
) -> Facts:
    """Return one description: the operator's word first, then the provider's, then ours."""
    known = [source for source in (override, live, entry) if source is not None]
    prices, price_source = _prices(override, live, entry)
    from_live = None if live is None else live.parameters
    return Facts(
        provider=provider,
        id=model,
        name=override_name or (None if live is None else live.name),
        context_window=_first([source.context_window for source in known]),
        max_output=_first([source.max_output for source in known]),
        prices=prices,
        price_source=price_source,
        parameters=_first(
            [
                None if override is None else override.parameters,
                None if from_live is None else _our_names(from_live),
                None if entry is None else entry.parameters,
            ]
        ),
        api=override.apis[0] if override is not None and override.apis else api,
        reasoning=None if entry is None else entry.reasoning,
        retires_at=_first([source.retires_at for source in known]),
        source="live" if live is not None else "settings" if override is not None else "catalogue",
    )


def days_until(day: str | None) -> int | None:
    """Return in how many days a model retires; None where that is not known."""
    try:
        when = datetime.fromisoformat(day or "")
    except ValueError:
        return None
    return (when.date() - datetime.now(UTC).date()).days


def _prices(
    override: Entry | None, live: ModelInfo | None, entry: Entry | None
) -> tuple[Prices | None, Source | None]:
    if override is not None and override.prices is not None:
        return override.prices, "settings"
    if live is not None and live.input_price is not None and live.output_price is not None:
        told = None if entry is None else entry.prices
        if told is not None and (told.input, told.output) == (live.input_price, live.output_price):
            return told, "live"  # the same, and the catalogue knows tiers and caches
        return Prices(live.input_price, live.output_price), "live"
    if entry is not None and entry.prices is not None:
        return entry.prices, "catalogue"
    return None, None


_OURS: Final = {
    "temperature": "temperature",
    "top_p": "topP",
    "topP": "topP",
    "max_tokens": "maxTokens",
    "max_completion_tokens": "maxTokens",
    "maxTokens": "maxTokens",
    "response_format": "schema",
    "structured_outputs": "schema",
    "schema": "schema",
}
"""Names that lists use for what we can send."""


def _our_names(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_OURS[name] for name in names if name in _OURS))


def _first(values: list[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)
