"""How often somebody may do something: moving windows of a minute, exact to the request.

Counted in this process, or in Redis for all processes. When Redis is down each process counts for
itself: work goes on, and nobody can guess passwords faster than a process allows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from promptyflow_server.shared.standing import Standing

if TYPE_CHECKING:
    from promptyflow_server.settings import RateLimitSettings
    from promptyflow_server.shared.redis_line import RedisLine

Bucket = Literal["requests", "sends", "sign_ins", "guesses"]

_PREFIX: Final = "promptyflow:limit"


class RateLimits:
    """Counts.

    Parameters
    ----------
    settings
        How often what is allowed.
    redis
        Where all processes count together; None where there is one process.
    """

    def __init__(self, settings: RateLimitSettings, redis: RedisLine | None = None) -> None:
        self._items = {
            "requests": RateLimitItemPerMinute(settings.requests, namespace=_PREFIX),
            "sends": RateLimitItemPerMinute(settings.sends, namespace=_PREFIX),
            "sign_ins": RateLimitItemPerMinute(settings.sign_ins, namespace=_PREFIX),
            # Of people's names, by somebody who is signed in: no faster than of tokens.
            "guesses": RateLimitItemPerMinute(settings.sign_ins, namespace=_PREFIX),
        }
        self._here = MovingWindowRateLimiter(MemoryStorage())
        self._redis = redis
        self._together = None if redis is None else _shared_limiter(redis)

    async def take(self, bucket: Bucket, who: object) -> Standing:
        """Count one more time, unless it is too many."""
        return await self._standing(bucket, str(who), count=True)

    async def look(self, bucket: Bucket, who: object) -> Standing:
        """Return how somebody stands, without counting."""
        return await self._standing(bucket, str(who), count=False)

    async def _standing(self, bucket: Bucket, who: str, *, count: bool) -> Standing:
        item = self._items[bucket]
        if self._redis is not None and self._together is not None and self._redis.is_up:
            from promptyflow_server.shared.redis_line import FAILURES

            act = self._together.hit if count else self._together.test
            try:
                is_allowed = await act(item, bucket, who)
                window = await self._together.get_window_stats(item, bucket, who)
                return Standing(item.amount, window.remaining, window.reset_time, is_allowed)
            except FAILURES as error:
                self._redis.failed(error)
        act_here = self._here.hit if count else self._here.test
        is_allowed = act_here(item, bucket, who)
        here = self._here.get_window_stats(item, bucket, who)
        return Standing(item.amount, here.remaining, here.reset_time, is_allowed)


def _shared_limiter(redis: RedisLine) -> Any:  # noqa: ANN401 - of a part that is loaded if needed
    from limits.aio.storage import RedisStorage
    from limits.aio.strategies import MovingWindowRateLimiter as SharedLimiter

    options: dict[str, Any] = {"connection_pool": redis.pool}
    # The address says only which kind of server it is: the pool knows the way.
    storage = RedisStorage(
        "async+redis://", implementation="redispy", key_prefix=_PREFIX, **options
    )
    return SharedLimiter(storage)
