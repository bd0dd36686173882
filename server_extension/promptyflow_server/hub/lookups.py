"""Answers that are asked for once, however many wait for them, and remembered for a while."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable

K = TypeVar("K", bound="Hashable")
V = TypeVar("V")


class Lookups(Generic[K, V]):
    """Remembers answers, and apart from them that there was none. Failures are not remembered.

    Parameters
    ----------
    seconds
        How long an answer counts, from when it was asked for.
    none_seconds
        The same where there was none.
    at_most
        How many of either are kept: those asked for last. Wrong keys never drive out right ones.
    clock
        Seconds that only grow.
    """

    def __init__(
        self,
        seconds: float,
        none_seconds: float,
        at_most: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._known: OrderedDict[K, tuple[V, float]] = OrderedDict()
        self._none: OrderedDict[K, float] = OrderedDict()
        self._asking: dict[K, asyncio.Task[V | None]] = {}
        self._seconds, self._none_seconds = seconds, none_seconds
        self._at_most = at_most
        self._clock = clock

    async def get(self, key: K, ask: Callable[[], Awaitable[V | None]]) -> V | None:
        """Return the answer that is known, or that somebody is already asking for."""
        value, until = self._known.get(key, (None, 0.0))
        if until > self._clock():
            self._known.move_to_end(key)
            return value
        if self._none.get(key, 0.0) > self._clock():
            return None
        task = self._asking.get(key)
        if task is None:
            task = self._asking[key] = asyncio.ensure_future(self._ask(key, ask))
            task.add_done_callback(_look_at)
        # Whoever goes away must not take the answer away from the others.
        return await asyncio.shield(task)

    def knows(self, key: K) -> bool:
        """Tell whether there is an answer that nobody need ask for."""
        return self._known.get(key, (None, 0.0))[1] > self._clock()

    def forget(self, key: K) -> None:
        """Ask again next time."""
        self._known.pop(key, None)

    async def close(self) -> None:
        """End what is being asked."""
        tasks = list(self._asking.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _ask(self, key: K, ask: Callable[[], Awaitable[V | None]]) -> V | None:
        asked = self._clock()
        try:
            value = await ask()
        finally:
            del self._asking[key]
        self._known.pop(key, None)
        if value is not None:
            self._known[key] = value, asked + self._seconds
            if len(self._known) > self._at_most:
                self._known.popitem(last=False)
        else:
            self._none.pop(key, None)
            self._none[key] = asked + self._none_seconds
            if len(self._none) > self._at_most:
                self._none.popitem(last=False)
        return value


def _look_at(task: asyncio.Task[V | None]) -> None:
    """Look at the outcome: with nobody waiting any more asyncio would complain of a failure."""
    if not task.cancelled():
        task.exception()
