"""What all workers of a batch heed: when to wait, and when to stop."""

from __future__ import annotations

import random
import threading
import time
from typing import Final

_JITTER: Final = 0.3
"""Seconds: those who waited for the same moment do not come all at once."""


class Stopped(Exception):
    """Nothing more shall be sent."""


class Gate:
    """Open, closed for a while, or closed for good."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._opens_at = 0.0

    @property
    def is_stopped(self) -> bool:
        """Whether it is closed for good."""
        return self._stop.is_set()

    def close_for(self, seconds: float) -> None:
        """Let nobody through for so long: the server, or the provider, has asked for it."""
        with self._lock:
            self._opens_at = max(self._opens_at, time.monotonic() + seconds)

    def stop(self) -> None:
        """Let nobody through any more, and wake those who wait."""
        self._stop.set()

    def wait(self, seconds: float) -> None:
        """Wait, unless it is closed for good.

        Raises
        ------
        Stopped
            It is.
        """
        if self._stop.wait(seconds):
            raise Stopped

    def pass_through(self) -> None:
        """Wait until it is open.

        Raises
        ------
        Stopped
            It is closed for good.
        """
        waited = False
        while True:
            with self._lock:
                left = self._opens_at - time.monotonic()
            if left <= 0:
                break
            waited = True
            self.wait(left)
        self.wait(random.uniform(0, _JITTER) if waited else 0)  # noqa: S311 - no secret
