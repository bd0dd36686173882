"""What both hosts share: a tornado handler that hands requests to the dispatcher and sends answers.

The body is taken as a stream: who asks is known before a byte of it is kept, so that a stranger
cannot fill the memory.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, RequestHandler

from promptyflow_server.http.exchange import JSON, Request, Response, failure
from promptyflow_server.shared.errors import (
    AppError,
    Forbidden,
    InvalidJson,
    MethodNotAllowed,
    NotFound,
    PayloadTooLarge,
    Unauthenticated,
    ValidationError,
)
from promptyflow_server.shared.logs import REQUEST_ID
from promptyflow_server.shared.messages import language_of
from promptyflow_server.shared.standing import Standing, unused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable

    from promptyflow_server.application import PromptyflowServer
    from promptyflow_server.http.call import Principal, Stranger, User

_LENGTH: Final = re.compile(r"[0-9]{1,18}")
JUPYTERS_OWN: Final = {"token", "_xsrf", "no_track_activity"}
_BY_STATUS: Final[dict[int, type[AppError]]] = {
    400: ValidationError,
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    413: PayloadTooLarge,
}


SAFETY_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    # What is answered here is data. Should a browser take it for a page, the page can do nothing.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
}


class TornadoHost(RequestHandler):
    """A handler of every path below the root. Subclasses say who asks."""

    server: PromptyflowServer
    _chunks: list[bytes]
    _streaming: asyncio.Task[Any] | None = None
    methods = "GET, POST, PATCH, DELETE"
    """What is taken here, for those who try something else."""

    standing: Standing | None = None
    """How whoever asks stands, where the dispatcher has not been asked."""

    def initialize(self, server: PromptyflowServer, root: str) -> None:
        """Take what lives as long as the server, and the path below which it is served."""
        self.server = server
        self._root = root.rstrip("/")
        self.request_id = secrets.token_hex(8)
        self._chunks = []
        self._is_read = False

    def refuse_large_body(self, limit: int | None = None) -> None:
        """Refuse by the announced length; must be called before `prepare` first waits."""
        limit = limit or self.server.settings.max_body_bytes
        told = self.request.headers.get("Content-Length", "0")
        if _LENGTH.fullmatch(told) is None:
            raise ValidationError.at("Content-Length", "invalid")
        announced = int(told)
        self.request.connection.set_max_body_size(limit)  # type: ignore[union-attr]  # HTTP/1 only
        if announced > limit:
            self.request.connection.set_max_body_size(announced)  # type: ignore[union-attr]
            raise PayloadTooLarge(what="body", limit=limit, actual=announced)

    def data_received(self, chunk: bytes) -> None:
        """Keep a part of the body."""
        self._chunks.append(chunk)

    async def serve(self, path: str | None, who: Principal | User | Stranger) -> None:
        """Answer this request on behalf of somebody."""
        self._is_read = True
        with self.server.working():
            try:
                dispatcher = await self.server.dispatcher()
                response = await dispatcher.answer(self._request(path or "/"), who)
            except Exception as error:  # noqa: BLE001 - told to the client, logged with a number
                response = failure(error, self.language)
            if response.events is None:
                await self.send(response)
                return
        await self.send(response)

    @property
    def language(self) -> Any:  # noqa: ANN401 - Language, without an import at run time
        """The language of messages to this client."""
        return language_of(self.request.headers.get("Accept-Language"))

    def _request(self, path: str) -> Request:
        query: dict[str, list[str]] = {}
        for name, values in self.request.query_arguments.items():
            if name in JUPYTERS_OWN or (name.isdigit() and values == [b""]):
                continue  # JupyterLab puts a bare time stamp behind URLs against caches
            try:
                query[name] = [value.decode() for value in values]
            except UnicodeDecodeError:
                raise ValidationError.at(name[:200], "invalid") from None
        body, self._chunks = b"".join(self._chunks), []
        return Request(
            method=self.request.method or "",
            path=path,
            query=query,
            headers={k.lower(): v for k, v in self.request.headers.get_all()},
            body=body,
            request_id=self.request_id,
        )

    async def send(self, response: Response) -> None:
        """Send an answer; events are sent until they end or nobody listens any more."""
        self._track_activity = response.is_activity  # Jupyter's name for it
        self.set_status(response.status)
        self.set_header("Cache-Control", "private, no-store")
        self._tell_safety()
        self._tell_standing(response)
        self._count(response)
        for name, value in response.headers.items():
            is_ours = name == "Location" and value.startswith("/")
            self.set_header(name, self._root + value if is_ours else value)
        if response.events is not None:
            await self._send_events(response)
        elif response.chunks is not None:
            await self._send_chunks(response, response.chunks)
        else:
            sent = self.end(response.body, response.headers.get("Content-Type"))
            with suppress(StreamClosedError):  # whoever asked has gone
                await sent

    def _tell_safety(self) -> None:
        self.set_header("X-Request-Id", self.request_id)
        for name, value in SAFETY_HEADERS.items():
            self.set_header(name, value)
        if self.server.is_stopping:
            # Whoever asks next must find another process behind the same address.
            self.set_header("Connection", "close")

    def _count(self, response: Response) -> None:
        metrics = self.server.metrics
        if metrics is not None:
            seconds = self.request.request_time()
            metrics.answered(self.request.method or "", response.route, response.status, seconds)

    def _tell_standing(self, response: Response) -> None:
        limits = self.server.settings.own_rate_limits
        default = limits.sign_ins if response.status == 401 else limits.requests  # noqa: PLR2004
        for name, value in (self.standing or unused(default)).headers().items():
            response.headers.setdefault(name, value)

    def end(self, body: bytes, content_type: str | None) -> Awaitable[None]:
        """Finish an answer that is not a stream; what is returned waits until it is sent."""
        if content_type is None:
            self.clear_header("Content-Type")
        return self.finish(body or None)

    async def _send_events(self, response: Response) -> None:
        from promptyflow_server.http.sse import HEADERS, frames

        assert response.events is not None  # noqa: S101 - the caller has looked
        for name, value in HEADERS.items():
            self.set_header(name, value)
        self._streaming = asyncio.current_task()
        complete = False
        events = frames(response.events)
        metrics = self.server.metrics
        if metrics is not None:
            metrics.stream(response.route, 1)
        try:
            async for frame in events:
                self.write(frame)
                await self.flush()
            complete = True
        except (StreamClosedError, asyncio.CancelledError):
            return  # the reader has gone; what feeds the events goes on without it
        finally:
            self._streaming = None
            if metrics is not None:
                metrics.stream(response.route, -1)
            await events.aclose()  # type: ignore[attr-defined]  # an async generator
            if not complete and self.request.connection is not None:
                # Never end cleanly after a failure: the client must see that something is missing.
                self.request.connection.close()  # type: ignore[attr-defined]
        self.end(b"", HEADERS["Content-Type"])

    async def _send_chunks(self, response: Response, chunks: AsyncIterator[bytes]) -> None:
        """Send a body while it is made; one that cannot be finished does not look finished."""
        complete = False
        try:
            async for chunk in chunks:
                self.write(chunk)
                await self.flush()
            complete = True
        except StreamClosedError:
            return  # whoever asked has gone
        except Exception as error:  # noqa: BLE001 - the head is sent: it can only be logged
            failure(error, self.language)
            return
        finally:
            await chunks.aclose()  # type: ignore[attr-defined]  # an async generator
            if not complete and self.request.connection is not None:
                self.request.connection.close()  # type: ignore[attr-defined]
        with suppress(StreamClosedError):
            await self.end(b"", response.headers["Content-Type"])

    def on_connection_close(self) -> None:
        """Stop sending events when the reader has gone."""
        if self._streaming is not None:
            self._streaming.cancel()
        super().on_connection_close()

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401 - tornado's form
        """Give errors of the framework the shape of all errors."""
        REQUEST_ID.set(self.request_id)
        error = kwargs.get("exc_info", (None, None, None))[1]
        told: BaseException | None = error
        if isinstance(error, HTTPError):
            told = self.framework_error(error)
        elif error is None:
            told = _BY_STATUS.get(status_code, InvalidJson)()
        response = failure(told or NotFound(), self.language)
        self.set_status(response.status)
        self._tell_safety()
        if not self._is_read:
            # Tornado will hang up on the rest of the body: say so, lest the client send more.
            self.set_header("Connection", "close")
        self._tell_standing(response)
        self._count(response)
        for name, value in response.headers.items():
            self.set_header(name, value)
        self.end(response.body, response.headers["Content-Type"])

    async def send_health(self) -> None:
        """Say whether the service can work, to anybody, and nothing else."""
        try:
            healthy, body = await self.server.health()
            headers = {"Content-Type": JSON}
            status = 200 if healthy else 503
            response = Response(status, json.dumps(body).encode(), headers=headers, route="/health")
        except Exception as error:  # noqa: BLE001 - health must always answer
            response = failure(error, self.language)
        await self.send(replace(response, is_activity=False))

    async def send_metrics(self) -> None:
        """Send the numbers of this server."""
        from promptyflow_server.shared.metrics import CONTENT_TYPE

        metrics = (await self.server.dispatcher()).services.metrics
        headers = {"Content-Type": CONTENT_TYPE}
        body = await asyncio.to_thread(metrics.text)
        await self.send(Response(200, body, headers=headers, is_activity=False, route="/metrics"))

    def framework_error(self, error: HTTPError) -> BaseException:
        """Return our error for one that tornado raised; what we do not know stays a 500."""
        if error.status_code == 405:  # noqa: PLR2004
            return MethodNotAllowed(allow=self.methods)
        kind = _BY_STATUS.get(error.status_code)
        if kind is ValidationError:
            return ValidationError.at("request", "invalid")
        return error if kind is None else kind()

    def compute_etag(self) -> str | None:
        """Leave the ETag to the resources: theirs is a version, not a digest of the answer."""
        return None

    def log_exception(self, *args: Any) -> None:  # noqa: ANN401
        """Say nothing: what the client is told has been logged where it was decided."""
