"""Sessions: an access token for a quarter of an hour, a refresh token that is used once."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func

from promptyflow_server.audit.deeds import Deed
from promptyflow_server.audit.repository import note
from promptyflow_server.auth.repository import SessionRepository, hashed, in_seconds
from promptyflow_server.auth.signing import LIFETIME, Claims
from promptyflow_server.http.call import User
from promptyflow_server.shared.errors import Conflict, Forbidden, Unauthenticated
from promptyflow_server.shared.ids import new_id
from promptyflow_server.shared.logs import REQUEST_ID

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncConnection

    from promptyflow_server.auth.openid import Visitor
    from promptyflow_server.auth.signing import Signer
    from promptyflow_server.storage.database import Database

log: Final = logging.getLogger("promptyflow.sign_in")

PREFIX: Final = "pfr_"
_REFRESH_SECONDS: Final = 7 * 86400
_FAMILY_SECONDS: Final = 30 * 86400


@dataclass(frozen=True, slots=True)
class Tokens:
    """What opens the API from now on, and whose it is."""

    access: str
    refresh: str
    user: Row[Any]

    expires_in: int = LIFETIME

    def __repr__(self) -> str:
        """Return nothing that opens anything."""
        return f"<Tokens of {self.user.id}>"


class Sessions:
    """Opens, prolongs and closes sessions.

    Parameters
    ----------
    database
        Where they are.
    signer
        Signs access tokens.
    grace
        Seconds in which a token that was just used is refused without an alarm: two tabs, or an
        answer that was lost on its way, are no theft.
    """

    def __init__(self, database: Database, signer: Signer, grace: float) -> None:
        self._database = database
        self._signer = signer
        self._grace = grace

    async def open(self, user_id: UUID) -> Tokens:
        """Begin a session.

        Raises
        ------
        Forbidden
            The account was locked.
        """
        async with self._database.transaction() as connection:
            user = await SessionRepository(connection).lock_user(user_id)
            if user is None:
                raise Unauthenticated
            if user.disabled:
                raise Forbidden(reason="disabled")
            return await self._issue(connection, user, new_id(), in_seconds(_FAMILY_SECONDS))

    async def note_login(self, user_id: UUID, visitor: Visitor) -> None:
        """Remember what the provider tells of a person."""
        async with self._database.transaction() as connection:
            repository = SessionRepository(connection)
            await repository.note_login(user_id, visitor.email, visitor.picture)
            await note(connection, Deed(user_id, "openid", "sign-in", None, REQUEST_ID.get()))

    async def prolong(self, token: str) -> Tokens:
        """Return new tokens for a refresh token, which is used up by it.

        Raises
        ------
        Unauthenticated
            It is not valid. Where it had been used before, its whole family is revoked: one of the
            two who have it must be a thief.
        Conflict
            It was used a moment ago.
        """
        async with self._database.transaction() as connection:
            repository = SessionRepository(connection)
            user = await repository.owner(token)
            if user is None or user.disabled:
                raise Unauthenticated
            used = await repository.use(user.id, token)
            if used is not None:
                return await self._issue(connection, user, used.family_id, used.family_expires_at)
            refusal = await self._refusal(repository, user.id, token)
        raise refusal  # behind the transaction: the revocation must be kept

    async def close(self, token: str) -> None:
        """End the session of a refresh token; one that is not known is as good as closed."""
        async with self._database.transaction() as connection:
            repository = SessionRepository(connection)
            user = await repository.owner(token)
            if user is None:
                return
            row = await repository.fate(user.id, token)
            if row is not None:
                await repository.revoke(user.id, row.family_id)

    async def close_all(self, user_id: UUID) -> None:
        """End all sessions of a person, at once."""
        async with self._database.transaction() as connection:
            repository = SessionRepository(connection)
            await repository.lock_user(user_id)
            await repository.next_epoch(user_id)
            await repository.revoke(user_id)

    async def user_of(self, access_token: str) -> User:
        """Return whose an access token is.

        Raises
        ------
        Unauthenticated
            It is not valid, or its session was closed.
        """
        claims = self._signer.read(access_token)
        async with self._database.read() as connection:
            row = await SessionRepository(connection).in_session(
                claims.user_id, claims.session_id, claims.epoch
            )
        if row is None:
            raise Unauthenticated
        return User(row.id, row.name, "jwt")

    async def _refusal(
        self, repository: SessionRepository, user_id: UUID, token: str
    ) -> Unauthenticated | Conflict:
        row = await repository.fate(user_id, token)
        if row is None or row.since_use is None or row.revoked_at is not None:
            return Unauthenticated()
        if row.since_use < self._grace:
            return Conflict(kind="refresh_in_progress")
        log.warning("a refresh token was used twice: session %s is closed", row.family_id)
        await repository.revoke(user_id, row.family_id)
        return Unauthenticated()

    async def _issue(
        self,
        connection: AsyncConnection,
        user: Row[Any],
        family_id: UUID,
        family_expires_at: Any,  # noqa: ANN401 - a moment, or what computes one
    ) -> Tokens:
        refresh = PREFIX + secrets.token_urlsafe(32)
        await SessionRepository(connection).add(
            {
                "token_hash": hashed(refresh),
                "user_id": user.id,
                "family_id": family_id,
                "expires_at": func.least(in_seconds(_REFRESH_SECONDS), family_expires_at),
                "family_expires_at": family_expires_at,
            }
        )
        access = self._signer.sign(Claims(user.id, family_id, user.token_epoch))
        return Tokens(access, refresh, user)
