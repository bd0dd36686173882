"""The one door to a project: who may do what with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from promptyflow_server.projects.repository import ProjectRepository
from promptyflow_server.shared.errors import NotFound

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.ext.asyncio import AsyncConnection

    from promptyflow_server.http.call import User
    from promptyflow_server.projects.records import ProjectRecord

Role = Literal["view", "edit", "owner"]


async def access(
    connection: AsyncConnection, user: User, project_id: UUID, role: Role, *, lock: bool = False
) -> ProjectRecord:
    """Return the project's row, whose owner every statement that follows must name.

    Parameters
    ----------
    connection
        An open transaction.
    user, project_id
        Who wants to do something, and with which project.
    role
        What the person must at least be allowed to do. A project belongs to one person: the owner
        may do everything, everybody else nothing.
    lock
        Keep other writers out until the transaction ends.

    Raises
    ------
    NotFound
        There is no such project, or it is somebody else's.
    """
    del role  # everything that can be reached is one's own
    record = await ProjectRepository(connection, user.id).find(project_id, lock=lock)
    if record is None:
        raise NotFound
    return record
