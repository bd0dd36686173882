"""Personal access tokens: opaque, shown once, kept as a hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert

from promptyflow_server.http.call import User
from promptyflow_server.shared.errors import Unauthenticated
from promptyflow_server.shared.ids import new_id
from promptyflow_server.storage.tables import access_tokens, users

if TYPE_CHECKING:
    from uuid import UUID

    from promptyflow_server.storage.database import Database

PREFIX: Final = "pft_"
_MINUTE: Final = timedelta(minutes=1)


class AccessTokens:
    """Makes tokens and tells whose they are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, user_id: UUID, name: str, lifetime: timedelta | None) -> str:
        """Return a new token; nobody can read it again."""
        token = PREFIX + secrets.token_urlsafe(32)
        expires_at = None if lifetime is None else datetime.now(UTC) + lifetime
        async with self._database.transaction() as connection:
            await connection.execute(
                insert(access_tokens).values(
                    token_hash=_hash(token),
                    user_id=user_id,
                    id=new_id(),
                    name=name,
                    scopes=["all"],
                    expires_at=expires_at,
                )
            )
        return token

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
