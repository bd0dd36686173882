"""The one door to a project: who may do what with it.

Whose it is and with whom it is shared is asked in each transaction anew, so what an owner changes
holds for the next request, and for every write that has not been committed by then.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from promptyflow_server.projects.received import ReceivedRepository
from promptyflow_server.projects.records import RANK
from promptyflow_server.projects.repository import ProjectRepository
from promptyflow_server.shared.errors import Forbidden, NotFound

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

    from sqlalchemy.ext.asyncio import AsyncConnection

    from promptyflow_server.http.call import User
    from promptyflow_server.projects.received import Received
    from promptyflow_server.projects.records import ProjectRecord, Role
    from promptyflow_server.storage.database import Database


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
        What the person must at least be allowed to do. The owner may do everything; with whom it
        is shared may look at it, compile and send its prompts and copy it, and who may edit it may
        change what it holds.
    lock
        Keep other writers out until the transaction ends.

    Raises
    ------
    NotFound
        There is no such project, or it is somebody else's.
    Forbidden
        It is shared with the person, but not for this.
    """
    record = await ProjectRepository(connection, user.id).find(project_id, lock=lock)
    if record is not None:
        return record
    share = await _share(connection, user, project_id, role)
    record = await ProjectRepository(connection, share.owner_id).find(project_id, lock=lock)
    if record is None:
        raise NotFound
    if lock:  # what was taken back while we waited counts
        share = await _share(connection, user, project_id, role)
    return replace(record, role=share.role, owner_name=share.owner_name)


@asynccontextmanager
async def opened(
    database: Database, user: User, project_id: UUID
) -> AsyncIterator[tuple[AsyncConnection, ProjectRecord]]:
    """Give one state of a project for reading; where one's own may be a moment old, a replica's.

    Raises
    ------
    NotFound
        As of `access`.
    """
    async with database.read(snapshot=True, may_be_late=True) as connection:
        own = await ProjectRepository(connection, user.id).find(project_id)
        if own is not None:
            yield connection, own
            return
    async with database.read(snapshot=True) as connection:  # what was taken back holds at once
        yield connection, await access(connection, user, project_id, "view")


async def _share(connection: AsyncConnection, user: User, project_id: UUID, role: Role) -> Received:
    share = await ReceivedRepository(connection, user.audience).find(project_id)
    if share is None:
        raise NotFound
    if RANK[share.role] < RANK[role]:
        raise Forbidden(kind="owner_only" if role == "owner" else "read_only")
    return share
