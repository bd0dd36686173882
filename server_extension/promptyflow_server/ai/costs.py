"""What a run has cost, and who says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from promptyflow_server.ai.live_run import LiveRun

CostSource = Literal["provider", "catalogue", "unknown"]

_CHARS_A_TOKEN = 3


class Cost(NamedTuple):
    """US dollars, and whose word that is: the provider's, or prices times usage."""

    dollars: float | None
    source: CostSource | None


def cost_of(run: LiveRun) -> Cost:
    """Return what a run has cost; unknown where the provider may charge for more than it told."""
    usage, outcome, prices = run.usage, run.outcome, run.order.prices
    if usage is not None and usage.cost is not None:
        return Cost(usage.cost, "provider")
    if outcome is None:
        return Cost(None, None)
    if outcome.status in {"cancelled", "interrupted"}:
        return Cost(None, "unknown")  # some go on writing, and charge for it
    if usage is not None and prices is not None:
        dollars = prices.cost(usage)
        if dollars is not None:
            return Cost(dollars, "catalogue")
    if outcome.status == "failed" and not run.opened:
        return Cost(None, None)  # refused: nobody charges for that
    return Cost(None, "unknown")


def tokens_of(run: LiveRun) -> int:
    """Return the tokens that a run is known to have used."""
    usage = run.usage
    return 0 if usage is None else (usage.input_tokens or 0) + (usage.output_tokens or 0)


def charged(run: LiveRun) -> tuple[float | None, int]:
    """Return what counts for the month's budget, in dollars and tokens.

    None where what was expected counts, since nobody knows better. Of a run that was stopped, what
    had come counts too.
    """
    cost = cost_of(run)
    if cost.dollars is not None:
        return cost.dollars, tokens_of(run)
    if cost.source is None:
        return 0.0, 0
    written = run.journal.chars // _CHARS_A_TOKEN
    prices, expected = run.order.prices, run.order.expected_tokens
    if prices is None:
        return None, max(tokens_of(run), expected + written)
    return prices.estimate(expected, written), max(tokens_of(run), expected + written)
