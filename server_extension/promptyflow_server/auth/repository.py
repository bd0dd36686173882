"""SQL of sign-in: attempts, one-time codes, and the families of refresh tokens.

What is looked up is always a hash: whoever reads the tables cannot sign in with what stands there.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Row, delete, exists, func, insert, select, update

from promptyflow_server.storage.tables import (
    refresh_tokens,
    sign_in_attempts,
    sign_in_codes,
    users,
)

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.ext.asyncio import AsyncConnection

_CLOCK = func.clock_timestamp()
"""The time now, not that at which the transaction began: it may have waited for another one."""


def hashed(secret: str) -> bytes:
    """Return what is kept of 256 random bits: they need no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


class PassageRepository:
    """People on their way through a sign-in; nobody is known yet."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def start(self, values: dict[str, Any]) -> None:
        """Note that somebody leaves for the provider; forget those who did not come back."""
        for table in (sign_in_attempts, sign_in_codes):
            # nosemgrep: statement-without-owner - nobody's, by age
            await self._connection.execute(delete(table).where(table.c.expires_at < _CLOCK))
        await self._connection.execute(insert(sign_in_attempts).values(values))

    async def take_attempt(self, state: str) -> Row[Any] | None:
        """Return an attempt and forget it: nobody comes back twice."""
        statement = (
            delete(sign_in_attempts)
            .where(sign_in_attempts.c.state_hash == hashed(state))
            .returning(sign_in_attempts, (sign_in_attempts.c.expires_at > _CLOCK).label("is_open"))
        )
        return (await self._connection.execute(statement)).first()

    async def add_code(self, values: dict[str, Any]) -> None:
        """Note a code that fetches tokens once."""
        await self._connection.execute(insert(sign_in_codes).values(values))

    async def take_code(self, code: str) -> Row[Any] | None:
        """Return a code's row and forget it."""
        statement = (
            delete(sign_in_codes)
            .where(sign_in_codes.c.code_hash == hashed(code))
            .returning(sign_in_codes, (sign_in_codes.c.expires_at > _CLOCK).label("is_open"))
        )
        return (await self._connection.execute(statement)).first()


class SessionRepository:
    """Sessions. A session is a family of refresh tokens, each made from the one before."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lock_user(self, user_id: UUID) -> Row[Any] | None:
        """Return a person's row; what else is done to their sessions waits for us."""
        statement = select(users).where(users.c.id == user_id).with_for_update(key_share=True)
        return (await self._connection.execute(statement)).first()

    async def owner(self, token: str) -> Row[Any] | None:
        """Return whose a refresh token is, whatever has become of it, and lock their row."""
        whose = select(refresh_tokens.c.user_id).where(refresh_tokens.c.token_hash == hashed(token))
        statement = select(users).where(users.c.id == whose.scalar_subquery())
        return (await self._connection.execute(statement.with_for_update(key_share=True))).first()

    async def note_login(self, user_id: UUID, email: str, picture: str | None) -> None:
        """Write what the provider tells of a person."""
        await self._connection.execute(
            update(users)
            .where(users.c.id == user_id)
            .values(email=email, picture=picture, last_login_at=_CLOCK)
        )

    async def add(self, values: dict[str, Any]) -> None:
        """Write a refresh token; forget those of its owner that nobody could use any more."""
        await self._connection.execute(
            delete(refresh_tokens)
            .where(refresh_tokens.c.user_id == values["user_id"])
            .where(refresh_tokens.c.expires_at < _CLOCK)
        )
        await self._connection.execute(insert(refresh_tokens).values(values))

    async def use(self, user_id: UUID, token: str) -> Row[Any] | None:
        """Use a token up and return its row, unless it cannot be used."""
        statement = (
            update(refresh_tokens)
            .where(self._is(user_id, token))
            .where(refresh_tokens.c.used_at.is_(None))
            .where(refresh_tokens.c.revoked_at.is_(None))
            .where(refresh_tokens.c.expires_at > _CLOCK)
            .values(used_at=_CLOCK)
            .returning(refresh_tokens)
        )
        row: Row[Any] | None = (await self._connection.execute(statement)).first()
        return row

    async def fate(self, user_id: UUID, token: str) -> Row[Any] | None:
        """Return what has become of a token: ``since_use`` is None for one that was not used."""
        since_use = func.extract("epoch", _CLOCK - refresh_tokens.c.used_at)
        statement = select(refresh_tokens, since_use.label("since_use"))
        return (await self._connection.execute(statement.where(self._is(user_id, token)))).first()

    async def revoke(self, user_id: UUID, family_id: UUID | None = None) -> None:
        """Revoke a family, or all of a person's."""
        statement = update(refresh_tokens).where(refresh_tokens.c.user_id == user_id)
        if family_id is not None:
            statement = statement.where(refresh_tokens.c.family_id == family_id)
        open_ones = statement.where(refresh_tokens.c.revoked_at.is_(None))
        await self._connection.execute(open_ones.values(revoked_at=_CLOCK))

    async def next_epoch(self, user_id: UUID) -> None:
        """Make every access token of a person void."""
        await self._connection.execute(
            update(users).where(users.c.id == user_id).values(token_epoch=users.c.token_epoch + 1)
        )

    async def in_session(self, user_id: UUID, family_id: UUID, epoch: int) -> Row[Any, Any] | None:
        """Return a person, if their session is open and was not logged out everywhere."""
        is_open = exists().where(
            refresh_tokens.c.user_id == user_id,
            refresh_tokens.c.family_id == family_id,
            refresh_tokens.c.revoked_at.is_(None),
        )
        statement = (
            select(users.c.id, users.c.name)
            .where(users.c.id == user_id, users.c.token_epoch == epoch)
            .where(~users.c.disabled, is_open)
        )
        return (await self._connection.execute(statement)).first()

    @staticmethod
    def _is(user_id: UUID, token: str) -> ColumnElement[bool]:
        is_it: ColumnElement[bool] = refresh_tokens.c.token_hash == hashed(token)
        return is_it & (refresh_tokens.c.user_id == user_id)


def in_seconds(seconds: float) -> ColumnElement[datetime]:
    """Return a moment from now on, by the clock of the database."""
    moment: ColumnElement[datetime] = _CLOCK + func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    return moment
