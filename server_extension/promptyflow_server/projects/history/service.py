"""The rules of history: what is told of it, and how a state is brought back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from promptyflow_lab.domain import Limits
from promptyflow_server.projects.access import access
from promptyflow_server.projects.context.repository import NodeRepository
from promptyflow_server.projects.document import domain_data, read_rows
from promptyflow_server.projects.history.repository import HistoryRepository
from promptyflow_server.projects.history.schemas import Author, HistoryEntry, HistoryPage
from promptyflow_server.projects.history.telling import change_of, nodes_of
from promptyflow_server.projects.prompts.repository import PromptRepository
from promptyflow_server.projects.replacing import rename, replace_all
from promptyflow_server.projects.replay import Replay
from promptyflow_server.projects.schemas import ProjectSummary, summary
from promptyflow_server.projects.writing import Session
from promptyflow_server.shared import cursors
from promptyflow_server.shared.errors import NotFound

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Row

    from promptyflow_lab.domain import ProjectData
    from promptyflow_server.http.call import Call, User
    from promptyflow_server.http.models import Reply
    from promptyflow_server.projects.history.schemas import ListHistoryQuery
    from promptyflow_server.projects.records import Key
    from promptyflow_server.projects.writing import Entry, ProjectWriter

_BOUNDLESS: Final = Limits(project=2**62, block=2**62, prompt=2**62)
"""What was once allowed is looked at even where less is allowed now."""


class HistoryService:
    """What was done to projects."""

    def __init__(self, writer: ProjectWriter) -> None:
        self._writer = writer
        self._database = writer.database

    async def page(self, user: User, project_id: UUID, query: ListHistoryQuery) -> HistoryPage:
        """Return versions, the newest first."""
        below = cursors.decode(query.cursor, cursors.number)[0] if query.cursor else None
        async with self._database.read(snapshot=True) as connection:
            project = await access(connection, user, project_id, "view")
            address = (connection, project.owner_id, project.id)
            rows = await HistoryRepository(*address).page(query.limit + 1, below)
            shown = rows[: query.limit]
            steps = [step for row in shown for step in row.operations]
            nodes = await NodeRepository(*address).nodes(nodes_of(steps))
            prompts = await PromptRepository(*address).titles()
        titles = {node.key: node.title for node in nodes}
        prompt_titles = {own_id: title for own_id, _, title in prompts}
        more = len(rows) > query.limit
        return HistoryPage(
            items=[_entry(row, titles, prompt_titles) for row in shown],
            next_cursor=cursors.encode(shown[-1].version) if more else None,
        )

    async def restore(self, call: Call, project_id: UUID, version: int) -> Reply[ProjectSummary]:
        """Make a project what it was at a version; those in between stay, and this is one more.

        Raises
        ------
        NotFound
            There is no such version, or the history does not go back so far any more.
        SizeLimitError
            It was larger then than it may be now.
        """

        async def change(session: Session) -> ProjectSummary:
            if version > session.project.version:
                raise NotFound
            name, data = await _state_at(session, version)
            rename(session, name)
            await replace_all(session, data, self._writer.limits)
            if session.done:
                session.record({"op": "restore", "version": version}, [])
            await session.save()
            return summary(session.project)

        return await self._writer.write(call, project_id, ProjectSummary, change)


class _Past(Session):
    """A project on the way back to what it was, of which no note is taken."""

    def record(self, done: Entry, inverse: Any) -> None:  # noqa: ANN401
        """Forget it."""


async def _state_at(session: Session, version: int) -> tuple[str, ProjectData]:
    """Return what a project was called and what it held, and leave it as it is.

    The way back is gone step by step in the database and then undone: so that what is changed in
    the end is the difference, however many versions lie between.
    """
    project, connection = session.project, session.connection
    past = _Past(connection, replace(project), session.user_id)
    history = HistoryRepository(connection, project.owner_id, project.id)
    attempt = await connection.begin_nested()
    try:
        replay = Replay(past, _BOUNDLESS)
        reached = project.version
        async for number, steps in history.ways_back(project.version, version):
            if number != reached:
                break
            await replay.apply(steps)
            reached = number - 1
        if reached != version:
            raise NotFound(kind="history", version=version, oldest=reached)
        await replay.finish()
        rows = await read_rows(connection, past.project, contents=True)
    finally:
        await attempt.rollback()
    return past.project.name, domain_data(rows)


def _entry(row: Row[Any], titles: dict[Key, str], prompt_titles: dict[int, str]) -> HistoryEntry:
    return HistoryEntry(
        version=row.version,
        at=row.at,
        author=Author(id=row.user_id, name=row.name),
        changes=[change_of(step, titles, prompt_titles) for step in row.operations],
        total_changes=row.total,
    )
