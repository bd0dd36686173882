"""What all objects of one client share: the server, and the connections to it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Iterator
    from contextlib import AbstractContextManager

    from .core import Request
    from .discovery import Server
    from .sse import ServerEvent
    from .transport import AsyncTransport, Transport


@dataclass(slots=True)
class _Shared:
    transport: AsyncTransport
    users: int = 0


class Session:
    """Connections are made when they are first needed."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._transport: Transport | None = None
        self._async: dict[asyncio.AbstractEventLoop, _Shared] = {}

    def send(self, request: Request) -> Any:  # noqa: ANN401 - JSON
        """Send a request and return what the server answers."""
        return self._blocking().send(request)

    def events(self, request: Request) -> AbstractContextManager[Iterator[ServerEvent]]:
        """Open a stream of events."""
        return self._blocking().events(request)

    @asynccontextmanager
    async def awaiting(self) -> AsyncIterator[AsyncTransport]:
        """Give connections of the running event loop, closed when nobody there needs them."""
        import asyncio

        from .transport import AsyncTransport

        loop = asyncio.get_running_loop()
        shared = self._async.get(loop)
        if shared is None:
            shared = self._async[loop] = _Shared(AsyncTransport(self.server))
        shared.users += 1
        try:
            yield shared.transport
        finally:
            shared.users -= 1
            if not shared.users:
                del self._async[loop]
                await shared.transport.close()

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

    def __reduce__(self) -> NoReturn:
        raise TypeError("a client holds a token and is not for files: make one where it is used")
