"""Locking an account: nothing opens it any more, and nothing of it is lost."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import func, or_, select, update

from promptyflow_server.audit.deeds import Deed
from promptyflow_server.audit.repository import note
from promptyflow_server.storage.tables import identities, users

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.ext.asyncio import AsyncConnection


async def known_as(connection: AsyncConnection, who: str) -> Sequence[Row[Any]]:
    """Return the people of this id, e-mail address or sign-in name.

    What people call themselves does not count. At a Hub it is the Hub that gives names.
    """
    at_hub = identities.c.issuer.startswith("hub:") & (identities.c.name == who)
    by_sign_in = select(identities.c.user_id).where(or_(identities.c.subject == who, at_hub))
    wanted: list[ColumnElement[bool]] = [
        users.c.id.in_(by_sign_in),
        func.lower(users.c.email) == who.lower(),
    ]
    with suppress(ValueError):
        wanted.append(users.c.id == UUID(who))
    query: Select[Any] = select(users.c.id, users.c.name).where(or_(*wanted))
    rows: Sequence[Row[Any]] = (await connection.execute(query.order_by(users.c.id))).all()
    return rows


async def lock(connection: AsyncConnection, user_id: UUID, *, is_locked: bool) -> None:
    """Lock an account or open it again, in an open transaction, with a line in the trail."""
    this = update(users).where(users.c.id == user_id)
    await connection.execute(this.values(disabled=is_locked))
    action = "lock" if is_locked else "unlock"
    await note(connection, Deed(user_id, "operator", action, str(user_id), ""))
