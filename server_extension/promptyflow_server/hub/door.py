"""The door by which people of a Hub come: from a token to a person of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from promptyflow_server.hub.accounts import HubAccounts
from promptyflow_server.hub.api import HubApi
from promptyflow_server.hub.lookups import Lookups
from promptyflow_server.hub.tokens import HubTokens, digest
from promptyflow_server.shared.errors import Unauthenticated

if TYPE_CHECKING:
    from promptyflow_server.http.call import Principal, User
    from promptyflow_server.hub.settings import HubSettings
    from promptyflow_server.hub.visitor import Visitor
    from promptyflow_server.security.identity import Identities
    from promptyflow_server.storage.database import Database

_SETTLED_SECONDS: Final = 24 * 3600.0


class HubDoor:
    """Lets people of a Hub in.

    Parameters
    ----------
    hub
        Where it is.
    database, identities
        Who is who.
    api
        Asks the Hub.
    """

    def __init__(
        self,
        hub: HubSettings,
        database: Database,
        identities: Identities,
        api: HubApi | None = None,
    ) -> None:
        self._hub = hub
        self._api = api or HubApi(hub)
        self._tokens = HubTokens(self._api, hub.token_seconds)
        self._identities = identities
        self._accounts = HubAccounts(hub, database, self._api)
        # Somebody else under the same name comes with another token, a new name with a new key.
        self._settled: Lookups[tuple[bytes, str], str] = Lookups(_SETTLED_SECONDS, 0.0)

    async def user_of(self, token: str) -> User:
        """Return whose this token is.

        Raises
        ------
        Unauthenticated
            The Hub does not know it.
        Forbidden
            It does not open this service, or the account was locked.
        Unavailable
            The Hub does not answer.
        """
        visitor = await self._tokens.visitor_of(token)
        visitor.admit(self._hub)
        try:
            return await self._known(token, visitor)
        except Unauthenticated:
            # Renamed or made anew since we asked last: ask the Hub who that is now.
            self._tokens.forget(token)
            visitor = await self._tokens.visitor_of(token)
            visitor.admit(self._hub)
            return await self._known(token, visitor)

    async def close(self) -> None:
        """End what is being asked, and hang up."""
        await self._tokens.close()
        await self._settled.close()
        await self._api.close()

    async def _known(self, token: str, visitor: Visitor) -> User:
        key = digest(token), visitor.name
        was_settled = self._settled.knows(key)
        principal = await self._principal(key, visitor)
        user = await self._identities.find(principal)
        if user is None:
            if was_settled:  # renamed by another process since, or the account was deleted
                self._settled.forget(key)
                principal = await self._principal(key, visitor)
            user = await self._identities.resolve(principal)
        return user

    async def _principal(self, key: tuple[bytes, str], visitor: Visitor) -> Principal:
        created = await self._settled.get(key, lambda: self._accounts.settle(visitor))
        return visitor.principal(self._hub, created or None)
