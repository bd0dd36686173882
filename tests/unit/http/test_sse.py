"""Events go out one after another, and silence is broken before a proxy cuts the line."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from promptyflow_server.http.models import Event
from promptyflow_server.http.sse import encode, frames

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


def test_an_event_is_one_line_of_json_whatever_it_holds() -> None:
    encoded = encode(Event("delta", {"text": "a\nb\r\nв"}, id="7"))
    assert encoded == 'id: 7\nevent: delta\ndata: {"text": "a\\nb\\r\\nв"}\n\n'.encode()


def test_silence_is_broken_by_comments_and_nothing_is_lost() -> None:
    ended = []

    async def slow() -> AsyncIterator[Event]:
        try:
            yield Event("a", {})
            await asyncio.sleep(0.12)
            yield Event("b", {})
        finally:
            ended.append(True)

    async def collect() -> list[bytes]:
        return [frame async for frame in frames(slow(), heartbeat=0.05)]

    received = asyncio.run(collect())
    assert received[0].startswith(b"event: a")
    assert received[-1].startswith(b"event: b")
    assert b": ping\n\n" in received
    assert ended == [True]


def test_a_reader_who_leaves_ends_the_source() -> None:
    ended = []

    async def endless() -> AsyncIterator[Event]:
        try:
            while True:
                yield Event("a", {})
                await asyncio.sleep(0.01)
        finally:
            ended.append(True)

    async def leave() -> None:
        source = endless()
        reader = frames(source)
        async for _ in reader:
            break
        await reader.aclose()
        await source.aclose()

    asyncio.run(leave())
    assert ended == [True]
