"""The rules of sharing: only the owner shares, with people who are there, and it holds at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from promptyflow_server.audit.deeds import made
from promptyflow_server.events.changes import announce_project
from promptyflow_server.http.call import group_id
from promptyflow_server.http.models import Reply
from promptyflow_server.projects.access import access
from promptyflow_server.projects.schemas import Nothing
from promptyflow_server.shared.errors import Forbidden, NotFound, PayloadTooLarge, ValidationError
from promptyflow_server.shared.idempotency import once
from promptyflow_server.shared.ids import new_id
from promptyflow_server.sharing.repository import PeopleRepository, ShareRepository
from promptyflow_server.sharing.schemas import SharedWith, ShareOut, SharePage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from uuid import UUID

    from pydantic import BaseModel
    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncConnection

    from promptyflow_server.http.call import Call, User
    from promptyflow_server.shared.rate_limits import RateLimits
    from promptyflow_server.sharing.schemas import CreateShare, SharedRole
    from promptyflow_server.storage.database import Database

    ReplyT = TypeVar("ReplyT", bound=BaseModel)

MOST_SHARES: Final = 200
"""Of one project: each is told of every change. A group counts as one."""


class SharingService:
    """With whom projects are shared.

    Parameters
    ----------
    database
        Where they are.
    rate_limits
        Counts names that nobody has: people must not be found by guessing.
    """

    def __init__(self, database: Database, rate_limits: RateLimits) -> None:
        self._database = database
        self._rate_limits = rate_limits

    async def all(self, user: User, project_id: UUID) -> SharePage:
        """Return with whom a project is shared.

        Raises
        ------
        Forbidden
            It is not one's own.
        """
        async with self._database.read(snapshot=True) as connection:
            project = await access(connection, user, project_id, "owner")
            rows = await ShareRepository(connection, project.owner_id, project.id).all()
        return SharePage(items=[_told(row) for row in rows])

    async def share(self, call: Call, project_id: UUID, wanted: CreateShare) -> Reply[ShareOut]:
        """Share a project, or change the role of whom it is shared with already.

        Raises
        ------
        Forbidden
            It is not one's own, or the server has one owner.
        ValidationError
            There is nobody of this name.
        PayloadTooLarge
            It is shared with too many.
        """
        if call.user.issuer == "local":
            raise Forbidden(kind="sharing_local")
        if (wanted.user is None) == (wanted.group is None):
            place = "user" if wanted.user is None else "group"
            raise ValidationError.at(place, "missing" if wanted.user is None else "user_or_group")
        grantee = await self._grantee(call.user, project_id, wanted)

        async def share(shares: ShareRepository) -> Reply[ShareOut]:
            share_id, is_new = await shares.set(
                {"id": new_id(), "role": wanted.role, **grantee},
            )
            count = await shares.count()
            if is_new and count > MOST_SHARES:
                raise PayloadTooLarge(what="shares", limit=MOST_SHARES, actual=count)
            made(share_id)
            row = await _found(shares, share_id)
            location = f"/api/projects/{project_id}/shares/{share_id}"
            return Reply(_told(row), 201 if is_new else 200, location)

        return await self._change(call, project_id, ShareOut, share)

    async def change(
        self, call: Call, project_id: UUID, share_id: UUID, role: SharedRole
    ) -> Reply[ShareOut]:
        """Change what somebody may do."""

        async def change(shares: ShareRepository) -> Reply[ShareOut]:
            await shares.set_role(share_id, role)
            return Reply(_told(await _found(shares, share_id)))

        return await self._change(call, project_id, ShareOut, change)

    async def end(self, call: Call, project_id: UUID, share_id: UUID) -> None:
        """Take a share back; whoever lost it is told."""

        async def end(connection: AsyncConnection) -> Reply[Nothing]:
            async def write() -> Reply[Nothing]:
                project = await access(connection, call.user, project_id, "owner", lock=True)
                shares = ShareRepository(connection, project.owner_id, project.id)
                await _found(shares, share_id)
                await announce_project(connection, project.owner_id, "access", project.id)
                await shares.remove(share_id)
                return Reply(Nothing(), 204)

            return await once(connection, call.user.id, call.idempotency, Nothing, write)

        await self._database.run(end)

    async def _change(
        self,
        call: Call,
        project_id: UUID,
        model: type[ReplyT],
        change: Callable[[ShareRepository], Awaitable[Reply[ReplyT]]],
    ) -> Reply[ReplyT]:
        async def work(connection: AsyncConnection) -> Reply[ReplyT]:
            async def write() -> Reply[ReplyT]:
                # Writers hold the same lock: behind us nobody writes with a right that is gone.
                project = await access(connection, call.user, project_id, "owner", lock=True)
                reply = await change(ShareRepository(connection, project.owner_id, project.id))
                await announce_project(connection, project.owner_id, "access", project.id)
                return reply

            return await once(connection, call.user.id, call.idempotency, model, write)

        return await self._database.run(work)

    async def _grantee(self, user: User, project_id: UUID, wanted: CreateShare) -> dict[str, Any]:
        """Return who is meant: a person who has been here, or a group whether it exists or not."""
        if wanted.group is not None:
            name = wanted.group.strip()
            if not name:
                raise ValidationError.at("group", "too_short")
            return {"group_name": name, "grantee": group_id(user.issuer, name)}
        standing = await self._rate_limits.look("guesses", user.id)
        standing.refuse_too_many()
        async with self._database.read(snapshot=True) as connection:
            await access(connection, user, project_id, "owner")  # before anybody is looked for
            people = await PeopleRepository(connection, user.id).named((wanted.user or "").strip())
        if len(people) != 1:
            (await self._rate_limits.take("guesses", user.id)).refuse_too_many()
            raise ValidationError.at("user", "ambiguous_person" if people else "unknown_person")
        person = people[0]
        if person.id == user.id:
            raise ValidationError.at("user", "yourself")
        return {"user_id": person.id, "grantee": person.id}


async def _found(shares: ShareRepository, share_id: UUID) -> Row[Any]:
    row = await shares.find(share_id)
    if row is None:
        raise NotFound
    return row


def _told(row: Row[Any]) -> ShareOut:
    person = None
    if row.user_id is not None:
        person = SharedWith(id=row.user_id, name=row.user_name)
    return ShareOut(
        id=row.id, user=person, group=row.group_name, role=row.role, created_at=row.created_at
    )
