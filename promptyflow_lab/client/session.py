"""What all objects of one client share: the server, and the connections to it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from contextlib import AbstractAsyncContextManager, AbstractContextManager

    from .core import Request
    from .discovery import Server
    from .sse import ServerEvent
    from .transport import AsyncTransport, Transport


class Session:
    """Connections are made when they are first needed."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._transport: Transport | None = None
        self._async: tuple[asyncio.AbstractEventLoop, AsyncTransport] | None = None

    def send(self, request: Request) -> Any:  # noqa: ANN401 - JSON
        """Send a request and return what the server answers."""
        return self._blocking().send(request)

    def events(self, request: Request) -> AbstractContextManager[Iterator[ServerEvent]]:
        """Open a stream of events."""
        return self._blocking().events(request)

    async def asend(self, request: Request) -> Any:  # noqa: ANN401 - JSON
        """Send a request without holding up the event loop."""
        return await self._awaiting().send(request)

    def aevents(self, request: Request) -> AbstractAsyncContextManager[AsyncIterator[ServerEvent]]:
        """Open a stream of events without holding up the event loop."""
        return self._awaiting().events(request)

    def close(self) -> None:
        """Close the connections; the next request opens new ones."""
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()

    def _blocking(self) -> Transport:
        if self._transport is None:
            from .transport import Transport

            self._transport = Transport(self.server)
        return self._transport

    def _awaiting(self) -> AsyncTransport:
        loop = asyncio.get_running_loop()
        if self._async is None or self._async[0] is not loop:
            from .transport import AsyncTransport

            # Connections belong to the loop they were made in; those of an ended one are gone.
            self._async = loop, AsyncTransport(self.server)
        return self._async[1]

    def __reduce__(self) -> NoReturn:
        raise TypeError("a client holds a token and is not for files: make one where it is used")
