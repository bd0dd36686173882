"""Servers on one database, and people who read along."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from people import Person

from promptyflow_server.http.call import Principal
from promptyflow_server.http.exchange import Request
from promptyflow_server.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from promptyflow_server.http.dispatcher import Dispatcher
    from promptyflow_server.http.exchange import Response
    from promptyflow_server.http.models import Event


@dataclass
class Reader:
    """Reads a stream of changes."""

    events: AsyncGenerator[Event, None]
    last_id: str | None = None
    tasks: list[asyncio.Task[Event]] = field(default_factory=list)

    async def next(self, seconds: float = 1.0) -> tuple[str, dict[str, Any]]:
        """Return the next event, which must come within a second."""
        if not self.tasks:
            self.tasks.append(asyncio.ensure_future(anext(self.events)))
        async with asyncio.timeout(seconds):
            event = await asyncio.shield(self.tasks[0])
        self.tasks.clear()
        self.last_id = event.id
        return event.name, event.data

    async def nothing(self, seconds: float = 1.0) -> bool:
        """Return whether nothing comes for a while."""
        try:
            return not await self.next(seconds)
        except TimeoutError:
            return True

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.tasks.clear()
        await self.events.aclose()


async def open_stream(dispatcher: Dispatcher, name: str, last_id: str | None = None) -> Response:
    headers = {} if last_id is None else {"last-event-id": last_id}
    request = Request("GET", "/api/events", {}, headers, b"", "test")
    return await dispatcher.answer(request, Principal("test", name, name, "jupyter"))


@contextlib.asynccontextmanager
async def reading(
    dispatcher: Dispatcher, name: str, last_id: str | None = None
) -> AsyncIterator[Reader]:
    """Read along as somebody."""
    response = await open_stream(dispatcher, name, last_id)
    assert response.status == 200, response.body
    reader = Reader(response.events)  # type: ignore[arg-type]  # a generator
    try:
        yield reader
    finally:
        await reader.close()


@pytest.fixture
def settings(database_url, tmp_path):
    return Settings(data_dir=tmp_path, database_url=database_url)


@pytest.fixture
async def dispatcher(servers):
    return await servers.start()


@pytest.fixture
def person(dispatcher):
    return lambda name, of=None: Person(of or dispatcher, name)


@pytest.fixture
def ann(person):
    return person("ann")


@pytest.fixture
def read():
    """Return what opens a stream to read along, as a context."""
    return reading


@pytest.fixture
def stream():
    """Return what asks for a stream and gives the answer as it is."""
    return open_stream
