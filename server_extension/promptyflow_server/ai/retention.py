"""What has grown old is deleted: the audit trail, answers kept for repeats, runs if so wished."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import SQLAlchemyError

from promptyflow_server.ai.repository import InstanceRepository
from promptyflow_server.audit.repository import AuditRepository
from promptyflow_server.settings import AUDIT_DAYS
from promptyflow_server.shared.errors import Unavailable
from promptyflow_server.shared.idempotency import forget_old

if TYPE_CHECKING:
    from promptyflow_server.ai.policy import Keeping
    from promptyflow_server.storage.database import Database

log: Final = logging.getLogger("promptyflow.runs")

_HOUR: Final = 3600.0
_AT_ONCE: Final = 1000
_MONTH_DAYS: Final = 31
_LEDGER_DAYS: Final = 400
"""What was spent is kept for a year and a month: it holds numbers only."""


class Retention:
    """Deletes what is too old, once an hour."""

    def __init__(self, database: Database, keeping: Keeping, audit_days: int = AUDIT_DAYS) -> None:
        self._database = database
        self._audit_days = audit_days
        self._days = keeping.keep_days
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in the background."""
        self._task = asyncio.create_task(self._work())

    async def close(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def sweep(self) -> int:
        """Delete what is too old now; return how many runs that were."""
        now = datetime.now(UTC)
        deleted = 0
        async with self._database.transaction() as connection:
            repository = InstanceRepository(connection)
            await repository.forget_spending(now - timedelta(days=_LEDGER_DAYS))
            await repository.forget_gone(now - timedelta(days=_MONTH_DAYS))
            await AuditRepository(connection).forget(now - timedelta(days=self._audit_days))
            await forget_old(connection)
        while self._days is not None:
            async with self._database.transaction() as connection:
                repository = InstanceRepository(connection)
                gone = await repository.remove_old(now - timedelta(days=self._days), _AT_ONCE)
            deleted += gone
            if gone < _AT_ONCE:
                break
        return deleted

    async def _work(self) -> None:
        while True:
            try:
                deleted = await self.sweep()
                if deleted:
                    log.info("%d runs were older than %s days and deleted", deleted, self._days)
            except (Unavailable, SQLAlchemyError) as error:
                log.warning("old runs could not be deleted, trying again in an hour: %s", error)
            await asyncio.sleep(_HOUR)
