"""Who is who: one row for each person, found by the pair (issuer, subject)."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from promptyflow_server.http.call import User
from promptyflow_server.shared.errors import Forbidden
from promptyflow_server.shared.ids import new_id
from promptyflow_server.storage.tables import identities, users

if TYPE_CHECKING:
    from uuid import UUID

    from promptyflow_server.http.call import Principal
    from promptyflow_server.storage.database import Database

_KNOWN_AT_MOST: Final = 10_000
_KNOWN_SECONDS: Final = 10.0
"""For so long a process may not know that an account was locked or deleted by another one."""


class Identities:
    """Turns principals into users; remembers those seen lately."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: OrderedDict[tuple[str, str], tuple[UUID, float]] = OrderedDict()

    async def resolve(self, principal: Principal) -> User:
        """Return the person, made known at the first visit.

        Raises
        ------
        Forbidden
            The account was locked.
        """
        key = (principal.issuer, principal.subject)
        user_id, until = self._known.get(key, (None, 0.0))
        if user_id is None or until < time.monotonic():
            user_id = await self._find_or_make(principal)
            self._known[key] = user_id, time.monotonic() + _KNOWN_SECONDS
            self._known.move_to_end(key)
            if len(self._known) > _KNOWN_AT_MOST:
                self._known.popitem(last=False)
        return User(user_id, principal.name, principal.by)

    def forget(self, user_id: UUID) -> None:
        """Look the person up again next time: locked, merged or deleted."""
        for key in [key for key, (known, _) in self._known.items() if known == user_id]:
            del self._known[key]

    async def _find_or_make(self, principal: Principal) -> UUID:
        async with self._database.transaction() as connection:
            find = (
                select(users.c.id, users.c.disabled)
                .join(identities, identities.c.user_id == users.c.id)
                .where(identities.c.issuer == principal.issuer)
                .where(identities.c.subject == principal.subject)
            )
            row = (await connection.execute(find)).first()
            if row is None:
                user_id = new_id()
                await connection.execute(insert(users).values(id=user_id, name=principal.name))
                claimed = await connection.execute(
                    insert(identities)
                    .values(issuer=principal.issuer, subject=principal.subject, user_id=user_id)
                    .on_conflict_do_nothing()
                    .returning(identities.c.user_id)
                )
                if claimed.first() is not None:
                    return user_id
                # Two first visits at once: the other one made the row and has committed.
                await connection.execute(users.delete().where(users.c.id == user_id))
                row = (await connection.execute(find)).one()
        if row.disabled:
            raise Forbidden(reason="disabled")
        known: UUID = row.id
        return known
