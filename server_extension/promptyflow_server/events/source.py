"""Where changes come from: one connection that listens, or else a look every second.

Behind a pooler that gives each transaction another connection LISTEN succeeds and nothing ever
arrives, so whether it works is tried with a notification of our own.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from contextlib import aclosing
from contextvars import Context
from typing import TYPE_CHECKING, Any, Final, Protocol

import psycopg
from psycopg import sql
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from promptyflow_server.events.changes import CHANNEL, change_of
from promptyflow_server.events.looking import Looker
from promptyflow_server.shared.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from uuid import UUID

    from promptyflow_server.events.changes import Change
    from promptyflow_server.storage.database import Database

log: Final = logging.getLogger("promptyflow.events")

_READY_SECONDS: Final = 10.0
_TRIAL_SECONDS: Final = 5.0
_PULSE_SECONDS: Final = 30.0
_LOOK_SECONDS: Final = 0.8
_TRY_AGAIN_SECONDS: Final = 3600.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 15.0
_FAILURES: Final = (psycopg.Error, SQLAlchemyError, Unavailable, OSError)


class Receiver(Protocol):
    """Who is told."""

    def audiences(self) -> AbstractSet[UUID]:
        """Return those for whom changes are of interest."""

    def take(self, change: Change) -> None:
        """Take a change."""

    def gap(self) -> None:
        """Learn that changes may have been missed."""


class ChangeSource:
    """Tells a receiver of every change that is committed, by whichever process.

    Parameters
    ----------
    database
        Where changes are made.
    receiver
        Who is told.
    """

    def __init__(self, database: Database, receiver: Receiver) -> None:
        self._database = database
        self._receiver = receiver
        self._working: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._looker: Looker | None = None

    @property
    def is_looking(self) -> bool:
        """Whether changes are looked for, since they cannot be listened to."""
        return self._looker is not None

    async def ready(self) -> None:
        """Wait until no change escapes; the first call connects.

        Raises
        ------
        Unavailable
            The database is away.
        """
        if self._working is None or self._working.done():
            # It outlives the request that happens to be the first, and is no part of it.
            self._working = asyncio.create_task(self._work(), context=Context())
        try:
            async with asyncio.timeout(_READY_SECONDS):
                await self._ready.wait()
        except TimeoutError:
            raise Unavailable(reason="database") from None

    async def watch(self, audience: AbstractSet[UUID]) -> bool:
        """See to it that from now on no change for these escapes; return whether none had before.

        Whoever listens hears of everybody, whoever looks only of those who read along.
        """
        return self._looker is None or await self._looker.look_at(audience)

    async def close(self) -> None:
        """Hang up."""
        if self._working is not None:
            self._working.cancel()
            await asyncio.gather(self._working, return_exceptions=True)

    async def _work(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                async with await self._database.direct() as connection:
                    listens = await self._begin_to_listen(connection)
                    if listens:
                        pause = _FIRST_PAUSE
                        await self._listen(connection)
                await self._look()
            except _FAILURES as error:
                log.warning("changes are not heard, trying again: %s", error)
            self._ready.clear()
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _begin_to_listen(self, connection: psycopg.AsyncConnection[Any]) -> bool:
        """Return whether what is announced arrives here."""
        await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
        mark = f"trial {secrets.token_hex(8)}"
        async with self._database.transaction() as other:
            await other.execute(select(func.pg_notify(CHANNEL, mark)))
        self._receiver.gap()
        async with aclosing(connection.notifies(timeout=_TRIAL_SECONDS)) as notes:
            async for note in notes:
                if note.payload == mark:
                    return True
                self._take(note.payload)
        return False

    async def _listen(self, connection: psycopg.AsyncConnection[Any]) -> None:
        self._ready.set()
        while True:
            async with aclosing(connection.notifies(timeout=_PULSE_SECONDS)) as notes:
                async for note in notes:
                    self._take(note.payload)
            async with asyncio.timeout(_READY_SECONDS):  # a broken line may stay silent for hours
                await connection.execute("SELECT 1")

    def _take(self, payload: str) -> None:
        change = change_of(payload)
        if change is not None:
            self._receiver.take(change)

    async def _look(self) -> None:
        """Look for changes, for as long as there is little hope of hearing them."""
        log.warning(
            "LISTEN does not work over this connection (a pooler?): changes are looked for every"
            " second; PROMPTYFLOW_DATABASE_DIRECT_URL helps"
        )
        self._looker = looker = Looker(self._database, self._receiver.audiences)
        try:
            await looker.look()
            self._receiver.gap()
            self._ready.set()
            for _ in range(round(_TRY_AGAIN_SECONDS / _LOOK_SECONDS)):
                await asyncio.sleep(_LOOK_SECONDS)
                for change in await looker.look():
                    self._receiver.take(change)
        finally:
            self._looker = None
