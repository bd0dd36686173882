"""SQL of everything that a person owns: read for the archive, deleted with the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, select

from promptyflow_server.storage.tables import (
    api_keys,
    model_configs,
    projects,
    runs,
    template_versions,
    templates,
    users,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy import Row, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

_TEMPLATE: Final = [
    templates.c[name] for name in ("id", "name", "version", "created_at", "updated_at")
]
_CONFIG: Final = [column for column in model_configs.c if column.name != "owner_id"]
_RUN: Final = [column for column in runs.c if column.name not in {"owner_id", "instance_id"}]
# No key, and nothing of one.
_PROVIDER: Final = [
    api_keys.c[name] for name in ("provider", "base_url", "status", "last_tested_at", "created_at")
]


class AccountRepository:
    """Works in an open transaction, for one person."""

    def __init__(self, connection: AsyncConnection, user_id: UUID) -> None:
        self._connection = connection
        self._user_id = user_id

    async def lock(self) -> Row[Any] | None:
        """Return the person's row, and keep out whoever would add something."""
        query = select(users).where(users.c.id == self._user_id).with_for_update()
        return (await self._connection.execute(query)).first()

    async def project_ids(self) -> Sequence[UUID]:
        """Return the projects."""
        query = select(projects.c.id).where(projects.c.owner_id == self._user_id)
        return (await self._connection.execute(query.order_by(projects.c.id))).scalars().all()

    async def templates(self) -> Sequence[Row[Any]]:
        """Return the templates without their texts."""
        return await self._all(
            select(*_TEMPLATE).where(templates.c.owner_id == self._user_id).order_by(templates.c.id)
        )

    async def template_text(self, template_id: UUID, version: int) -> str | None:
        """Return the text of one version."""
        kept = template_versions.c
        query = select(kept.content).where(
            kept.owner_id == self._user_id,
            kept.template_id == template_id,
            kept.version == version,
        )
        text: str | None = (await self._connection.execute(query)).scalar_one_or_none()
        return text

    async def configs(self) -> Sequence[Row[Any]]:
        """Return the model configurations."""
        return await self._all(
            select(*_CONFIG)
            .where(model_configs.c.owner_id == self._user_id)
            .order_by(model_configs.c.id)
        )

    async def providers(self) -> Sequence[Row[Any]]:
        """Return which providers are set up."""
        return await self._all(
            select(*_PROVIDER)
            .where(api_keys.c.owner_id == self._user_id)
            .order_by(api_keys.c.provider)
        )

    async def run_ids(self) -> Sequence[UUID]:
        """Return the runs."""
        query = select(runs.c.id).where(runs.c.owner_id == self._user_id).order_by(runs.c.id)
        return (await self._connection.execute(query)).scalars().all()

    async def run(self, run_id: UUID) -> Row[Any] | None:
        """Return a run with all that was sent and answered."""
        query: Select[Any] = select(*_RUN).where(
            runs.c.owner_id == self._user_id, runs.c.id == run_id
        )
        row: Row[Any] | None = (await self._connection.execute(query)).first()
        return row

    async def delete(self) -> None:
        """Delete the account with all that still hangs on it."""
        await self._connection.execute(delete(users).where(users.c.id == self._user_id))

    async def _all(self, query: Select[Any]) -> Sequence[Row[Any]]:
        rows: Sequence[Row[Any]] = (await self._connection.execute(query)).all()
        return rows
