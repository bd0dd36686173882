"""Writing server-sent events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from promptyflow_server.http.models import Event

HEARTBEAT_SECONDS: Final = 15.0
"""Silence after which a comment is sent: proxies cut connections that are quiet for longer."""

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
    """Yield encoded events, and a comment whenever there was none for a while."""
    iterator = aiter(events)
    pending: asyncio.Task[Event] | None = None
    try:
        while True:
            if pending is None:
                pending = asyncio.ensure_future(anext(iterator))
            done, _ = await asyncio.wait({pending}, timeout=heartbeat)
            if not done:
                yield b": ping\n\n"
                continue
            try:
                event = pending.result()
            except StopAsyncIteration:
                return
            pending = None
            yield encode(event)
    finally:
        if pending is not None:
            pending.cancel()
            await asyncio.gather(pending, return_exceptions=True)
