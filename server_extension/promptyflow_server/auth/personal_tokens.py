"""Personal access tokens: for scripts and notebooks, listed and revoked by their owner."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from promptyflow_server.shared.errors import Forbidden, NotFound, PayloadTooLarge, ValidationError

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Row

    from promptyflow_server.auth.schemas import CreateAccessToken
    from promptyflow_server.http.call import User
    from promptyflow_server.security.access_tokens import AccessTokens

_AT_MOST: Final = 100


class PersonalTokens:
    """Rules of personal access tokens.

    Parameters
    ----------
    tokens
        Keeps them.
    are_taken
        Whether this server takes such tokens: one's own Jupyter server does not.
    """

    def __init__(self, tokens: AccessTokens, *, are_taken: bool) -> None:
        self._tokens = tokens
        self._are_taken = are_taken

    async def all(self, user: User) -> list[Row[Any]]:
        """Return a person's tokens, the newest first."""
        self._check()
        return await self._tokens.all(user.id, _AT_MOST)

    async def create(self, user: User, wanted: CreateAccessToken) -> tuple[Row[Any], str]:
        """Return a new token's row, and the token.

        Raises
        ------
        Forbidden
            With a token that leaked nobody can make another one that is valid for longer.
        PayloadTooLarge
            The person has a hundred already.
        """
        self._check()
        if user.identified_by == "access-token":
            raise Forbidden(kind="needs_sign_in")
        name = wanted.name.strip()
        if not name:
            raise ValidationError.at("name", "title")
        count = len(await self._tokens.all(user.id, _AT_MOST))
        if count >= _AT_MOST:
            raise PayloadTooLarge(what="tokens", limit=_AT_MOST, actual=count + 1)
        lifetime = None if wanted.days is None else timedelta(days=wanted.days)
        return await self._tokens.make(user.id, name, lifetime)

    async def revoke(self, user: User, token_id: UUID) -> None:
        """Revoke a token.

        Raises
        ------
        NotFound
            There is none of that id, or it is somebody else's.
        """
        self._check()
        if not await self._tokens.revoke(user.id, token_id):
            raise NotFound

    def _check(self) -> None:
        if not self._are_taken:
            raise NotFound
