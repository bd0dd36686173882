"""The sign of life of a server process, and what becomes of the runs of one that died.

A process holds an advisory lock for as long as it lives, in a transaction that stays open: its
connection ends with it, however it ends, and the lock with the connection. Whoever can take the
lock of another process knows that it is gone.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from promptyflow_server.ai.repository import InstanceRepository
from promptyflow_server.events.changes import announce
from promptyflow_server.shared.errors import Unavailable

if TYPE_CHECKING:
    from uuid import UUID

    from promptyflow_server.storage.database import Database

log: Final = logging.getLogger("promptyflow.runs")

_LOOK_SECONDS: Final = 10.0
_AGAIN_SECONDS: Final = 1.0
INTERRUPTED: Final[dict[str, Any]] = {
    "code": "PROVIDER_ERROR",
    "details": {"kind": "stopped", "retryable": True},
}


class Instance:
    """A server process among those that use the database.

    Parameters
    ----------
    database
        Where the locks are.
    """

    def __init__(self, database: Database) -> None:
        self.id = uuid4()
        self._database = database
        self._living: asyncio.Task[None] | None = None
        self._alive = asyncio.Event()

    async def start(self) -> None:
        """Show that we live, and end the runs of those who do not."""
        self._living = asyncio.create_task(self._live())
        waiting = asyncio.create_task(self._alive.wait())
        await asyncio.wait({self._living, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if self._living.done():
            waiting.cancel()
            self._living.result()
        await self.bury()

    async def close(self) -> None:
        """Give up the sign of life."""
        if self._living is not None:
            self._living.cancel()
            await asyncio.gather(self._living, return_exceptions=True)

    async def bury(self) -> None:
        """Mark the runs of processes that are gone as interrupted."""
        async with self._database.read() as connection:
            suspects = await InstanceRepository(connection).instances()
        for suspect in suspects:
            if suspect == self.id:
                continue
            async with self._database.transaction() as connection:
                repository = InstanceRepository(connection)
                if await repository.try_lock(_lock_of(suspect)):
                    ended = await repository.interrupt(suspect, INTERRUPTED)
                    for owner_id, run_id in ended:
                        await announce(connection, owner_id, "run", run_id, "interrupted")
                    log.warning("%d run(s) of a server that is gone are interrupted", len(ended))

    async def _live(self) -> None:
        while True:
            try:
                await self._hold()
            except (Unavailable, SQLAlchemyError) as error:
                if not self._alive.is_set():
                    raise  # the start itself failed: whoever starts us is told
                log.warning("the sign of life was lost, trying again: %s", error)
                await asyncio.sleep(_AGAIN_SECONDS)

    async def _hold(self) -> None:
        async with self._database.transaction() as connection:
            # The transaction idles by design.
            await connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            await InstanceRepository(connection).lock(_lock_of(self.id))
            self._alive.set()
            while True:
                await asyncio.sleep(_LOOK_SECONDS)
                await connection.execute(text("SELECT 1"))
                await self.bury()


def _lock_of(instance_id: UUID) -> int:
    """Return the number of an instance's lock."""
    return int.from_bytes(instance_id.bytes[:8], "big", signed=True)
