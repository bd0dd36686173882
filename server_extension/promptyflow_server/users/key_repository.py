"""SQL of providers' keys: ciphertexts only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from promptyflow_server.storage.tables import api_keys

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncConnection

_FIND: Final = select(api_keys).where(
    api_keys.c.owner_id == bindparam("owner"), api_keys.c.provider == bindparam("which")
)


class KeyRepository:
    """Works in an open transaction, for one owner."""

    def __init__(self, connection: AsyncConnection, owner_id: UUID) -> None:
        self._connection = connection
        self._owner_id = owner_id
        self._mine = api_keys.c.owner_id == owner_id

    async def all(self) -> list[Row[Any]]:
        """Return every row, by provider."""
        statement = select(api_keys).where(self._mine).order_by(api_keys.c.provider)
        return list((await self._connection.execute(statement)).all())

    async def find(self, provider: str) -> Row[Any] | None:
        """Return the row of a provider."""
        told = {"owner": self._owner_id, "which": provider}
        return (await self._connection.execute(_FIND, told)).first()

    async def put(self, provider: str, values: dict[str, Any]) -> Row[Any]:
        """Write the row of a provider, new or instead of the one there, and return it."""
        named = {"owner_id": self._owner_id, "provider": provider, **values}
        statement = insert(api_keys).values(named)
        statement = statement.on_conflict_do_update(
            index_elements=[api_keys.c.owner_id, api_keys.c.provider],
            set_={**values, "updated_at": func.now()},
        )
        row: Row[Any] = (await self._connection.execute(statement.returning(api_keys))).one()
        return row

    async def note(self, row_id: UUID, status: str) -> None:
        """Write how a key fared, unless it was replaced meanwhile."""
        await self._connection.execute(
            update(api_keys)
            .where(self._mine, api_keys.c.id == row_id, api_keys.c.status != status)
            .values(status=status, last_tested_at=func.now())
        )

    async def remove(self, provider: str) -> bool:
        """Delete the row of a provider; return whether there was one."""
        statement = (
            delete(api_keys)
            .where(self._mine, api_keys.c.provider == provider)
            .returning(api_keys.c.id)
        )
        return (await self._connection.execute(statement)).first() is not None
