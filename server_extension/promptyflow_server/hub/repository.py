"""SQL of the identities of a Hub's people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import exists, func, or_, select, update

from promptyflow_server.storage.tables import identities

if TYPE_CHECKING:
    from sqlalchemy import Row, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

_ALIKE_AT_MOST: Final = 100


class AccountRepository:
    """Works in an open transaction, for the people of one Hub."""

    def __init__(self, connection: AsyncConnection, issuer: str) -> None:
        self._connection = connection
        self._issuer = issuer

    async def lock(self) -> None:
        """Let nobody else move identities until the transaction ends."""
        key = func.hashtextextended(f"identities of {self._issuer}", 0)
        await self._connection.execute(select(func.pg_advisory_xact_lock(key)))

    async def alike(self, subject: str, created: str) -> list[Row[Any]]:
        """Return the identity of a subject, and those of accounts made at that moment."""
        statement: Select[Any] = (
            select(identities.c.subject, identities.c.name, identities.c.hub_created)
            .where(identities.c.issuer == self._issuer)
            .where(or_(identities.c.subject == subject, identities.c.hub_created == created))
            .order_by(identities.c.subject)
            .limit(_ALIKE_AT_MOST)
        )
        return list((await self._connection.execute(statement)).all())

    async def note(self, subject: str, created: str) -> None:
        """Write down when the account was made."""
        statement = (
            update(identities)
            .where(identities.c.issuer == self._issuer, identities.c.subject == subject)
            .values(hub_created=created)
        )
        await self._connection.execute(statement)

    async def close(self, subject: str, created: str) -> None:
        """Let nobody come by this account any more: no name of a Hub holds a slash."""
        statement = (
            update(identities)
            .where(identities.c.issuer == self._issuer, identities.c.subject == subject)
            .where(identities.c.hub_created == created)
            .values(subject=f"{subject}/{created}", name="")
        )
        await self._connection.execute(statement)

    async def readdress(self, subject: str, created: str, new: str) -> None:
        """Let another subject lead to the person, unless it leads to somebody already."""
        other = identities.alias()
        taken = exists().where(other.c.issuer == self._issuer, other.c.subject == new)
        statement = (
            update(identities)
            .where(identities.c.issuer == self._issuer, identities.c.subject == subject)
            .where(identities.c.hub_created == created, ~taken)
            .values(subject=new)
        )
        await self._connection.execute(statement)
