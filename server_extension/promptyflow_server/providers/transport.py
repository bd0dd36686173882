"""The only place that talks HTTP to providers: timeouts, proxies, certificates, retries, keys.

A key travels in a header and nowhere else, is put there last, and no exception that leaves this
module holds a request.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import httpcore
import httpx

from promptyflow_server.providers.address import Reach, RefusedAddress
from promptyflow_server.providers.connections import Connections
from promptyflow_server.providers.errors import Cause, retry_after, timed_out
from promptyflow_server.providers.pace import Pace

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping

    from promptyflow_server.providers.base import Access
    from promptyflow_server.providers.errors import Named
    from promptyflow_server.providers.settings import ProviderSettings
    from promptyflow_server.shared.errors import AppError, ProviderError

log: Final = logging.getLogger("promptyflow.providers")

RETRIES: Final = 2
_FIRST_WAIT: Final = 0.5
_LONGEST_WAIT: Final = 8.0
_LONGEST_WAIT_ASKED_FOR: Final = 30.0
_LARGEST_ERROR: Final = 64 * 1024
_LARGEST_BODY: Final = 32 * 1024 * 1024
_CORE_ERRORS: Final = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request to a provider.

    Parameters
    ----------
    key_header
        Name of the header for the key, and what stands before the key in it.
    timeout
        Seconds for everything; None for the server's default.
    """

    method: str
    url: str
    access: Access
    who: Named
    explain: Callable[[Answer], Cause]
    key_header: tuple[str, str] = ("Authorization", "Bearer ")
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)
    timeout: float | None = None


@dataclass(slots=True)
class Answer:
    """What came back; names of headers in lower case."""

    outgoing: Outgoing = field(repr=False)
    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def media_type(self) -> str:
        """``text/event-stream`` of ``text/event-stream; charset=utf-8``."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def request_id(self) -> str | None:
        """Under which the provider knows this request."""
        return request_id_of(self.headers)

    def failure(self, cause: Cause) -> ProviderError:
        """Return the error for what the body tells of, with no trace of the key in it."""
        told = replace(cause, request_id=cause.request_id or self.request_id)
        return told.error(self.outgoing.who, self.outgoing.access.key)


@dataclass(slots=True)
class OpenAnswer(Answer):
    """An answer whose body is still coming.

    Parameters
    ----------
    reads
        The body, piece by piece as it comes from the network.
    """

    reads: AsyncGenerator[bytes, None] = field(kw_only=True)

    async def read_all(self, largest: int = _LARGEST_BODY) -> bytes:
        """Return the whole body, cut where it is larger than it can be meant."""
        data = bytearray()
        async for part in self.reads:
            data += part
            if len(data) > largest:
                break
        return bytes(data[:largest])


class Transport:
    """Sends requests to providers.

    Parameters
    ----------
    settings
        Timeouts, proxies, and what addresses are allowed.
    """

    def __init__(self, settings: ProviderSettings, *, local: bool) -> None:
        self._settings = settings
        self._pace = Pace()
        self._connections = Connections(self._pace, Reach.of(settings, local=local), settings)

    async def close(self) -> None:
        """Close all connections."""
        await self._connections.close()

    async def fetch(self, outgoing: Outgoing) -> Answer:
        """Return a whole answer.

        Raises
        ------
        ProviderError, ProviderTimeout
            As `open`.
        """
        async with self.open(outgoing) as answer:
            body = await answer.read_all()
        return Answer(outgoing, answer.status, answer.headers, body)

    @asynccontextmanager
    async def open(self, outgoing: Outgoing) -> AsyncIterator[OpenAnswer]:
        """Send a request and give its answer while it comes; leaving closes the connection.

        Nothing is sent again once an answer has begun.

        Raises
        ------
        ProviderError
            The provider refused, or cannot be reached, or broke off.
        ProviderTimeout
            It took too long.
        """
        total = outgoing.timeout or self._settings.total_seconds
        out_of_time = False
        try:
            with self._pace.one_more():
                async with asyncio.timeout(total) as clock, AsyncExitStack() as stack:
                    yield await self._open_with_retries(outgoing, stack)
        except TimeoutError:
            if not clock.expired():
                raise
            out_of_time = True
        if out_of_time:
            raise timed_out(outgoing.who, "total", total)

    async def _open_with_retries(self, outgoing: Outgoing, stack: AsyncExitStack) -> OpenAnswer:
        for attempt in range(RETRIES + 1):
            answer, problem = await self._attempt(outgoing, stack)
            if answer is not None and answer.status < 300:  # noqa: PLR2004 - success
                return answer
            cause = problem
            if answer is not None:
                cause = await self._explained(outgoing, answer)
                await stack.aclose()
            if isinstance(cause, Cause):
                wait = _wait(cause, attempt)
                if wait is None:
                    raise cause.error(outgoing.who, outgoing.access.key)
                log.info("%s: %s, trying again in %.1f s", outgoing.who.id, cause.kind, wait)
                await asyncio.sleep(wait)
            elif cause is not None:
                raise cause
        raise AssertionError  # pragma: no cover - the last attempt waits for nothing

    async def _attempt(
        self, outgoing: Outgoing, stack: AsyncExitStack
    ) -> tuple[OpenAnswer | None, Cause | AppError | None]:
        # What httpx raises is answered by a value: raised from inside its `except`, our error
        # would carry the request, with the key in it, as its context.
        headers = {"User-Agent": self._settings.user_agent, **outgoing.headers}
        try:
            client = await self._connections.client(outgoing.url, outgoing.access)
            request = client.build_request(
                outgoing.method,
                outgoing.url,
                headers=headers,
                content=outgoing.body,
                timeout=httpx.Timeout(
                    self._settings.first_byte_seconds, connect=self._settings.connect_seconds
                ),
            )
            response = await client.send(request, auth=_KeyHeader(outgoing), stream=True)
        except Exception as error:  # noqa: BLE001 - what is not known is raised again
            return None, self._problem(outgoing, error)
        stack.push_async_callback(response.aclose)
        reads = self._reads(outgoing, response)
        stack.push_async_callback(reads.aclose)
        return OpenAnswer(outgoing, response.status_code, response.headers, reads=reads), None

    async def _reads(self, outgoing: Outgoing, response: Any) -> AsyncGenerator[bytes, None]:  # noqa: ANN401 - httpx stays in here
        problem: Cause | AppError | None = None
        try:
            async for data in response.aiter_bytes():
                yield data
        except (httpx.HTTPError, httpx.StreamError, *_CORE_ERRORS) as error:
            problem = self._problem(outgoing, error)
        if isinstance(problem, Cause):
            request_id = request_id_of(response.headers)
            raise Cause("interrupted", request_id=request_id).error(outgoing.who)
        if problem is not None:
            raise problem

    async def _explained(self, outgoing: Outgoing, answer: OpenAnswer) -> Cause:
        body = await answer.read_all(_LARGEST_ERROR)
        whole = Answer(outgoing, answer.status, answer.headers, body)
        cause = outgoing.explain(whole)
        if answer.headers.get("x-should-retry") in {"true", "false"} and cause.kind != "billing":
            return replace(cause, retryable=answer.headers["x-should-retry"] == "true")
        return cause

    def _problem(self, outgoing: Outgoing, error: Exception) -> Cause | AppError:
        """Return what an exception of httpx or httpcore means."""
        settings = self._settings
        if isinstance(error, (httpx.ConnectTimeout, httpcore.ConnectTimeout)):
            return timed_out(outgoing.who, "connect", settings.connect_seconds)
        if isinstance(error, (httpx.TimeoutException, httpcore.TimeoutException)):
            return timed_out(outgoing.who, "silence", settings.first_byte_seconds)
        if isinstance(error, RefusedAddress):
            return Cause("address")
        if isinstance(error, httpx.DecodingError):
            return Cause("not_an_api")
        if isinstance(error, (httpx.HTTPError, httpx.InvalidURL, *_CORE_ERRORS)):
            said = str(error)
            is_sealed_wrong = "CERTIFICATE_VERIFY_FAILED" in said  # and will be the next time
            return Cause("network", said=said, retryable=False if is_sealed_wrong else None)
        raise error


class _KeyHeader(httpx.Auth):
    """Puts the key into its header when the request is about to leave."""

    def __init__(self, outgoing: Outgoing) -> None:
        self._header, self._prefix = outgoing.key_header
        self._key = outgoing.access.key

    def auth_flow(self, request: httpx.Request) -> Any:  # noqa: ANN401 - a generator of httpx's
        """Add the header."""
        if self._key is not None:
            request.headers[self._header] = self._prefix + self._key.reveal()
        yield request


def request_id_of(headers: Mapping[str, str]) -> str | None:
    """Return the id under which the provider knows this request."""
    for name in ("x-request-id", "request-id", "x-generation-id"):
        if name in headers:
            return headers[name][:200]
    return None


def wait_asked_for(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that the provider asks to wait."""
    return retry_after(headers, time.time())


def _wait(cause: Cause, attempt: int) -> float | None:
    """Return how long to wait before the next attempt; None where there shall be none."""
    if attempt >= RETRIES or not cause.may_retry:
        return None
    if cause.retry_after is not None:
        return cause.retry_after if cause.retry_after <= _LONGEST_WAIT_ASKED_FOR else None
    wait: float = min(_FIRST_WAIT * 2**attempt, _LONGEST_WAIT)
    return wait * random.uniform(0.75, 1)  # noqa: S311 - spreads load, guards nothing
