"""SQL of what was done to a project, version by version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, literal_column, select

from promptyflow_server.storage.tables import history, users

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from uuid import UUID

    from sqlalchemy import Row, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from promptyflow_server.projects.writing import Entry

SHOWN: Final = 20
"""Changes of one version that are told."""

_READ_AT_ONCE: Final = 10
_OPERATIONS: Final = history.c.what["operations"]
_FIRST: Final = func.jsonb_path_query_array(
    history.c.what, literal_column(f"'$.operations[0 to {SHOWN - 1}]'")
)


class HistoryRepository:
    """The history of one project."""

    def __init__(self, connection: AsyncConnection, owner_id: UUID, project_id: UUID) -> None:
        self._connection = connection
        self._owner_id = owner_id
        self._project_id = project_id

    async def page(self, limit: int, below: int | None) -> Sequence[Row[Any]]:
        """Return versions with their first changes, the newest first, from below one on."""
        query = self._of(
            select(
                history.c.version,
                history.c.at,
                history.c.user_id,
                users.c.name,
                _FIRST.label("operations"),
                func.jsonb_array_length(_OPERATIONS).label("total"),
            ).outerjoin(users, users.c.id == history.c.user_id)
        )
        if below is not None:
            query = query.where(history.c.version < below)
        query = query.order_by(history.c.version.desc()).limit(limit)
        rows: Sequence[Row[Any]] = (await self._connection.execute(query)).all()
        return rows

    async def oldest(self) -> int | None:
        """Return the oldest version that is known."""
        query = self._of(select(func.min(history.c.version)))
        version: int | None = (await self._connection.execute(query)).scalar_one()
        return version

    async def ways_back(self, newest: int, to: int) -> AsyncIterator[tuple[int, list[Entry]]]:
        """Yield versions and the steps that take each of them back, from the newest on.

        A few at a time: what was deleted stands in them as a whole.
        """
        while newest > to:
            query = self._of(select(history.c.version, history.c.what["inverse"]))
            query = query.where(history.c.version <= newest, history.c.version > to)
            query = query.order_by(history.c.version.desc()).limit(_READ_AT_ONCE)
            rows = (await self._connection.execute(query)).all()
            for row in rows:
                yield row[0], row[1]
            if len(rows) < _READ_AT_ONCE:
                return
            newest = rows[-1][0] - 1

    def _of(self, query: Select[Any]) -> Select[Any]:
        return query.where(
            history.c.owner_id == self._owner_id, history.c.project_id == self._project_id
        )
