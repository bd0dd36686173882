"""What is looked at before anything is sent: the policy, the window, the price."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from promptyflow_server.ai.spending import Expected
from promptyflow_server.shared.errors import AppError, ContextWindowExceeded, CostLimit

if TYPE_CHECKING:
    from promptyflow_server.ai.gauge import Gauge, Measure
    from promptyflow_server.ai.live_run import RunOrder
    from promptyflow_server.ai.models.facts import Facts
    from promptyflow_server.ai.models.service import Models
    from promptyflow_server.ai.policy import Policy
    from promptyflow_server.ai.schemas import Send
    from promptyflow_server.http.call import User
    from promptyflow_server.providers.base import Provider
    from promptyflow_server.users.keys import StoredAccess

_PER_MESSAGE: Final = 4
_LEAST_OUTPUT: Final = 16
_CHARGED_AT_MOST: Final = 2
"""No provider is known to count more tokens than twice the bytes."""
_BENEFIT_OF_THE_DOUBT: Final = 1.1
"""What is only estimated may be so much over the window before it is refused."""
_MILLION: Final = 1_000_000
_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found.

    Parameters
    ----------
    max_tokens
        For the answer: as asked for, or as many as the cost limit leaves.
    """

    facts: Facts
    expected: Expected
    max_tokens: int | None


class Checks:
    """Refuses what would fail or cost too much, with the numbers."""

    def __init__(self, models: Models, gauge: Gauge, policy: Policy) -> None:
        self._models = models
        self._gauge = gauge
        self._policy = policy

    async def before_sending(
        self, user: User, provider: Provider, stored: StoredAccess, order: RunOrder, wanted: Send
    ) -> Checked:
        """Return what is known of the model and of what will be used.

        Raises
        ------
        ContextWindowExceeded
            With the tokens and the window.
        CostLimit
            With the estimate and the limit.
        """
        facts = await self._models.facts(user.id, provider.id, wanted.model, stored.access)
        if wanted.max_cost is not None and facts.prices is None:
            facts = await self._asked(user, provider, stored, facts)
        measure = await self._measure(user, order, facts, wanted)
        if measure is None:
            expected = Expected(admin_key=stored.is_admin)
            return Checked(facts, expected, wanted.max_tokens)
        tokens = measure.tokens + _PER_MESSAGE * len(order.messages)
        _check_window(facts, tokens, exact=measure.exact)
        max_tokens = _affordable(facts, tokens, wanted)
        dollars = 0.0
        if facts.prices is not None:
            dollars = facts.prices.estimate(tokens, max_tokens or 0)
        return Checked(facts, Expected(dollars, tokens, stored.is_admin), max_tokens)

    async def _measure(
        self, user: User, order: RunOrder, facts: Facts, wanted: Send
    ) -> Measure | None:
        """Count what will be sent, where anything depends on it."""
        texts = [message.content for message in order.messages]
        window = facts.context_window
        chars = sum(map(len, texts))
        # A character has up to four bytes, and a token has one or more.
        may_be_over = window is not None and chars * 4 * _CHARGED_AT_MOST > window
        budget = self._policy.budget
        if not (may_be_over or wanted.max_cost is not None or budget.is_limit or budget.users):
            return None
        if may_be_over and wanted.max_cost is None and not (budget.is_limit or budget.users):
            size = await asyncio.to_thread(_bytes, texts)
            if size * _CHARGED_AT_MOST <= (window or 0):
                return None
        return await self._gauge.texts(user.id, order.provider, order.model, texts)

    async def _asked(
        self, user: User, provider: Provider, stored: StoredAccess, facts: Facts
    ) -> Facts:
        """Return what the provider itself says of a model that nobody else knows the price of."""
        try:
            listed = await self._models.live(user.id, provider, stored.access, refresh=False)
        except AppError:
            return facts
        return next((one for one in listed if one.id == facts.id), facts)


def _check_window(facts: Facts, tokens: int, *, exact: bool) -> None:
    window = facts.context_window
    if window is None or tokens <= window * (1 if exact else _BENEFIT_OF_THE_DOUBT):
        return
    raise ContextWindowExceeded(tokens=tokens, window=window, exact=exact, model=facts.id)


def _affordable(facts: Facts, tokens: int, wanted: Send) -> int | None:
    """Return how many tokens the answer may have, so that it cannot cost more than was allowed."""
    limit, prices = wanted.max_cost, facts.prices
    if limit is None:
        return wanted.max_tokens
    if prices is None:
        raise CostLimit(kind="unknown_price", model=facts.id, limit=limit)
    least = wanted.max_tokens or _LEAST_OUTPUT
    estimate = prices.estimate(tokens, least)
    if estimate > limit:
        raise CostLimit(
            estimate=round(estimate, _DIGITS), limit=limit, tokens=tokens, outputTokens=least
        )
    if wanted.max_tokens is not None:
        return wanted.max_tokens
    dearest = prices.at(tokens)
    output_price = max(dearest.output, dearest.reasoning or 0.0)
    if not output_price:
        return None
    left = limit - prices.estimate(tokens, 0)
    affordable = max(least, int(left * _MILLION / output_price))
    if facts.max_output is not None and affordable >= facts.max_output:
        return None
    return affordable


def _bytes(texts: list[str]) -> int:
    return sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)
