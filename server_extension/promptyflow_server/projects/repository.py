"""SQL of projects' own rows, and of their history."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    Text,
    and_,
    bindparam,
    cast,
    delete,
    func,
    insert,
    null,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from promptyflow_server.projects.records import ProjectRecord
from promptyflow_server.storage.tables import (
    history,
    node_chunks,
    nodes,
    projects,
    prompts,
    selections,
    users,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

_COLUMNS: Final = [
    projects.c[field.name] for field in fields(ProjectRecord) if field.name in projects.c
]
_KEPT: Final = {"owner_id", "id", "created_at", "updated_at"}
_FIND: Final = select(*_COLUMNS).where(
    projects.c.owner_id == bindparam("owner"), projects.c.id == bindparam("project")
)
_FIND_LOCKED: Final = _FIND.with_for_update()
_SAVED: Final = [column.name for column in _COLUMNS if column.name not in _KEPT]


async def page_of(
    connection: AsyncConnection,
    those: Collection[tuple[UUID, UUID]],
    pattern: str | None,
    limit: int,
    behind: tuple[datetime, UUID] | None,
) -> list[ProjectRecord]:
    """Return those of the given projects (owner, id) that are there, in the order of `page`."""
    given = tuple_(projects.c.owner_id, projects.c.id).in_(those)
    return await _page(connection, given, pattern, limit, behind)


async def _page(
    connection: AsyncConnection,
    those: ColumnElement[bool],
    pattern: str | None,
    limit: int,
    behind: tuple[datetime, UUID] | None,
) -> list[ProjectRecord]:
    # nosemgrep: statement-without-owner - both who call name the owner
    query = select(*_COLUMNS).where(those)
    if pattern is not None:
        query = query.where(projects.c.name.ilike(pattern, escape="\\"))
    if behind is not None:
        query = query.where(tuple_(projects.c.updated_at, projects.c.id) < behind)
    query = query.order_by(projects.c.updated_at.desc(), projects.c.id.desc()).limit(limit)
    return [ProjectRecord(*row) for row in await connection.execute(query)]


class ProjectRepository:
    """The projects of one owner."""

    def __init__(self, connection: AsyncConnection, owner_id: UUID) -> None:
        self._connection = connection
        self._owner_id = owner_id

    async def find(self, project_id: UUID, *, lock: bool = False) -> ProjectRecord | None:
        """Return a project's row, locked against other writers if asked for."""
        query = _FIND_LOCKED if lock else _FIND
        told = {"owner": self._owner_id, "project": project_id}
        row = (await self._connection.execute(query, told)).first()
        return None if row is None else ProjectRecord(*row)

    async def page(
        self, pattern: str | None, limit: int, behind: tuple[datetime, UUID] | None
    ) -> list[ProjectRecord]:
        """Return projects, the one changed last first, from behind the given one on."""
        mine = projects.c.owner_id == self._owner_id
        return await _page(self._connection, mine, pattern, limit, behind)

    async def names(self) -> list[str]:
        """Return the names of all projects."""
        query = select(projects.c.name).where(projects.c.owner_id == self._owner_id)
        return list((await self._connection.execute(query)).scalars())

    async def count_locked(self) -> int:
        """Return how many projects there are, with other creations kept out.

        The person's row is written, not just locked: a transaction that reads one state of the
        data would otherwise not learn that another has made a project since.
        """
        owner = update(users).where(users.c.id == self._owner_id).values(name=users.c.name)
        await self._connection.execute(owner)
        query = select(func.count()).where(projects.c.owner_id == self._owner_id)
        return int((await self._connection.execute(query)).scalar_one())

    async def add(self, project_id: UUID, name: str) -> ProjectRecord:
        """Add an empty project of version 1."""
        query = (
            insert(projects)
            .values(owner_id=self._owner_id, id=project_id, name=name)
            .returning(*_COLUMNS)
        )
        return ProjectRecord(*(await self._connection.execute(query)).one())

    async def update(self, record: ProjectRecord) -> ProjectRecord:
        """Save name, version and counters; the project was changed now."""
        values: dict[str, Any] = {name: getattr(record, name) for name in _SAVED}
        # Not the time at which the transaction began: it may have waited for the lock.
        now = func.clock_timestamp()
        query = (
            update(projects)
            .where(self._is(record.id))
            .values(**values, updated_at=now)
            .returning(*_COLUMNS)
        )
        saved = ProjectRecord(*(await self._connection.execute(query)).one())
        return replace(saved, role=record.role, owner_name=record.owner_name)

    async def delete(self, project_id: UUID) -> None:
        """Delete a project with all it holds: the many rows first, each kind at once."""
        for table in (node_chunks, selections, nodes, prompts, history):
            mine = and_(table.c.owner_id == self._owner_id, table.c.project_id == project_id)
            await self._connection.execute(delete(table).where(mine))
        await self._connection.execute(delete(projects).where(self._is(project_id)))

    async def copy(self, source: ProjectRecord, project_id: UUID, name: str) -> ProjectRecord:
        """Copy a project with all it holds but its history; no text leaves the database.

        It may be somebody else's, whose templates and configurations are not copied with it.
        """
        values: dict[str, Any] = {column: getattr(source, column) for column in _SAVED}
        values |= {"owner_id": self._owner_id, "id": project_id, "name": name, "version": 1}
        query = insert(projects).values(**values).returning(*_COLUMNS)
        record = ProjectRecord(*(await self._connection.execute(query)).one())
        for table in (nodes, node_chunks, prompts, selections):
            given: dict[str, Any] = {
                "owner_id": bindparam("owner", type_=projects.c.owner_id.type),
                "project_id": bindparam("target", type_=projects.c.id.type),
            }
            if source.owner_id != self._owner_id:
                given |= {name: null() for name in ("template_id", "config_id")}
            if "version" in table.c:
                given["version"] = bindparam("first", 1)
            columns = [given.get(column.name, column) for column in table.c]
            rows = select(*columns).where(
                and_(table.c.owner_id == source.owner_id, table.c.project_id == source.id)
            )
            names = [column.name for column in table.c]
            await self._connection.execute(
                insert(table).from_select(names, rows),
                {"owner": self._owner_id, "target": project_id},
            )
        return record

    async def add_history(
        self, record: ProjectRecord, user_id: UUID, what: Mapping[str, Any]
    ) -> None:
        """Note who made this version, and how it can be taken back."""
        # Written as UTF-8: `\\u0416` for each Cyrillic letter would be three times as long.
        text = json.dumps(what, ensure_ascii=False, separators=(",", ":"))
        query = insert(history).values(
            owner_id=self._owner_id,
            project_id=record.id,
            version=record.version,
            user_id=user_id,
            what=cast(bindparam("text", type_=Text), JSONB),
        )
        await self._connection.execute(query, {"text": text})

    async def history_of(self, project_id: UUID, version: int) -> dict[str, Any] | None:
        """Return what was done in a version."""
        query = (
            select(history.c.what)
            .where(history.c.owner_id == self._owner_id, history.c.project_id == project_id)
            .where(history.c.version == version)
        )
        what: dict[str, Any] | None = (await self._connection.execute(query)).scalar_one_or_none()
        return what

    async def operations_since(
        self, project_id: UUID, version: int, limit: int
    ) -> list[dict[str, Any]]:
        """Return the steps that were done since a version, those of the latest versions first."""
        query = (
            select(history.c.what["operations"])
            .where(history.c.owner_id == self._owner_id, history.c.project_id == project_id)
            .where(history.c.version > version)
            .order_by(history.c.version.desc())
            .limit(limit)
        )
        found = (await self._connection.execute(query)).scalars()
        return [step for steps in found for step in steps]

    def _is(self, project_id: UUID) -> Any:  # noqa: ANN401 - a condition of SQLAlchemy's
        return and_(projects.c.owner_id == self._owner_id, projects.c.id == project_id)
