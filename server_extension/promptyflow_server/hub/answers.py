"""What goes on from the service's answers to whoever asked, and what is no answer of ours."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import httpx

from promptyflow_server.http.exchange import Response
from promptyflow_server.shared.errors import Unauthenticated, Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from promptyflow_server.hub.remote import Question, Remote

SILENCE_SECONDS: Final = 60.0
"""Of a stream: the service sends a comment every 15 seconds, so four of them were lost."""

_HEADERS: Final = (
    "Allow",
    "Content-Disposition",
    "Content-Type",
    "ETag",
    "Location",
    "Retry-After",
    "X-Accel-Buffering",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "X-Request-Id",
    "X-Run-Id",
)
_STREAM: Final = "text/event-stream"
_WHOLE_UP_TO: Final = 1_000_000
_UNKNOWN: Final = 401
_FAILED: Final = 500
_NO_CONTENT: Final = 204


@asynccontextmanager
async def answer_of(
    remote: Remote, question: Question, *, as_owner: bool = True
) -> AsyncIterator[Response]:
    """Yield the service's answer as any host states it; leaving closes what is still open.

    Raises
    ------
    Unavailable
        The service does not answer, or something else does in its place.
    Unauthenticated
        The Hub does not know this server any more.
    """
    try:
        answer = await remote.ask(question, as_owner=as_owner)
    except httpx.HTTPError:
        raise Unavailable(reason="remote") from None
    try:
        _check(answer)
        headers = {name: answer.headers[name] for name in _HEADERS if name in answer.headers}
        if "Location" in headers:
            headers["Location"] = headers["Location"].removeprefix(remote.root)
        if answer.status_code == _NO_CONTENT:
            yield Response(_NO_CONTENT, headers=headers)
        elif _is_short(answer):
            yield Response(answer.status_code, await _whole(answer), headers=headers)
        else:
            yield Response(answer.status_code, headers=headers, chunks=_pieces(answer))
    finally:
        await answer.aclose()


def is_stream(answer: httpx.Response | Response) -> bool:
    """Tell whether events come, for as long as they come."""
    return answer.headers.get("Content-Type", "").startswith(_STREAM)


def _check(answer: httpx.Response) -> None:
    """Refuse what the service did not say: a proxy's page, a sign-in, another server."""
    is_json = answer.headers.get("Content-Type", "").startswith("application/json")
    is_told_plainly = answer.status_code < httpx.codes.BAD_REQUEST or is_json
    if "X-Request-Id" not in answer.headers or not is_told_plainly:
        stranger = "remote" if answer.status_code >= _FAILED else "remote_stranger"
        raise Unavailable(reason=stranger)
    if answer.status_code == _UNKNOWN:
        raise Unauthenticated(kind="hub_server")


def _is_short(answer: httpx.Response) -> bool:
    length = answer.headers.get("Content-Length")
    return length is not None and int(length) <= _WHOLE_UP_TO


async def _whole(answer: httpx.Response) -> bytes:
    try:
        return await answer.aread()
    except httpx.HTTPError:
        raise Unavailable(reason="remote") from None


async def _pieces(answer: httpx.Response) -> AsyncIterator[bytes]:
    """Yield the body as it comes. That it broke off must be seen.

    Of a body with an end the error goes on, and the connection is cut. The Hub's proxy does not
    pass that on: its client would wait for ever. Events need no such wait: every reader of ours
    takes a stream that ends before its last event for a broken one, so it is simply ended.
    """
    events = is_stream(answer)
    pieces = aiter(answer.aiter_raw())
    while True:
        try:
            async with asyncio.timeout(SILENCE_SECONDS if events else None):
                piece = await anext(pieces)
        except StopAsyncIteration:
            return
        except (httpx.HTTPError, TimeoutError):
            if events:
                return
            raise Unavailable(reason="remote") from None
        yield piece
