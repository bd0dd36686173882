"""Personal access tokens: opaque, shown once, kept as a hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from promptyflow_server.audit.deeds import made
from promptyflow_server.http.call import User
from promptyflow_server.shared.errors import Unauthenticated
from promptyflow_server.shared.ids import new_id
from promptyflow_server.storage.tables import access_tokens, users

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Row

    from promptyflow_server.storage.database import Database

PREFIX: Final = "pft_"
_MINUTE: Final = timedelta(minutes=1)


class AccessTokens:
    """Makes tokens and tells whose they are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, user_id: UUID, name: str, lifetime: timedelta | None) -> str:
        """Return a new token; nobody can read it again."""
        return (await self.make(user_id, name, lifetime))[1]

    async def make(
        self, user_id: UUID, name: str, lifetime: timedelta | None
    ) -> tuple[Row[Any], str]:
        """Return what is kept of a new token, and the token."""
        token = PREFIX + secrets.token_urlsafe(32)
        expires_at = None if lifetime is None else datetime.now(UTC) + lifetime
        statement = insert(access_tokens).values(
            token_hash=_hash(token),
            user_id=user_id,
            id=new_id(),
            name=name,
            scopes=["all"],
            expires_at=expires_at,
        )
        async with self._database.transaction() as connection:
            row = (await connection.execute(statement.returning(access_tokens))).one()
            made(row.id)
        return row, token

    async def all(self, user_id: UUID, limit: int) -> list[Row[Any]]:
        """Return what is kept of a person's tokens, the newest first."""
        statement = (
            select(access_tokens)
            .where(access_tokens.c.user_id == user_id)
            .order_by(access_tokens.c.created_at.desc(), access_tokens.c.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return list((await connection.execute(statement)).all())

    async def revoke(self, user_id: UUID, token_id: UUID) -> bool:
        """Delete a token of a person; return whether there was one."""
        statement = (
            delete(access_tokens)
            .where(access_tokens.c.user_id == user_id, access_tokens.c.id == token_id)
            .returning(access_tokens.c.id)
        )
        async with self._database.transaction() as connection:
            return (await connection.execute(statement)).first() is not None

    async def user_of(self, token: str) -> User:
        """Return whose token this is.

        Raises
        ------
        Unauthenticated
            Unknown, expired, or of a locked account.
        """
        if not token.startswith(PREFIX):
            raise Unauthenticated
        now = datetime.now(UTC)
        find = (
            select(users.c.id, users.c.name, access_tokens.c.last_used_at)
            .join(access_tokens, access_tokens.c.user_id == users.c.id)
            .where(access_tokens.c.token_hash == _hash(token))
            .where(or_(access_tokens.c.expires_at.is_(None), access_tokens.c.expires_at > now))
            .where(~users.c.disabled)
        )
        async with self._database.transaction() as connection:
            row = (await connection.execute(find)).first()
            if row is None:
                raise Unauthenticated
            # To the minute is enough for "last used", and spares a write at every request.
            if row.last_used_at is None or now - row.last_used_at > _MINUTE:
                await connection.execute(
                    update(access_tokens)
                    .where(access_tokens.c.token_hash == _hash(token))
                    .values(last_used_at=now)
                )
        return User(row.id, row.name, "access-token")


def _hash(token: str) -> bytes:
    """Return what is kept: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).digest()
