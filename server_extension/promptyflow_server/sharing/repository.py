"""SQL of the shares that an owner gives, and of finding the people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, delete, func, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from promptyflow_server.storage.tables import identities, shares, users

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

_GIVEN: Final = (
    shares.c.id,
    shares.c.user_id,
    shares.c.group_name,
    shares.c.grantee,
    shares.c.role,
    shares.c.created_at,
)


class ShareRepository:
    """With whom one project is shared."""

    def __init__(self, connection: AsyncConnection, owner_id: UUID, project_id: UUID) -> None:
        self._connection = connection
        self._owner_id = owner_id
        self._project_id = project_id

    async def all(self) -> Sequence[Row[Any]]:
        """Return the shares with people's names, the oldest first."""
        query = self._named().order_by(shares.c.created_at, shares.c.id)
        rows: Sequence[Row[Any]] = (await self._connection.execute(query)).all()
        return rows

    async def find(self, share_id: UUID) -> Row[Any] | None:
        """Return a share."""
        query = self._named().where(shares.c.id == share_id)
        row: Row[Any] | None = (await self._connection.execute(query)).first()
        return row

    async def count(self) -> int:
        """Return how many there are."""
        query = select(func.count()).where(self._these())
        return int((await self._connection.execute(query)).scalar_one())

    async def set(self, values: dict[str, Any]) -> tuple[UUID, bool]:
        """Share, or change the role of whom it is shared with; return the id, and if it is new."""
        statement = (
            insert(shares)
            .values(owner_id=self._owner_id, project_id=self._project_id, **values)
            .on_conflict_do_update(
                index_elements=[shares.c.owner_id, shares.c.project_id, shares.c.grantee],
                set_={"role": values["role"]},
            )
            # A row that was there has been locked by its own update, a new one by nobody.
            .returning(shares.c.id, (literal_column("shares.xmax::text") == "0").label("is_new"))
        )
        row = (await self._connection.execute(statement)).one()
        return row.id, row.is_new

    async def set_role(self, share_id: UUID, role: str) -> None:
        """Change what somebody may do."""
        this = and_(self._these(), shares.c.id == share_id)
        await self._connection.execute(update(shares).where(this).values(role=role))

    async def remove(self, share_id: UUID) -> None:
        """Take a share back."""
        this = and_(self._these(), shares.c.id == share_id)
        await self._connection.execute(delete(shares).where(this))

    def _named(self) -> Select[Any]:
        named = select(*_GIVEN, users.c.name.label("user_name"))
        return named.outerjoin(users, users.c.id == shares.c.user_id).where(self._these())

    def _these(self) -> ColumnElement[bool]:
        return and_(shares.c.owner_id == self._owner_id, shares.c.project_id == self._project_id)


class PeopleRepository:
    """Finds people by what only who knows them can say in full; there is no list of people."""

    def __init__(self, connection: AsyncConnection, user_id: UUID) -> None:
        self._connection = connection
        self._user_id = user_id

    async def named(self, words: str) -> Sequence[Row[Any]]:
        """Return the people of this e-mail address, or of this name at one's own sign-in.

        The name that people give themselves does not count: anybody could call themselves so. At
        a Hub it is the Hub that gives names.
        """
        mine = select(identities.c.issuer).where(identities.c.user_id == self._user_id)
        at_hub = and_(identities.c.issuer.startswith("hub:"), identities.c.name == words)
        by_name = and_(identities.c.issuer.in_(mine), or_(identities.c.subject == words, at_hub))
        found = select(identities.c.user_id).where(by_name)
        query: Select[Any] = (
            select(users.c.id, users.c.name)
            .where(or_(users.c.id.in_(found), func.lower(users.c.email) == words.lower()))
            .where(~users.c.disabled)
            .limit(2)
        )
        rows: Sequence[Row[Any]] = (await self._connection.execute(query)).all()
        return rows
