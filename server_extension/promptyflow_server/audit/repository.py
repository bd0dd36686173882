"""SQL of the trail: one line for each request that changed something, written with the change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, select

from promptyflow_server.shared.ids import new_id
from promptyflow_server.storage.tables import audit, users

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Row, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from promptyflow_server.audit.deeds import Deed

_LINE: Final = ("id", "user_id", "action", "target", "identified_by", "request_id")
_NOTE: Final = (
    insert(audit)
    .from_select(
        _LINE,
        select(*(bindparam(f"new_{name}", type_=audit.c[name].type) for name in _LINE)).where(
            func.pg_current_xact_id_if_assigned().is_not(None)
        ),
    )
    .execution_options(preserve_rowcount=True)
)  # else it is not told of an INSERT


async def note(connection: AsyncConnection, deed: Deed) -> bool:
    """Write a line if the open transaction has changed anything; return whether it has."""
    line = {f"new_{name}": getattr(deed, name) for name in _LINE[1:]}
    written = await connection.execute(_NOTE, {"new_id": new_id(), **line})
    return written.rowcount == 1


async def own(connection: AsyncConnection) -> None:
    """Let the open transaction count as a change, where another one makes it for this request."""
    # nosemgrep: statement-without-owner - of no table
    await connection.execute(select(func.pg_current_xact_id()))


class AuditRepository:
    """Reads the trail, and forgets its oldest part; for operators."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def newest(
        self, *, user: str | None, target: str | None, since: datetime | None, limit: int
    ) -> Sequence[Row[Any]]:
        """Return lines with people's names, the newest first.

        Parameters
        ----------
        user
            Id, name or e-mail of a person; of one who is gone the id alone is known.
        target
            An id that must occur.
        """
        lines: Select[Any] = select(audit, users.c.name.label("user_name")).outerjoin(
            users, users.c.id == audit.c.user_id
        )
        if user is not None:
            named = select(users.c.id).where((users.c.name == user) | (users.c.email == user))
            try:
                lines = lines.where(audit.c.user_id == UUID(user))
            except ValueError:
                lines = lines.where(audit.c.user_id.in_(named))
        if target is not None:
            lines = lines.where(audit.c.target.contains(target, autoescape=True))
        if since is not None:
            lines = lines.where(audit.c.id >= _first_id(since))
        found = await self._connection.execute(lines.order_by(audit.c.id.desc()).limit(limit))
        rows: Sequence[Row[Any]] = found.all()
        return rows

    async def forget(self, before: datetime) -> int:
        """Delete what was written before a moment; return how many lines that were."""
        # nosemgrep: statement-without-owner - everybody's alike, by age
        old = delete(audit).where(audit.c.id < _first_id(before))
        return (await self._connection.execute(old)).rowcount


def _first_id(moment: datetime) -> UUID:
    """Return the least id of a moment: ids begin with the time, so that they are its index."""
    return UUID(int=round(moment.timestamp() * 1000) << 80)
