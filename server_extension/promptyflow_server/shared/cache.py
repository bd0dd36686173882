"""What need not be asked again for a while: kept in Redis where there is one, else in this process.

Nothing here is the truth. Whoever asks must be able to do without, so nothing here ever fails:
when Redis is away, values are kept in this process, and only for a minute, since nobody hears
what another process deletes meanwhile.
"""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from promptyflow_server.shared.redis_line import RedisLine

PREFIX: Final = "promptyflow:cache:"
_LARGEST: Final = 4_000_000
_ALL_TOGETHER: Final = 64_000_000
_AWAY_SECONDS: Final = 60.0
_UNDONE_AT_MOST: Final = 10_000

Outcome = Literal["hit", "miss"]


class Cache:
    """Values that JSON can hold, each for a time, each somebody's.

    Parameters
    ----------
    redis
        Where all processes of a service keep them together; None where there is one process.
    clock
        Seconds that only grow.
    told
        Is told of each reading whether it found something, for the metrics.

    Examples
    --------
    >>> await cache.set(user.id, "models:openai", models, ttl=3600)  # doctest: +SKIP
    >>> models = await cache.get(user.id, "models:openai")  # doctest: +SKIP
    """

    def __init__(
        self,
        redis: RedisLine | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        told: Callable[[Outcome], None] = lambda _: None,
    ) -> None:
        self._redis = redis
        self._here = _Memory(clock)
        self._told = told
        self._undone: OrderedDict[str, None] = OrderedDict()

    async def get(self, owner_id: UUID | None, name: str) -> Any | None:  # noqa: ANN401 - any JSON
        """Return what is kept, or None; the caller may change it.

        Parameters
        ----------
        owner_id
            Whose it is; None for what is nobody's. What is one person's no other one is given.
        name
            ``kind:of:what``, made by the program: no secret, and no text of a person's.
        """
        text = await self._read(_key(owner_id, name))
        self._told("miss" if text is None else "hit")
        return None if text is None else json.loads(text)

    async def set(
        self,
        owner_id: UUID | None,
        name: str,
        value: Any,  # noqa: ANN401 - any JSON
        *,
        ttl: float,
    ) -> None:
        """Keep a value for some seconds, instead of the one that may be there."""
        key, text = _key(owner_id, name), json.dumps(value, separators=(",", ":"))
        if len(text) > _LARGEST:
            await self.delete(owner_id, name)
            return
        redis = await self._line()
        if redis is None:
            self._here.set(key, text, ttl if self._redis is None else min(ttl, _AWAY_SECONDS))
            if self._redis is not None:
                self._owe(key)
            return
        from promptyflow_server.shared.redis_line import FAILURES

        try:
            await redis.client.set(key, text, px=max(1, round(ttl * 1000)))
        except FAILURES as error:
            redis.failed(error)
            self._owe(key)

    async def delete(self, owner_id: UUID | None, name: str) -> None:
        """Keep it no longer; if Redis is away, that is made up for when it is back."""
        key = _key(owner_id, name)
        self._here.delete(key)
        self._owe(key)
        await self._line()

    async def forget(self, owner_id: UUID) -> None:
        """Keep nothing of a person's any longer, as when they leave."""
        prefix = _key(owner_id, "")
        self._here.delete_all(prefix)
        redis = await self._line()
        if redis is None:
            return
        from promptyflow_server.shared.redis_line import FAILURES

        try:
            async for key in redis.client.scan_iter(match=f"{prefix}*", count=1000):
                await redis.client.delete(key)
        except FAILURES as error:
            redis.failed(error)

    async def _read(self, key: str) -> str | None:
        redis = await self._line()
        if redis is None:
            return self._here.get(key)
        from promptyflow_server.shared.redis_line import FAILURES

        try:
            found = await redis.client.get(key)
        except FAILURES as error:
            redis.failed(error)
            return None
        if isinstance(found, bytes):
            return found.decode()
        return found

    async def _line(self) -> RedisLine | None:
        """Return Redis if it is worth trying, once it has been told what it missed."""
        redis = self._redis
        if redis is None:
            self._undone.clear()
            return None
        if not redis.is_up:
            return None
        if self._undone:
            from promptyflow_server.shared.redis_line import FAILURES

            owed = list(self._undone)
            try:
                await redis.client.delete(*owed)
            except FAILURES as error:
                redis.failed(error)
                return None
            for key in owed:
                self._undone.pop(key, None)
                self._here.delete(key)
        return redis

    def _owe(self, key: str) -> None:
        """Note a key that Redis must not keep: what stands there is not what we know."""
        self._undone[key] = None
        if len(self._undone) > _UNDONE_AT_MOST:
            self._undone.popitem(last=False)


class _Memory:
    """Texts of this process; those used longest ago go first."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, str]] = OrderedDict()
        self._size = 0

    def get(self, key: str) -> str | None:
        found = self._kept.get(key)
        if found is None:
            return None
        until, text = found
        if until <= self._clock():
            self.delete(key)
            return None
        self._kept.move_to_end(key)
        return text

    def set(self, key: str, text: str, ttl: float) -> None:
        self.delete(key)
        self._kept[key] = (self._clock() + ttl, text)
        self._size += len(text)
        while self._size > _ALL_TOGETHER:
            self.delete(next(iter(self._kept)))

    def delete(self, key: str) -> None:
        found = self._kept.pop(key, None)
        if found is not None:
            self._size -= len(found[1])

    def delete_all(self, prefix: str) -> None:
        for key in [key for key in self._kept if key.startswith(prefix)]:
            self.delete(key)


def _key(owner_id: UUID | None, name: str) -> str:
    return f"{PREFIX}{'' if owner_id is None else owner_id}:{name}"
