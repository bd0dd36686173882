"""Finding changes by comparing what is there with what was there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Table, and_, func, or_, select, text

from promptyflow_server.events.changes import Change
from promptyflow_server.storage.tables import projects, runs, shares, templates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Set as AbstractSet
    from uuid import UUID

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncConnection

    from promptyflow_server.storage.database import Database

_VERSIONED: Final = {"project": projects, "template": templates}
_YOUNG: Final = text("interval '2 minutes'")
"""Age up to which a run is looked at: one that was quick must not be missed."""


@dataclass
class _Seen:
    """What was there of one person, or for one group.

    Parameters
    ----------
    sums
        By kind: number, versions and time of the latest change, which tell whether to look closer.
    versions
        By kind: version by id.
    runs
        Status by id, of those that run or are young.
    shared
        Role and version by id, of the projects that others share with them.
    """

    sums: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, dict[UUID, int]] = field(default_factory=dict)
    runs: dict[UUID, str] = field(default_factory=dict)
    shared: dict[UUID, tuple[str, int]] = field(default_factory=dict)


class Looker:
    """Remembers what those who are of interest see, and looks what became of it.

    Parameters
    ----------
    database
        Where to look.
    audiences
        Returns for whom changes are of interest now: people and groups.
    """

    def __init__(self, database: Database, audiences: Callable[[], AbstractSet[UUID]]) -> None:
        self._database = database
        self._audiences = audiences
        self._seen: dict[UUID, _Seen] = {}
        self._turn = asyncio.Lock()

    async def look_at(self, audience: AbstractSet[UUID]) -> bool:
        """Begin to watch what these see; return whether all of them were watched already."""
        async with self._turn:
            new = audience - self._seen.keys()
            await self._compare(new)
            return not new

    async def look(self) -> list[Change]:
        """Return what has changed since the last look; of somebody new that is nothing."""
        async with self._turn:
            audiences = self._audiences()
            for gone in self._seen.keys() - audiences:
                del self._seen[gone]
            return await self._compare(audiences)

    async def _compare(self, audiences: AbstractSet[UUID]) -> list[Change]:
        if not audiences:
            return []
        changes: list[Change] = []
        async with self._database.read(snapshot=True) as connection:
            found = {one: _Seen() for one in audiences}
            for kind, table in _VERSIONED.items():
                await self._compare_versions(connection, kind, table, found, changes)
            await self._compare_runs(connection, found, changes)
            await self._compare_shared(connection, found, changes)
        self._seen |= found
        return changes

    async def _compare_versions(
        self,
        connection: AsyncConnection,
        kind: str,
        table: Table,
        found: dict[UUID, _Seen],
        changes: list[Change],
    ) -> None:
        columns = table.c
        sums = (
            select(
                columns.owner_id,
                func.count(),
                func.sum(columns.version),
                func.max(columns.updated_at),
            )
            .where(columns.owner_id.in_(found))
            .group_by(columns.owner_id)
        )
        by_owner = {row[0]: tuple(row[1:]) for row in await connection.execute(sums)}
        for owner_id, now in found.items():
            before = self._seen.get(owner_id)
            now.sums[kind] = by_owner.get(owner_id)
            if before is not None and before.sums[kind] == now.sums[kind]:
                now.versions[kind] = before.versions[kind]
                continue
            rows = select(columns.id, columns.version).where(columns.owner_id == owner_id)
            now.versions[kind] = {row.id: row.version for row in await connection.execute(rows)}
            if before is not None:
                told = _differences(before.versions[kind], now.versions[kind])
                changes.extend(_change(owner_id, kind, *one) for one in told)

    async def _compare_runs(
        self, connection: AsyncConnection, found: dict[UUID, _Seen], changes: list[Change]
    ) -> None:
        running = [
            run_id
            for owner_id in found
            if owner_id in self._seen
            for run_id, status in self._seen[owner_id].runs.items()
            if status == "running"
        ]
        statement = select(runs.c.owner_id, runs.c.id, runs.c.status).where(
            runs.c.owner_id.in_(found),
            or_(
                runs.c.status == "running",
                runs.c.started_at > func.now() - _YOUNG,
                runs.c.id.in_(running),
            ),
        )
        rows: Iterable[Row[Any]] = await connection.execute(statement)
        for row in rows:
            found[row.owner_id].runs[row.id] = row.status
        for owner_id, now in found.items():
            before = self._seen.get(owner_id)
            if before is not None:
                # One that has ended and grown old is not deleted: it is just not looked at.
                old = {
                    run_id: status
                    for run_id, status in before.runs.items()
                    if run_id in now.runs or status == "running"
                }
                told = _differences(old, now.runs)
                changes.extend(_change(owner_id, "run", *one) for one in told)

    async def _compare_shared(
        self, connection: AsyncConnection, found: dict[UUID, _Seen], changes: list[Change]
    ) -> None:
        statement = (
            select(shares.c.grantee, shares.c.role, projects.c.id, projects.c.version)
            .join(
                projects,
                and_(
                    projects.c.owner_id == shares.c.owner_id, projects.c.id == shares.c.project_id
                ),
            )
            .where(shares.c.grantee.in_(found))
        )
        for row in await connection.execute(statement):
            found[row.grantee].shared[row.id] = (row.role, row.version)
        for one, now in found.items():
            before = self._seen.get(one)
            if before is None:
                continue
            for project_id in before.shared.keys() | now.shared.keys():
                old = before.shared.get(project_id, ("", 0))
                new = now.shared.get(project_id, ("", 0))
                if old[0] != new[0]:
                    changes.append(Change(one, "access", project_id))
                elif old[1] != new[1]:
                    changes.append(Change(one, "project", project_id, new[1]))


def _differences(
    before: dict[UUID, Any], now: dict[UUID, Any]
) -> Iterable[tuple[UUID, int | str | None]]:
    """Yield what is new or another, and what is gone."""
    yield from ((one, state) for one, state in now.items() if before.get(one) != state)
    yield from ((one, None) for one in before.keys() - now.keys())


def _change(owner_id: UUID, kind: str, of: UUID, state: int | str | None) -> Change:
    return Change(owner_id, f"{kind}Deleted" if state is None else kind, of, state)
