"""How far everybody's own writes reach in the database's log, so that a copy can be asked later.

Several processes of a service share this in Redis; while it is away nobody's writes are known, so
the copy is not asked.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from uuid import UUID

    from promptyflow_server.shared.redis_line import RedisLine

UNKNOWN: Final = 2**62
"""Behind every place: the database has to be asked itself."""

_PREFIX: Final = "promptyflow:wrote:"
_KEPT_SECONDS: Final = 600
_KEPT_AT_MOST: Final = 50_000


class Marks:
    """The last place of everybody who wrote of late.

    Parameters
    ----------
    redis
        Shared by all processes; None where there is one.
    """

    def __init__(self, redis: RedisLine | None) -> None:
        self._redis = redis
        self._here: OrderedDict[UUID, int] = OrderedDict()

    async def set(self, user_id: UUID, place: int) -> None:
        """Note how far a person's writes reach."""
        self._here[user_id] = max(place, self._here.get(user_id, 0))
        self._here.move_to_end(user_id)
        if len(self._here) > _KEPT_AT_MOST:
            self._here.popitem(last=False)
        if self._redis is None or not self._redis.is_up:
            return
        from promptyflow_server.shared.redis_line import FAILURES

        try:
            key = f"{_PREFIX}{user_id}"
            await self._redis.client.set(key, self._here[user_id], ex=_KEPT_SECONDS)
        except FAILURES as error:
            self._redis.failed(error)

    async def get(self, user_id: UUID) -> int:
        """Return how far a person's writes reach; 0 for somebody who wrote nothing of late."""
        here = self._here.get(user_id, 0)
        if self._redis is None:
            return here
        if not self._redis.is_up:
            return UNKNOWN
        from promptyflow_server.shared.redis_line import FAILURES

        try:
            told = await self._redis.client.get(f"{_PREFIX}{user_id}")
        except FAILURES as error:
            self._redis.failed(error)
            return UNKNOWN
        return max(here, int(told or 0))

    def passed(self, user_id: UUID, place: int) -> None:
        """Forget a person whose writes the copy has."""
        if self._here.get(user_id, UNKNOWN) <= place:
            del self._here[user_id]
