"""Writing server-sent events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from promptyflow_server.http.models import Event

HEARTBEAT_SECONDS: Final = 15.0
"""Silence after which a comment is sent: proxies cut connections that are quiet for longer."""

_AHEAD: Final = 16
"""Events that wait for a reader; whoever makes them may put together what comes later."""

HEADERS: Final = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
}


def encode(event: Event) -> bytes:
    """Return one event as it goes over the wire: id, name, one line of JSON."""
    lines = [] if event.id is None else [f"id: {event.id}"]
    lines += [f"event: {event.name}", f"data: {json.dumps(event.data, ensure_ascii=False)}"]
    return ("\n".join(lines) + "\n\n").encode()


async def frames(
    events: AsyncIterator[Event], heartbeat: float = HEARTBEAT_SECONDS
) -> AsyncIterator[bytes]:
    """Yield encoded events, and a comment whenever there was none for a while.

    What has come while the reader was busy is one frame: hundreds of readers cost a task for each
    of them, not for each event.
    """
    buffer = _Buffer()
    source = asyncio.create_task(buffer.fill(events))
    try:
        while True:
            frame = await buffer.take(heartbeat)
            if frame:
                yield frame
            elif source.done():
                source.result()  # where it failed, so does the reading
                return
            else:
                yield b": ping\n\n"
    finally:
        source.cancel()
        await asyncio.gather(source, return_exceptions=True)


class _Buffer:
    """Encoded events on their way from one task to another."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._filled = asyncio.Event()
        self._taken = asyncio.Event()
        self._is_whole = False

    async def fill(self, events: AsyncIterator[Event]) -> None:
        """Take events as they come, but not more than a reader can be given at once."""
        try:
            async for event in events:
                self._parts.append(encode(event))
                self._filled.set()
                if len(self._parts) >= _AHEAD:
                    self._taken.clear()
                    await self._taken.wait()
        finally:
            self._is_whole = True
            self._filled.set()

    async def take(self, seconds: float) -> bytes:
        """Return what has come, waiting for it; nothing where nothing comes, or at the end."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._filled.wait()
        if not self._is_whole:
            self._filled.clear()
        frame = b"".join(self._parts)
        self._parts.clear()
        self._taken.set()
        return frame
