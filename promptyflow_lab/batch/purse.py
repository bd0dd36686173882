"""What a batch may cost: nothing is sent that could go beyond it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from promptyflow_lab.client.errors import CostLimit
from promptyflow_lab.client.show import money

if TYPE_CHECKING:
    from promptyflow_lab.client.run import Run

    from .planning import Plan, Task


class Purse:
    """Counts what was spent and what is under way.

    Parameters
    ----------
    plan
        Knows the prices.
    limit
        US dollars; None for no limit.

    Raises
    ------
    CostLimit
        There is a limit, but nobody knows the price of the model.
    """

    def __init__(self, plan: Plan, limit: float | None) -> None:
        if limit is not None and plan.prices is None:
            raise CostLimit(
                f"Nobody knows the price of {plan.model}, so max_cost cannot be kept: give "
                "prices=(in, out) in US dollars for a million tokens, or leave max_cost out."
            )
        self._plan = plan
        self._limit = limit
        self._lock = threading.Lock()
        self._reserved: dict[int, float] = {}
        self._paid = 0
        self._tokens_out = 0
        self.spent = 0.0

    def reserve(self, task: Task) -> None:
        """Set aside what a row may cost.

        Raises
        ------
        CostLimit
            There is not so much left.
        """
        prices = self._plan.prices
        if prices is None:
            return
        with self._lock:
            expected = prices.of(task.tokens, self._answer_tokens)
            total = self.spent + sum(self._reserved.values()) + expected
            if self._limit is not None and total > self._limit:
                raise CostLimit(
                    f"Not sent: with it the batch would cost about {money(total)}, which is more "
                    f"than {money(self._limit)}.",
                    details={"estimate": total, "limit": self._limit},
                )
            self._reserved[task.place] = expected

    def pay(self, run: Run) -> None:
        """Count what a run has cost."""
        usage = run.usage
        tokens_out = usage.get("outputTokens") or 0
        cost = run.cost
        if cost is None and self._plan.prices is not None:
            cost = self._plan.prices.of(usage.get("inputTokens") or 0, tokens_out)
        with self._lock:
            self.spent += cost or 0.0
            self._paid += 1
            self._tokens_out += tokens_out

    def release(self, task: Task) -> None:
        """Give back what was set aside."""
        with self._lock:
            self._reserved.pop(task.place, None)

    @property
    def _answer_tokens(self) -> float:
        """How long an answer is: as long as those that came, until then as long as is thought."""
        if not self._paid:
            return self._plan.answer_tokens
        return self._tokens_out / self._paid
