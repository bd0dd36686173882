"""Accounts of a Hub have no number, only a name, and names change hands.

What stays the same is the moment at which the Hub made the account. So the same name with another
moment is another person, who must not get what the one before kept; and an unknown name with the
moment of an account that the Hub no longer has by its old name is that account, renamed.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from promptyflow_server.hub.repository import AccountRepository
from promptyflow_server.shared.errors import Unauthenticated

if TYPE_CHECKING:
    from sqlalchemy import Row

    from promptyflow_server.hub.api import HubApi
    from promptyflow_server.hub.settings import HubSettings
    from promptyflow_server.hub.visitor import Visitor
    from promptyflow_server.storage.database import Database

log: Final = logging.getLogger("promptyflow.hub")

_BY_SUB: Final = "sub/"


class HubAccounts:
    """Keeps identities in step with the Hub's accounts.

    Parameters
    ----------
    hub
        Where it is.
    database
        Who is who.
    api
        Asks the Hub.
    """

    def __init__(self, hub: HubSettings, database: Database, api: HubApi) -> None:
        self._issuer = hub.issuer
        self._database = database
        self._api = api

    async def settle(self, visitor: Visitor) -> str:
        """See to it that the visitor's subject leads to the right person, or to nobody yet.

        Returns
        -------
        When the Hub made the account; empty where we may not know.

        Raises
        ------
        Unauthenticated
            The Hub has no account of this name any more.
        Unavailable
            The Hub does not answer.
        """
        created = await self._api.created(visitor.name)
        if created is None:
            return ""
        async with self._database.read() as connection:
            rows = await AccountRepository(connection, self._issuer).alike(visitor.subject, created)
        own = next((row for row in rows if row.subject == visitor.subject), None)
        if own is not None and own.hub_created == created:
            return created
        same = [row for row in rows if row is not own and await self._is_same(row, visitor)]
        async with self._database.transaction() as connection:
            repository = AccountRepository(connection, self._issuer)
            await repository.lock()
            is_free = own is None or await self._put_right(repository, own, visitor, created)
            if is_free and len(same) == 1:
                await repository.readdress(same[0].subject, created, visitor.subject)
                log.info("an account of the Hub has another name now")
        return created

    async def _put_right(
        self, repository: AccountRepository, own: Row[Any], visitor: Visitor, created: str
    ) -> bool:
        """Note the moment, where it was not known or counts for nothing; else close the account.

        Returns
        -------
        Whether the subject leads to nobody now.
        """
        if own.hub_created is None or visitor.sub is not None:
            await repository.note(own.subject, created)
            return False
        await repository.close(own.subject, own.hub_created)
        log.warning("a name of the Hub was made anew: what was kept under it is closed")
        return True

    async def _is_same(self, row: Row[Any], visitor: Visitor) -> bool:
        """Tell whether an identity with the visitor's moment is the visitor's own account."""
        if row.subject.startswith(_BY_SUB):
            return False  # another person to whom the Hub itself asks, whatever the name
        if row.name in {visitor.name, ""}:  # "": it was closed, and nobody has it
            return True
        try:
            return bool(await self._api.created(row.name) != row.hub_created)
        except Unauthenticated:
            return True  # there is nobody of that name any more
