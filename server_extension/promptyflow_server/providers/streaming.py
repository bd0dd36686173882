"""From the bytes of a stream to chunks: the part that is the same for all providers."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Protocol

from promptyflow_server.providers.base import Chunk, Finish, merged
from promptyflow_server.providers.errors import Cause
from promptyflow_server.providers.sse import EventTooLarge
from promptyflow_server.shared.errors import ProviderError, ProviderTimeout

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from promptyflow_server.providers.sse import ServerEvent
    from promptyflow_server.providers.transport import OpenAnswer

EVENT_STREAM: Final = "text/event-stream"
_PATIENCE: Final = 0.05


class Reader(Protocol):
    """Finds events in bytes that may be cut anywhere.

    Attributes
    ----------
    stray
        What belongs to no event so far.
    """

    stray: bytearray

    def feed(self, chunk: bytes) -> list[ServerEvent]:
        """Return the events that end within these bytes; raise `EventTooLarge`."""


class Interpreter(Protocol):
    """Knows what a provider's events mean; made anew for each answer.

    Attributes
    ----------
    over
        The provider has said that nothing follows.
    """

    over: bool

    def event(self, event: ServerEvent, into: list[Chunk]) -> Cause | None:
        """Add what an event holds; return the cause if it tells of an error."""

    def stray(self, data: bytes) -> Cause | None:
        """Return the cause that lines outside of events tell of."""


async def read_stream(
    answer: OpenAnswer, interpreter: Interpreter, reader: Reader
) -> AsyncGenerator[Chunk, None]:
    """Yield the chunks of a stream, those of one network read together, `Finish` last.

    Raises
    ------
    ProviderError
        The stream tells of an error, or ends before the provider has said that it is complete.
    """
    finish: Finish | None = None
    async for data in answer.reads:
        chunks: list[Chunk] = []
        problem = _interpreted(reader, data, interpreter, chunks)
        for chunk in merged(chunks):
            if isinstance(chunk, Finish):
                finish = chunk  # usage may come behind it
            else:
                yield chunk
        if problem is not None:
            raise answer.failure(problem)
        if interpreter.over:
            await _read_to_the_end(answer)
            break
    if finish is None and not interpreter.over:
        raise answer.failure(interpreter.stray(bytes(reader.stray)) or Cause("interrupted"))
    yield finish or Finish("other")


async def _read_to_the_end(answer: OpenAnswer) -> None:
    """Read what HTTP has behind the last event, so that the connection can be used again."""
    with suppress(TimeoutError, ProviderError, ProviderTimeout):
        async with asyncio.timeout(_PATIENCE):
            async for _ in answer.reads:
                pass


def _interpreted(
    reader: Reader, data: bytes, interpreter: Interpreter, into: list[Chunk]
) -> Cause | None:
    strays = len(reader.stray)
    try:
        events = reader.feed(data)
    except EventTooLarge:
        return Cause("not_an_api")
    for event in events:
        problem = interpreter.event(event, into)
        if problem is not None or interpreter.over:
            return problem
    if len(reader.stray) > strays:  # an error outside of events, once it has come whole
        return interpreter.stray(bytes(reader.stray))
    return None
