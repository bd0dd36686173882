"""SQL of a person's own row, and of what they keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from promptyflow_server.storage.tables import projects, runs, templates, users

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncConnection


class UserRepository:
    """Works in an open transaction, for one person."""

    def __init__(self, connection: AsyncConnection, user_id: UUID) -> None:
        self._connection = connection
        self._user_id = user_id

    async def find(self) -> Row[Any] | None:
        """Return the person's row."""
        statement = select(users).where(users.c.id == self._user_id)
        return (await self._connection.execute(statement)).first()

    async def change(self, values: dict[str, Any]) -> None:
        """Write some columns."""
        statement = update(users).where(users.c.id == self._user_id).values(values)
        await self._connection.execute(statement)

    async def used(self) -> Row[Any]:
        """Return how much the person keeps."""
        kept = (
            select(
                func.count().label("projects"),
                func.coalesce(func.sum(projects.c.chars), 0).label("chars"),
                func.coalesce(func.max(projects.c.chars), 0).label("largest_project_chars"),
            )
            .where(projects.c.owner_id == self._user_id)
            .subquery()
        )
        library = (
            select(func.count())
            .select_from(templates)
            .where(templates.c.owner_id == self._user_id)
            .scalar_subquery()
        )
        sent = (
            select(func.count())
            .select_from(runs)
            .where(runs.c.owner_id == self._user_id)
            .scalar_subquery()
        )
        statement = select(kept, library.label("templates"), sent.label("runs"))
        return (await self._connection.execute(statement)).one()
