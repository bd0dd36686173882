"""SQL of model configurations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, func, insert, select, update

from promptyflow_server.storage.tables import model_configs

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.ext.asyncio import AsyncConnection

AT_MOST: Final = 200


class ConfigRepository:
    """Works in an open transaction, for one owner."""

    def __init__(self, connection: AsyncConnection, owner_id: UUID) -> None:
        self._connection = connection
        self._owner_id = owner_id

    def _is(self, config_id: UUID) -> ColumnElement[bool]:
        return (model_configs.c.owner_id == self._owner_id) & (model_configs.c.id == config_id)

    async def all(self) -> list[Row[Any]]:
        """Return all, by name."""
        statement = (
            select(model_configs)
            .where(model_configs.c.owner_id == self._owner_id)
            .order_by(func.lower(model_configs.c.name), model_configs.c.id)
            .limit(AT_MOST)
        )
        return list((await self._connection.execute(statement)).all())

    async def add(self, values: dict[str, Any]) -> Row[Any]:
        """Write a new one and return it."""
        statement = insert(model_configs).values(owner_id=self._owner_id, **values)
        row: Row[Any] = (await self._connection.execute(statement.returning(model_configs))).one()
        return row

    async def change(self, config_id: UUID, values: dict[str, Any]) -> Row[Any] | None:
        """Change one and return it."""
        statement = update(model_configs).where(self._is(config_id))
        statement = statement.values(**values, updated_at=func.now())
        row: Row[Any] | None = (
            await self._connection.execute(statement.returning(model_configs))
        ).first()
        return row

    async def no_default(self) -> None:
        """Take the sign of the default away."""
        await self._connection.execute(
            update(model_configs)
            .where(model_configs.c.owner_id == self._owner_id, model_configs.c.is_default)
            .values(is_default=False)
        )

    async def remove(self, config_id: UUID) -> bool:
        """Delete one; return whether there was one."""
        statement = delete(model_configs).where(self._is(config_id)).returning(model_configs.c.id)
        return (await self._connection.execute(statement)).first() is not None
