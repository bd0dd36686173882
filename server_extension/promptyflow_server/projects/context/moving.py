"""Files and folders that got another name: what was taken from them remembers the new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from promptyflow_lab.domain.reference import Reference
from promptyflow_server.projects.context.schemas import FileMoved, SourcesMoved
from promptyflow_server.projects.context.source_repository import SourceRepository
from promptyflow_server.projects.context.tree import ContextTree
from promptyflow_server.shared.errors import NotFound

if TYPE_CHECKING:
    from uuid import UUID

    from promptyflow_server.http.call import Call
    from promptyflow_server.projects.writing import ProjectWriter, Session


class Moving:
    """Follows files, in all projects of a person.

    In a project of somebody else's the same path would be a file of theirs.
    """

    def __init__(self, writer: ProjectWriter) -> None:
        self._writer = writer

    async def follow(self, call: Call, moved: FileMoved) -> SourcesMoved:
        """Write the new address wherever the old one stands; each project is a change of its own.

        Returns
        -------
        SourcesMoved
            How many projects and texts that were.
        """
        old, new = moved.from_.strip("/"), moved.to.strip("/")
        if not old or not new or old == new:
            return SourcesMoved(projects=0, sources=0)
        quoted = str(Reference(old))
        async with self._writer.database.read() as connection:
            projects = await SourceRepository(connection, call.user.id).projects(quoted)
        counts = [await self._follow_in(call, project_id, old, new) for project_id in projects]
        return SourcesMoved(projects=sum(map(bool, counts)), sources=sum(counts))

    async def _follow_in(self, call: Call, project_id: UUID, old: str, new: str) -> int:
        quoted = str(Reference(old))

        async def change(session: Session) -> SourcesMoved:
            repository = SourceRepository(session.connection, call.user.id)
            found = await repository.sources(project_id, quoted)
            moved = {key: there for key, source in found if (there := _moved(source, old, new))}
            tree = ContextTree(session)
            await tree.load(moved)
            for key, source in moved.items():
                await tree.set_source(key, source)
            await tree.flush()
            await session.save()
            return SourcesMoved(projects=1, sources=len(moved))

        try:
            reply = await self._writer.write(call, project_id, SourcesMoved, change)
        except NotFound:  # deleted meanwhile
            return 0
        return reply.body.sources


def _moved(source: dict[str, Any], old: str, new: str) -> dict[str, Any] | None:
    reference = Reference.parse(source["reference"]).moved(old, new)
    return None if reference is None else {**source, "reference": str(reference)}
