"""SQL of projects that others share with somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import case, select
from sqlalchemy.dialects.postgresql import distinct_on

from promptyflow_server.projects.records import RANK
from promptyflow_server.storage.tables import shares, users

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from sqlalchemy import Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from promptyflow_server.projects.records import Role

_RANK: Final = case(RANK, value=shares.c.role)


class Received(NamedTuple):
    """A project that is shared with somebody, by the best of its shares."""

    project_id: UUID
    owner_id: UUID
    owner_name: str
    role: Role


class ReceivedRepository:
    """What is shared with one person, by name or through a group."""

    def __init__(self, connection: AsyncConnection, audience: Collection[UUID]) -> None:
        self._connection = connection
        self._audience = audience

    async def find(self, project_id: UUID) -> Received | None:
        """Return what the person may do with somebody else's project; None for nothing."""
        query = self._best().where(shares.c.project_id == project_id)
        row = (await self._connection.execute(query)).first()
        return None if row is None else Received(*row)

    async def all(self) -> list[Received]:
        """Return everything."""
        return [Received(*row) for row in await self._connection.execute(self._best())]

    def _best(self) -> Select[Any]:
        mine = shares.c.grantee.in_(self._audience)
        return (
            select(shares.c.project_id, shares.c.owner_id, users.c.name, shares.c.role)
            .ext(distinct_on(shares.c.owner_id, shares.c.project_id))
            .join(users, users.c.id == shares.c.owner_id)
            .where(mine)
            .order_by(shares.c.owner_id, shares.c.project_id, _RANK.desc())
        )
