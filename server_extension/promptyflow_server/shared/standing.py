"""How somebody stands against a rate limit, as every answer tells."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from promptyflow_server.shared.errors import RateLimited


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands against a limit.

    Parameters
    ----------
    limit
        How often in a minute.
    remaining
        How often still, now.
    reset
        When the next place becomes free, in seconds since 1970.
    is_allowed
        Whether this time was within the limit.
    """

    limit: int
    remaining: int
    reset: float
    is_allowed: bool = True

    def headers(self) -> dict[str, str]:
        """Return what every answer tells."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(math.ceil(self.reset)),
        }

    def refuse_too_many(self) -> None:
        """Raise `RateLimited` where this time was too many."""
        if not self.is_allowed:
            raise RateLimited(retryAfter=max(1, math.ceil(self.reset - time.time())))


def unused(limit: int) -> Standing:
    """Return how somebody stands who has done nothing yet."""
    return Standing(limit, limit, time.time())
