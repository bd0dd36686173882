"""Who is who: one row for each person, found by the pair (issuer, subject)."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from promptyflow_server.http.call import User
from promptyflow_server.shared.errors import Forbidden, Unauthenticated
from promptyflow_server.shared.ids import new_id
from promptyflow_server.storage.tables import identities, users

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import ColumnElement, Select

    from promptyflow_server.http.call import Principal
    from promptyflow_server.storage.database import Database

_KNOWN_AT_MOST: Final = 10_000
_KNOWN_SECONDS: Final = 10.0
"""For so long a process may not know that an account was locked or deleted by another one."""


_Key = tuple[str, str, str | None]


class Identities:
    """Turns principals into users; remembers those seen lately."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: OrderedDict[_Key, tuple[UUID, float]] = OrderedDict()

    async def resolve(self, principal: Principal) -> User:
        """Return the person, made known at the first visit.

        Raises
        ------
        Forbidden
            The account was locked.
        Unauthenticated
            The name is another account's by now.
        """
        user = await self.find(principal)
        if user is None:
            user_id = await self._make(principal)
            self._remember(principal, user_id)
            user = _user(user_id, principal)
        return user

    async def find(self, principal: Principal) -> User | None:
        """Return the person, None at the first visit.

        Raises
        ------
        Forbidden, Unauthenticated
            As of `resolve`.
        """
        user_id, until = self._known.get(_key(principal), (None, 0.0))
        if user_id is None or until < time.monotonic():
            user_id = await self._find(principal)
            if user_id is None:
                return None
            self._remember(principal, user_id)
        return _user(user_id, principal)

    def forget(self, user_id: UUID) -> None:
        """Look the person up again next time: locked, merged or deleted."""
        for key in [key for key, (known, _) in self._known.items() if known == user_id]:
            del self._known[key]

    def _remember(self, principal: Principal, user_id: UUID) -> None:
        key = _key(principal)
        self._known[key] = user_id, time.monotonic() + _KNOWN_SECONDS
        self._known.move_to_end(key)
        if len(self._known) > _KNOWN_AT_MOST:
            self._known.popitem(last=False)

    async def _find(self, principal: Principal) -> UUID | None:
        async with self._database.transaction() as connection:
            row = (await connection.execute(_select(principal))).first()
            if row is None:
                return None
            if row.hub_created != principal.created and None not in {
                row.hub_created,
                principal.created,
            }:
                raise Unauthenticated
            if row.name != principal.name:
                renamed = update(identities).where(*_where(principal)).values(name=principal.name)
                await connection.execute(renamed)
        if row.disabled:
            raise Forbidden(reason="disabled")
        known: UUID = row.id
        return known

    async def _make(self, principal: Principal) -> UUID:
        user_id = new_id()
        async with self._database.transaction() as connection:
            await connection.execute(insert(users).values(id=user_id, name=principal.name))
            claimed = await connection.execute(
                insert(identities)
                .values(
                    issuer=principal.issuer,
                    subject=principal.subject,
                    user_id=user_id,
                    name=principal.name,
                    hub_created=principal.created,
                )
                .on_conflict_do_nothing()
                .returning(identities.c.user_id)
            )
            if claimed.first() is not None:
                return user_id
            # Two first visits at once: the other one made the row and has committed.
            await connection.execute(users.delete().where(users.c.id == user_id))
        found = await self._find(principal)
        if found is None:
            raise Unauthenticated
        return found


def _select(principal: Principal) -> Select[Any]:
    columns = (users.c.id, users.c.disabled, identities.c.name, identities.c.hub_created)
    joined = select(*columns).join(identities, identities.c.user_id == users.c.id)
    return joined.where(*_where(principal))


def _where(principal: Principal) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return identities.c.issuer == principal.issuer, identities.c.subject == principal.subject


def _key(principal: Principal) -> _Key:
    return principal.issuer, principal.subject, principal.created


def _user(user_id: UUID, principal: Principal) -> User:
    return User(user_id, principal.name, principal.by, principal.groups, principal.issuer)
