"""Carrying requests over the network: one transport that blocks, one for asyncio."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, Final

from .core import Answer, Attempt, Failure, exchange, read_json, refusal
from .sse import EventReader

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    import httpx

    from .core import Request
    from .discovery import Server
    from .sse import ServerEvent

_CONNECT_SECONDS: Final = 10.0
_READ_SECONDS: Final = 120.0
_SILENCE_SECONDS: Final = 60.0
"""Of a stream: the server sends a comment every 15 seconds, so four of them were lost."""


class _Carrier:
    """What both transports share: the head of each request, and the reading of outcomes."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def _options(self) -> dict[str, Any]:
        import httpx

        return {
            "headers": {"Authorization": f"Bearer {self.server.token}"},
            "timeout": httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS),
            # A redirect would carry our request, if not our token, to another place.
            "follow_redirects": False,
            # What goes to this machine must not go through a proxy of the environment.
            "trust_env": not self.server.is_local,
        }

    def _build(self, client: httpx.Client | httpx.AsyncClient, request: Request) -> httpx.Request:
        headers = {"Accept": "application/json", **request.headers}
        content = None
        if request.body is not None:
            is_file = isinstance(request.body, bytes)
            headers["Content-Type"] = "application/octet-stream" if is_file else "application/json"
            content = request.body if is_file else _json(request.body)
        url = f"{self.server.url}/{request.path.lstrip('/')}"
        params = dict(request.query)
        return client.build_request(
            request.method, url, params=params, headers=headers, content=content
        )

    def _stream_request(
        self, client: httpx.Client | httpx.AsyncClient, request: Request
    ) -> httpx.Request:
        built = self._build(client, request)
        built.headers["Accept"] = "text/event-stream"
        built.extensions["timeout"] = {
            "connect": _CONNECT_SECONDS,
            "read": _SILENCE_SECONDS,
            "write": _READ_SECONDS,
            "pool": _CONNECT_SECONDS,
        }
        return built

    @staticmethod
    def _answer(response: httpx.Response, content: bytes) -> Answer:
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, content)

    @staticmethod
    def _failure(error: Exception) -> Failure:
        import httpx

        sent = not isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout))
        return Failure(str(error) or type(error).__name__, sent)


def _json(body: Any) -> bytes:  # noqa: ANN401 - JSON
    try:
        return json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError:  # a lone surrogate: escaped, the server can say where it stands
        return json.dumps(body, allow_nan=False).encode()


class Transport(_Carrier):
    """Blocks until there is an answer."""

    def __init__(self, server: Server) -> None:
        import httpx

        super().__init__(server)
        self._client = httpx.Client(**self._options())

    def send(self, request: Request) -> Any:  # noqa: ANN401 - JSON
        """Return what the server answers, as Python objects."""
        steps = exchange(request, self.server.url)
        step = next(steps)
        while True:
            try:
                step = steps.send(self._carry(step))
            except StopIteration as stop:
                return read_json(stop.value, self.server.url)

    def _carry(self, attempt: Attempt) -> Answer | Failure:
        import httpx

        time.sleep(attempt.wait)
        try:
            response = self._client.send(self._build(self._client, attempt.request))
        except httpx.TransportError as error:
            return self._failure(error)
        return self._answer(response, response.content)

    @contextmanager
    def events(self, request: Request) -> Iterator[Iterator[ServerEvent]]:
        """Open a stream of events; closing it leaves the run alone.

        Raises
        ------
        PromptyFlowError
            The server refused. `NotConnected`: it was not reached, or fell silent.
        """
        import httpx

        try:
            response = self._client.send(self._stream_request(self._client, request), stream=True)
        except httpx.TransportError as error:
            raise refusal(self._failure(error), self.server.url) from None
        try:
            if response.status_code != 200:  # noqa: PLR2004
                answer = self._answer(response, response.read())
                raise refusal(answer, self.server.url)
            yield self._read(response)
        finally:
            response.close()

    def _read(self, response: httpx.Response) -> Iterator[ServerEvent]:
        import httpx

        reader = EventReader()
        try:
            for piece in response.iter_bytes():
                yield from reader.feed(piece)
        except httpx.TransportError as error:
            raise refusal(self._failure(error), self.server.url) from None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


class AsyncTransport(_Carrier):
    """Waits without holding up the event loop it was made in."""

    def __init__(self, server: Server) -> None:
        import httpx

        super().__init__(server)
        self._client = httpx.AsyncClient(**self._options())

    async def send(self, request: Request) -> Any:  # noqa: ANN401 - JSON
        """Return what the server answers, as Python objects."""
        steps = exchange(request, self.server.url)
        step = next(steps)
        while True:
            try:
                step = steps.send(await self._carry(step))
            except StopIteration as stop:
                return read_json(stop.value, self.server.url)

    async def _carry(self, attempt: Attempt) -> Answer | Failure:
        import httpx

        await asyncio.sleep(attempt.wait)
        try:
            response = await self._client.send(self._build(self._client, attempt.request))
        except httpx.TransportError as error:
            return self._failure(error)
        return self._answer(response, response.content)

    @asynccontextmanager
    async def events(self, request: Request) -> AsyncIterator[AsyncIterator[ServerEvent]]:
        """Open a stream of events, as `Transport.events`."""
        import httpx

        built = self._stream_request(self._client, request)
        try:
            response = await self._client.send(built, stream=True)
        except httpx.TransportError as error:
            raise refusal(self._failure(error), self.server.url) from None
        try:
            if response.status_code != 200:  # noqa: PLR2004
                answer = self._answer(response, await response.aread())
                raise refusal(answer, self.server.url)
            yield self._read(response)
        finally:
            await response.aclose()

    async def _read(self, response: httpx.Response) -> AsyncIterator[ServerEvent]:
        import httpx

        reader = EventReader()
        try:
            async for piece in response.aiter_bytes():
                for event in reader.feed(piece):
                    yield event
        except httpx.TransportError as error:
            raise refusal(self._failure(error), self.server.url) from None

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()
