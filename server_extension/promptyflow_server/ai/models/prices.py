"""What tokens cost, and with it a run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from promptyflow_server.providers.base import Usage

_MILLION: Final = 1_000_000
_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars for a million tokens.

    Parameters
    ----------
    cached, cache_write
        Of what is read from the provider's cache or written to it; None: as any input.
    reasoning
        Of what the model thinks; None: as any output.
    tiers
        Prices of requests with more input tokens than a number; the highest that fits counts, for
        the whole request.
    """

    input: float
    output: float
    cached: float | None = None
    cache_write: float | None = None
    reasoning: float | None = None
    tiers: tuple[tuple[int, Prices], ...] = ()

    @classmethod
    def of(cls, told: dict[str, Any]) -> Self:
        """Return prices in the form of the catalogue; a tier says only what differs."""
        base = cls(
            input=told["input"],
            output=told["output"],
            cached=told.get("cached"),
            cache_write=told.get("cacheWrite"),
            reasoning=told.get("reasoning"),
        )
        names = {"cacheWrite": "cache_write"}
        tiers = []
        for tier in told.get("tiers", ()):
            other = {
                names.get(name, name): price for name, price in tier.items() if name != "above"
            }
            tiers.append((tier["above"], replace(base, **other)))
        return replace(base, tiers=tuple(sorted(tiers, key=lambda tier: tier[0])))

    def wire(self) -> dict[str, Any]:
        """Return them in the form of the catalogue; what has no price of its own is left out."""
        told = {
            "input": self.input,
            "output": self.output,
            "cached": self.cached,
            "cacheWrite": self.cache_write,
            "reasoning": self.reasoning,
            "tiers": [{"above": above, **prices.wire()} for above, prices in self.tiers] or None,
        }
        return {name: value for name, value in told.items() if value is not None}

    def at(self, input_tokens: int) -> Prices:
        """Return the prices of a request with so many input tokens."""
        fitting = [prices for above, prices in self.tiers if input_tokens > above]
        return fitting[-1] if fitting else self

    def cost(self, usage: Usage) -> float | None:
        """Return what this usage costs; None where the provider does not tell enough."""
        if usage.input_tokens is None or usage.output_tokens is None:
            return None
        prices = self.at(usage.input_tokens)
        cached, written = usage.cached_tokens or 0, usage.cache_write_tokens or 0
        fresh = max(0, usage.input_tokens - cached - written)
        thought = min(usage.reasoning_tokens or 0, usage.output_tokens)
        dollars = (
            fresh * prices.input
            + cached * _or(prices.cached, prices.input)
            + written * _or(prices.cache_write, prices.input)
            + (usage.output_tokens - thought) * prices.output
            + thought * _or(prices.reasoning, prices.output)
        )
        return round(dollars / _MILLION, _DIGITS)

    def estimate(self, input_tokens: int, output_tokens: int) -> float:
        """Return what so many tokens cost, nothing of it cached."""
        prices = self.at(input_tokens)
        dollars = input_tokens * prices.input + output_tokens * prices.output
        return round(dollars / _MILLION, _DIGITS)


def _or(price: float | None, other: float) -> float:
    return other if price is None else price
