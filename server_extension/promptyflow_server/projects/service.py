"""The rules of projects: whose they are, how many, what they are called."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from promptyflow_lab.domain import ProjectData
from promptyflow_lab.domain.interchange import export_document
from promptyflow_lab.domain.names import copy_name
from promptyflow_lab.domain.reading import check_title
from promptyflow_server.events.changes import announce_project
from promptyflow_server.http.models import Download, Reply
from promptyflow_server.projects.access import access, opened
from promptyflow_server.projects.conflicts import stale_project
from promptyflow_server.projects.cursors import cursor_of, read_cursor
from promptyflow_server.projects.document import domain_data, read_rows, wire_data
from promptyflow_server.projects.received import ReceivedRepository
from promptyflow_server.projects.replacing import rename, replace_all
from promptyflow_server.projects.replay import apply_steps
from promptyflow_server.projects.repository import ProjectRepository, page_of
from promptyflow_server.projects.sample import sample_name, sample_project
from promptyflow_server.projects.schemas import (
    Nothing,
    ProjectOut,
    ProjectPage,
    ProjectSummary,
    Undone,
    summary,
    told,
)
from promptyflow_server.projects.undoing import Undoing
from promptyflow_server.projects.writing import Session, add_version
from promptyflow_server.shared.errors import NotFound, PayloadTooLarge
from promptyflow_server.shared.idempotency import once
from promptyflow_server.shared.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from uuid import UUID

    from sqlalchemy.ext.asyncio import AsyncConnection

    from promptyflow_lab.domain.interchange import Form
    from promptyflow_server.http.call import Call, User
    from promptyflow_server.projects.records import ProjectRecord
    from promptyflow_server.projects.schemas import CreateProject, ListProjectsQuery, UpdateProject
    from promptyflow_server.projects.writing import ProjectWriter


class ProjectService:
    """Projects as a whole."""

    def __init__(self, writer: ProjectWriter) -> None:
        self._writer = writer
        self._database = writer.database
        self._limits = writer.limits

    async def page(self, user: User, query: ListProjectsQuery, *, own: bool = True) -> ProjectPage:
        """Return projects, the one changed last first.

        Parameters
        ----------
        own
            The person's own among them; else only those that others share with them.
        """
        pattern = f"%{_escaped(query.q)}%" if query.q else None
        behind = None if query.cursor is None else read_cursor(query.cursor)
        asked = (pattern, query.limit + 1, behind)
        async with self._database.read() as connection:  # what was taken back holds at once
            received = await ReceivedRepository(connection, user.audience).all()
        found = []
        async with self._database.read(may_be_late=True) as connection:
            if own:
                found = await ProjectRepository(connection, user.id).page(*asked)
            if received:
                by_key = {(share.owner_id, share.project_id): share for share in received}
                for record in await page_of(connection, by_key, *asked):
                    share = by_key[record.owner_id, record.id]
                    found.append(replace(record, role=share.role, owner_name=share.owner_name))
                found.sort(key=lambda record: (record.updated_at, record.id), reverse=True)
                del found[query.limit + 1 :]
        shown = found[: query.limit]
        last = shown[-1] if len(found) > query.limit else None
        return ProjectPage(
            items=[summary(record) for record in shown],
            next_cursor=None if last is None else cursor_of(last.updated_at, last.id),
        )

    async def get(self, user: User, project_id: UUID, *, contents: bool) -> Reply[ProjectOut]:
        """Return a project with all it holds, or without the contents."""
        async with opened(self._database, user, project_id) as (connection, project):
            rows = await read_rows(connection, project, contents=contents)
        whole = {**told(project), "data": wire_data(rows)}
        body = await asyncio.to_thread(ProjectOut.model_validate, whole)
        return Reply(body, version=project.version)

    async def create(
        self, call: Call, name: str, data: ProjectData | None = None, *, form: Form | None = None
    ) -> Reply[ProjectSummary]:
        """Make a project, empty or with all it holds; `form` is that of an imported document."""
        name = check_title(name, "name")

        async def create(connection: AsyncConnection) -> ProjectRecord:
            projects = ProjectRepository(connection, call.user.id)
            await self._refuse_too_many(projects)
            project = await projects.add(new_id(), name)
            session = Session(connection, project, call.user.id)
            session.next_version = project.version
            if data is not None:
                await replace_all(session, data, self._limits)
            project = await projects.update(project)
            how = _made("create") if form is None else _made("import", form=form)
            await add_version(connection, project, call.user.id, how)
            return project

        return await self._made(call, create)

    async def create_from_document(self, call: Call, body: CreateProject) -> Reply[ProjectSummary]:
        """Make a project from what a client sent."""
        return await self.create(call, body.name, await _read_data(body.data))

    async def create_sample(self, call: Call) -> Reply[ProjectSummary]:
        """Make the sample project in the language of the request."""
        return await self.create(call, sample_name(call.language), sample_project(call.language))

    async def duplicate(self, call: Call, project_id: UUID) -> Reply[ProjectSummary]:
        """Copy a project under a name of its own."""

        async def copy(connection: AsyncConnection) -> ProjectRecord:
            source = await access(connection, call.user, project_id, "view")
            if call.if_match not in {None, source.version}:
                raise await stale_project(connection, source, call.if_match or 0)
            projects = ProjectRepository(connection, call.user.id)
            await self._refuse_too_many(projects)
            name = copy_name(source.name, await projects.names())
            project = await projects.copy(source, new_id(), name)
            what = _made("copy", source=str(source.id))
            await add_version(connection, project, call.user.id, what)
            return project

        # One state of the source, without a lock that a reader of it has no right to.
        return await self._made(call, copy, snapshot=True)

    async def update(
        self, call: Call, project_id: UUID, body: UpdateProject
    ) -> Reply[ProjectSummary]:
        """Rename a project, or replace all it holds."""
        name = None if body.name is None else check_title(body.name, "name")
        data = await _read_data(body.data)

        async def change(session: Session) -> ProjectSummary:
            if name is not None:
                rename(session, name)
            if data is not None:
                await replace_all(session, data, self._limits)
            await session.save()
            return summary(session.project)

        return await self._writer.write(call, project_id, ProjectSummary, change)

    async def delete(self, call: Call, project_id: UUID) -> None:
        """Delete a project with all it holds."""

        async def work(connection: AsyncConnection) -> None:
            async def delete() -> Reply[Nothing]:
                project = await access(connection, call.user, project_id, "owner", lock=True)
                if call.if_match not in {None, project.version}:
                    raise await stale_project(connection, project, call.if_match or 0)
                await announce_project(connection, project.owner_id, "projectDeleted", project.id)
                await ProjectRepository(connection, project.owner_id).delete(project.id)
                return Reply(Nothing(), 204)

            await once(connection, call.user.id, call.idempotency, Nothing, delete)

        await self._database.run(work)

    async def undo(self, call: Call, project_id: UUID, version: int) -> Reply[Undone]:
        """Take back what one version changed.

        Raises
        ------
        NotFound
            There is no such version.
        Conflict
            What it changed has been changed since.
        """

        async def change(session: Session) -> Undone:
            project = session.project
            projects = ProjectRepository(session.connection, project.owner_id)
            what = await projects.history_of(project.id, version)
            if what is None:
                raise NotFound
            undoing = Undoing(session, version, what["operations"])
            await apply_steps(session, what["inverse"], self._limits, undoing.fit)
            return Undone(version=await session.save(), chars=session.project.chars)

        return await self._writer.write(call, project_id, Undone, change)

    async def export(self, user: User, project_id: UUID) -> Download:
        """Return a project as one document that can be imported again."""
        async with opened(self._database, user, project_id) as (connection, project):
            rows = await read_rows(connection, project, contents=True)

        def write() -> bytes:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            document = export_document(project.name, domain_data(rows), now)
            return json.dumps(document, ensure_ascii=False, indent=1).encode()

        return Download(await asyncio.to_thread(write), f"{project.name}.json")

    async def _refuse_too_many(self, projects: ProjectRepository) -> None:
        limit = self._limits.projects
        if limit is None:
            return
        count = await projects.count_locked()
        if count >= limit:
            raise PayloadTooLarge(what="projects", limit=limit, actual=count + 1)

    async def _made(
        self,
        call: Call,
        make: Callable[[AsyncConnection], Awaitable[ProjectRecord]],
        *,
        snapshot: bool = False,
    ) -> Reply[ProjectSummary]:
        async def work(connection: AsyncConnection) -> Reply[ProjectSummary]:
            async def write() -> Reply[ProjectSummary]:
                project = await make(connection)
                location = f"/api/projects/{project.id}"
                return Reply(summary(project), 201, location, project.version)

            return await once(connection, call.user.id, call.idempotency, ProjectSummary, write)

        return await self._database.run(work, snapshot=snapshot)


def _made(how: str, **more: str) -> dict[str, Any]:
    """Return the first entry of a history, which nothing takes back."""
    return {"operations": [{"op": how, **more}], "inverse": []}


async def _read_data(document: dict[str, Any] | None) -> ProjectData | None:
    if document is None:
        return None
    return await asyncio.to_thread(ProjectData.from_dict, document, "data")


def _escaped(words: str) -> str:
    r"""Return the words such that a pattern takes them literally.

    >>> _escaped("100%_")
    '100\\%\\_'
    """
    return words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
