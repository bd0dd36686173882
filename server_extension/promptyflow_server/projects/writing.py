"""Changing a project: one transaction, one lock, one new version, one row of history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from promptyflow_server.events.changes import announce_project
from promptyflow_server.http.models import Reply
from promptyflow_server.projects.access import access
from promptyflow_server.projects.conflicts import stale_project
from promptyflow_server.projects.repository import ProjectRepository
from promptyflow_server.shared.idempotency import once

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from uuid import UUID

    from pydantic import BaseModel
    from sqlalchemy.ext.asyncio import AsyncConnection

    from promptyflow_lab.domain import Limits
    from promptyflow_server.http.call import Call
    from promptyflow_server.projects.records import ProjectRecord
    from promptyflow_server.storage.database import Database

    ReplyT = TypeVar("ReplyT", bound=BaseModel)

Entry = dict[str, Any]
"""One step of history, as JSON; `replay.py` says which there are."""


class Session:
    """A project that is being changed: its locked row, and what has been done to it so far.

    Parameters
    ----------
    connection
        The open transaction.
    project
        The project's row, locked.
    user_id
        Who changes it.
    """

    def __init__(self, connection: AsyncConnection, project: ProjectRecord, user_id: UUID) -> None:
        self.connection = connection
        self.project = project
        self.user_id = user_id
        self.next_version = project.version + 1
        self._done: list[Entry] = []
        self._inverse: list[Sequence[Entry]] = []

    def record(self, done: Entry, inverse: Sequence[Entry]) -> None:
        """Note a step, and the steps that take it back."""
        self._done.append(done)
        self._inverse.append(inverse)

    @property
    def done(self) -> int:
        """How many steps have been done."""
        return len(self._done)

    def take_back(self, begin: int, inverse: Sequence[Entry]) -> None:
        """Take back by these steps alone what has been done since there were `begin`."""
        since = len(self._inverse) - begin
        if since:
            self._inverse[begin:] = [inverse, *([()] * (since - 1))]

    async def save(self) -> int:
        """Write version, counters and history, if anything was changed; return the version."""
        if not self._done:
            return self.project.version
        self.project.version = self.next_version
        inverse = [step for steps in reversed(self._inverse) for step in steps]
        repository = ProjectRepository(self.connection, self.project.owner_id)
        self.project = await repository.update(self.project)
        what = {"operations": self._done, "inverse": inverse}
        await add_version(self.connection, self.project, self.user_id, what)
        return self.project.version


async def add_version(
    connection: AsyncConnection, project: ProjectRecord, user_id: UUID, what: Mapping[str, Any]
) -> None:
    """Note who made a project's version and how it can be taken back, and tell of it."""
    await ProjectRepository(connection, project.owner_id).add_history(project, user_id, what)
    await announce_project(connection, project.owner_id, "project", project.id, project.version)


class ProjectWriter:
    """Opens projects for changes.

    Parameters
    ----------
    database
        Where they are.
    limits
        How large they may become.
    """

    def __init__(self, database: Database, limits: Limits) -> None:
        self.database = database
        self.limits = limits

    async def write(
        self,
        call: Call,
        project_id: UUID,
        model: type[ReplyT],
        change: Callable[[Session], Awaitable[ReplyT]],
    ) -> Reply[ReplyT]:
        """Run `change` on the locked project; it must end with `Session.save`.

        Raises
        ------
        NotFound
            There is no such project for this person.
        Conflict
            The version in ``If-Match`` is not the current one.
        """

        async def work(connection: AsyncConnection) -> Reply[ReplyT]:
            async def write() -> Reply[ReplyT]:
                project = await access(connection, call.user, project_id, "edit", lock=True)
                if call.if_match not in {None, project.version}:
                    raise await stale_project(connection, project, call.if_match or 0)
                session = Session(connection, project, call.user.id)
                body = await change(session)
                return Reply(body, version=session.project.version)

            return await once(connection, call.user.id, call.idempotency, model, write)

        return await self.database.run(work)
