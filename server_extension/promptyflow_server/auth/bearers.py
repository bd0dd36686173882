"""Whose a token from an ``Authorization`` header is, of whichever kind it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptyflow_server.auth.signing import is_signed

if TYPE_CHECKING:
    from promptyflow_server.auth.sessions import Sessions
    from promptyflow_server.http.call import User
    from promptyflow_server.hub.door import HubDoor
    from promptyflow_server.security.access_tokens import AccessTokens


class Bearers:
    """Asks the one who knows tokens of this kind.

    Parameters
    ----------
    access_tokens
        Personal ones.
    sessions
        Of people who have signed in; None where nobody can.
    hub
        Where there is one, its tokens count and no others: who is locked out there is locked out.
    """

    def __init__(
        self, access_tokens: AccessTokens, sessions: Sessions | None, hub: HubDoor | None
    ) -> None:
        self._access_tokens = access_tokens
        self._sessions = sessions
        self._hub = hub

    async def user_of(self, token: str) -> User:
        """Return whose this token is.

        Raises
        ------
        Unauthenticated
            Nobody's.
        """
        if self._hub is not None:
            return await self._hub.user_of(token)
        if self._sessions is not None and is_signed(token):
            return await self._sessions.user_of(token)
        return await self._access_tokens.user_of(token)
