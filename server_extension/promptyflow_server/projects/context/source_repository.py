"""SQL of where texts were taken from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from promptyflow_server.projects.records import Key
from promptyflow_server.storage.tables import nodes

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection


class SourceRepository:
    """The sources of one owner's texts.

    Addresses are looked for by how they begin: a name that begins like another one is found, too.
    """

    def __init__(self, connection: AsyncConnection, owner_id: UUID) -> None:
        self._connection = connection
        self._owner_id = owner_id

    async def projects(self, beginning: str) -> list[UUID]:
        """Return the projects with a text whose address begins so."""
        query = select(nodes.c.project_id).where(self._of(beginning)).distinct()
        return list((await self._connection.execute(query)).scalars())

    async def sources(self, project_id: UUID, beginning: str) -> list[tuple[Key, dict[str, Any]]]:
        """Return the texts of a project whose address begins so, with their sources."""
        query = select(
            nodes.c.block_id, nodes.c.item_id, nodes.c.sub_item_id, nodes.c.source
        ).where(self._of(beginning), nodes.c.project_id == project_id)
        rows = await self._connection.execute(query)
        return [(Key(*row[:3]), row.source) for row in rows]

    def _of(self, beginning: str) -> ColumnElement[bool]:
        address = nodes.c.source.op("->>")("reference")
        return (nodes.c.owner_id == self._owner_id) & func.starts_with(address, beginning)
