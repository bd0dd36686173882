"""How often the process looks at what providers send: at once for a few, in larger gulps for many.

Two answers or ten are read as they come. Hundreds would wake the process ten thousand times a
second; they are read a little later each, and what has gathered meanwhile comes in one piece.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import httpcore

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Iterator

_FEW: Final = 10
_SECONDS_EACH: Final = 0.0005
_LONGEST: Final = 0.1


class Pace:
    """Counts the answers that are coming."""

    def __init__(self) -> None:
        self._open = 0

    @contextmanager
    def one_more(self) -> Iterator[None]:
        """Count an answer while it comes."""
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1

    @property
    def rest(self) -> float:
        """Seconds to let data gather before the next look."""
        return 0.0 if self._open <= _FEW else min(self._open * _SECONDS_EACH, _LONGEST)


class PacedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections that are read at a pace.

    Parameters
    ----------
    inner
        Opens them.
    pace
        Says how long to rest.
    """

    def __init__(self, inner: httpcore.AsyncNetworkBackend, pace: Pace) -> None:
        self._inner = inner
        self._pace = pace

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect."""
        stream = await self._inner.connect_tcp(host, port, timeout, local_address, socket_options)
        return _PacedStream(stream, self._pace)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._inner.sleep(seconds)


class _PacedStream(httpcore.AsyncNetworkStream):
    def __init__(self, inner: httpcore.AsyncNetworkStream, pace: Pace) -> None:
        self._inner = inner
        self._pace = pace

    async def read(
        self,
        max_bytes: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
    ) -> bytes:
        rest = self._pace.rest
        if rest:
            await asyncio.sleep(rest)
        return await self._inner.read(max_bytes, timeout)

    async def write(
        self,
        buffer: bytes,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
    ) -> None:
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
    ) -> httpcore.AsyncNetworkStream:
        stream = await self._inner.start_tls(ssl_context, server_hostname, timeout)
        return _PacedStream(stream, self._pace)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's interface
        return self._inner.get_extra_info(info)
