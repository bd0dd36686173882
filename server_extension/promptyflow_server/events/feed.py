"""Passing changes on: to those who see them, in order, and to nobody else."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections import deque
from typing import TYPE_CHECKING, Final

from promptyflow_server.events.source import ChangeSource
from promptyflow_server.http.models import Event
from promptyflow_server.shared.errors import RateLimited

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from uuid import UUID

    from promptyflow_server.events.changes import Change
    from promptyflow_server.http.call import User
    from promptyflow_server.storage.database import Database

_WAITING: Final = 200
"""Changes that wait for a slow reader; beyond them it is told to read everything again."""
_KEPT: Final = 5000
"""Changes that are kept for readers who come back."""
_READERS: Final = 20
"""Streams one person may have open at one server."""
_PAUSE_SECONDS: Final = 30
_GROUPS_SECONDS: Final = 60.0
_TOKEN_SECONDS: Final = 900.0
"""After these a reader has to ask again, and is known anew: who is in no group any more, and whose
token was revoked or account locked, hears nothing that is said later."""
_ID: Final = re.compile(r"([0-9a-f]{8})-(\d{1,15})")


class _Reader:
    """Somebody who reads along."""

    def __init__(self, user_id: UUID) -> None:
        self.user_id = user_id
        self.is_lost = False
        self.is_over = False
        self._waiting: deque[Event] = deque()
        self._news = asyncio.Event()

    def tell(self, event: Event) -> None:
        if len(self._waiting) >= _WAITING:
            self.lose()
        elif not self.is_lost:
            self._waiting.append(event)
        self._news.set()

    def lose(self) -> None:
        """Forget what waits: the reader is to read everything again."""
        self._waiting.clear()
        self.is_lost = True
        self._news.set()

    def end(self) -> None:
        self.is_over = True
        self._news.set()

    async def news(self) -> list[Event]:
        """Wait for something, and return what waits."""
        await self._news.wait()
        self._news.clear()
        events = list(self._waiting)
        self._waiting.clear()
        return events


class Feed:
    """The changes of everybody who reads along at this server.

    Parameters
    ----------
    database
        Where changes are made.
    """

    def __init__(self, database: Database) -> None:
        self.source = ChangeSource(database, self)
        self._database = database
        self._readers: dict[UUID, set[_Reader]] = {}
        # An id is a place in this process's life; another process's ids are not known here.
        self._epoch = secrets.token_hex(4)
        self._number = 0
        self._known_from = 0
        self._kept: deque[tuple[int, UUID, Event]] = deque()
        self._closed = False

    async def follow(self, user: User, last_event_id: str | None) -> AsyncGenerator[Event, None]:
        """Return what changes for a person from now on, or from behind the last that arrived.

        Raises
        ------
        Unavailable
            The database is away.
        RateLimited
            The person has too many streams open.
        """
        if len(self._readers.get(user.id, ())) >= _READERS:
            raise RateLimited(retryAfter=_PAUSE_SECONDS)
        await self.source.ready()
        return self._events(user, last_event_id)

    @property
    def is_heard(self) -> bool:
        """Whether changes are listened to; false while they have to be looked for."""
        return not self.source.is_looking

    def audiences(self) -> set[UUID]:
        """Return who reads along: people, and the groups they are in."""
        return set(self._readers)

    def take(self, change: Change) -> None:
        """Pass a change on, and keep it for those who are away for a moment."""
        self._number += 1
        self._database.told(change.audience)
        event = change.event(self._id())
        self._kept.append((self._number, change.audience, event))
        if len(self._kept) > _KEPT:
            self._known_from = self._kept.popleft()[0]
        for reader in self._readers.get(change.audience, ()):
            self._database.told(reader.user_id)
            reader.tell(event)

    def gap(self) -> None:
        """Tell everybody that changes may have been missed."""
        self._number += 1
        self._known_from = self._number
        self._kept.clear()
        for readers in self._readers.values():
            for reader in readers:
                reader.lose()

    async def close(self) -> None:
        """End all streams, and listen no more."""
        self._closed = True
        for readers in self._readers.values():
            for reader in readers:
                reader.end()
        await self.source.close()

    async def _events(self, user: User, last_event_id: str | None) -> AsyncGenerator[Event, None]:
        reader = _Reader(user.id)
        audience = user.audience
        for one in audience:
            self._readers.setdefault(one, set()).add(reader)
        seconds = _GROUPS_SECONDS if user.groups else _TOKEN_SECONDS
        ending = asyncio.get_running_loop().call_later(seconds, reader.end)
        try:
            first = self._first(audience, last_event_id)
            was_watched = await self.source.watch(audience)
            if last_event_id is not None and not was_watched:
                first = [Event("resync", {}, self._id())]
            for event in first:
                yield event
            while not (reader.is_over or self._closed):
                events = await reader.news()
                if reader.is_lost:
                    reader.is_lost = False
                    yield Event("resync", {}, self._id())
                for event in events:
                    yield event
        finally:
            ending.cancel()
            for one in audience:
                readers = self._readers[one]
                readers.discard(reader)
                if not readers:
                    del self._readers[one]

    def _first(self, audience: frozenset[UUID], last_event_id: str | None) -> list[Event]:
        """Return how a stream begins: with what was missed, or with the advice to read again."""
        if last_event_id is None:
            return [Event("ready", {}, self._id())]
        match = _ID.fullmatch(last_event_id)
        place = int(match[2]) if match is not None and match[1] == self._epoch else -1
        if not self._known_from <= place <= self._number:
            return [Event("resync", {}, self._id())]
        missed = [event for number, to, event in self._kept if number > place and to in audience]
        if len(missed) > _WAITING:
            return [Event("resync", {}, self._id())]
        return [Event("ready", {}, last_event_id), *missed]

    def _id(self) -> str:
        return f"{self._epoch}-{self._number}"
