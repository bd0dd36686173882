"""The line to Redis: kept by all who use it, and left alone for a while when it is down.

What is there is never the truth, so without it everything goes on: whoever asks must know what to
do instead.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from collections.abc import Callable

log: Final = logging.getLogger("promptyflow.redis")

FAILURES: Final = (RedisError, OSError)
"""What a call over the line may raise."""

_PATIENCE_SECONDS: Final = 0.5
_REST_SECONDS: Final = 5.0


class RedisLine:
    """Connections to a Redis server.

    Parameters
    ----------
    url
        ``redis://``, ``rediss://`` or ``unix://``.
    clock
        Seconds that only grow.
    """

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.pool: ConnectionPool = ConnectionPool.from_url(
            url,
            socket_timeout=_PATIENCE_SECONDS,
            socket_connect_timeout=_PATIENCE_SECONDS,
            retry=Retry(NoBackoff(), 1),  # once more: a connection that lay idle may be closed
        )
        self.client: Redis = Redis(connection_pool=self.pool)
        self._clock = clock
        self._rests_until = 0.0

    @property
    def is_up(self) -> bool:
        """Whether it is worth trying."""
        return self._clock() >= self._rests_until

    def failed(self, error: Exception) -> None:
        """Note that it is down: nobody is to wait for it for some seconds."""
        if self.is_up:
            log.warning("Redis does not answer, going on without it: %s", error)
        self._rests_until = self._clock() + _REST_SECONDS

    async def answers(self) -> bool:
        """Ask it."""
        try:
            await self.client.ping()
        except FAILURES as error:
            self.failed(error)
            return False
        return True

    async def close(self) -> None:
        """Hang up."""
        await self.client.aclose()
        await self.pool.disconnect()
