"""Whose a Hub's token is: asked once for all who wait, and known for a while."""

from __future__ import annotations

import hashlib
import re
import time
from typing import TYPE_CHECKING, Final

from promptyflow_server.hub.lookups import Lookups
from promptyflow_server.shared.errors import Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Callable

    from promptyflow_server.hub.api import HubApi
    from promptyflow_server.hub.visitor import Visitor

_UNKNOWN_SECONDS: Final = 5.0
_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/=-]{8,512}")


class HubTokens:
    """Knows tokens for some seconds.

    Parameters
    ----------
    api
        Asks the Hub.
    seconds, clock
        As of `Lookups`.
    """

    def __init__(
        self,
        api: HubApi,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._lookups: Lookups[bytes, Visitor] = Lookups(seconds, _UNKNOWN_SECONDS, clock=clock)

    async def visitor_of(self, token: str) -> Visitor:
        """Return whose this token is.

        Raises
        ------
        Unauthenticated
            The Hub does not know it.
        Unavailable
            The Hub does not answer.
        """
        if _TOKEN.fullmatch(token) is None:
            raise Unauthenticated
        visitor = await self._lookups.get(digest(token), lambda: self._api.visitor_of(token))
        if visitor is None:
            raise Unauthenticated
        return visitor

    def forget(self, token: str) -> None:
        """Ask again next time: what the Hub said has turned out to be old."""
        self._lookups.forget(digest(token))

    async def close(self) -> None:
        """End what is being asked."""
        await self._lookups.close()


def digest(token: str) -> bytes:
    """Return what a token is remembered by."""
    return hashlib.sha256(token.encode()).digest()
