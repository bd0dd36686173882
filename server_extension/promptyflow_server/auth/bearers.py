"""Whose a token from an ``Authorization`` header is, of whichever kind it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptyflow_server.auth.signing import is_signed

if TYPE_CHECKING:
    from promptyflow_server.auth.sessions import Sessions
    from promptyflow_server.http.call import User
    from promptyflow_server.security.access_tokens import AccessTokens


class Bearers:
    """Asks the one who knows tokens of this kind.

    Parameters
    ----------
    access_tokens
        Personal ones.
    sessions
        Of people who have signed in; None where nobody can.
    """

    def __init__(self, access_tokens: AccessTokens, sessions: Sessions | None) -> None:
        self._access_tokens = access_tokens
        self._sessions = sessions

    async def user_of(self, token: str) -> User:
        """Return whose this token is.

        Raises
        ------
        Unauthenticated
            Nobody's.
        """
        if self._sessions is not None and is_signed(token):
            return await self._sessions.user_of(token)
        return await self._access_tokens.user_of(token)
