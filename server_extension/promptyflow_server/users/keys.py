"""Providers' keys: written, tested and used here, and never read by anybody."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from promptyflow_server.providers.address import check_base_url
from promptyflow_server.providers.base import Access, Secret
from promptyflow_server.security.vault import Place
from promptyflow_server.shared.errors import (
    AppError,
    NoApiKey,
    NotFound,
    ProviderError,
    ProviderTimeout,
    ValidationError,
)
from promptyflow_server.shared.ids import new_id
from promptyflow_server.users.key_repository import KeyRepository

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncConnection

    from promptyflow_server.ai.models.lists import ModelLists
    from promptyflow_server.ai.policy import Policy
    from promptyflow_server.http.call import User
    from promptyflow_server.providers.address import Reach
    from promptyflow_server.providers.base import Provider
    from promptyflow_server.providers.registry import Providers
    from promptyflow_server.security.vault import Vault
    from promptyflow_server.storage.database import Database

Status = Literal["active", "error", "unverified"]

_SHOWS_ITS_END: Final = 20
"""Characters from which on the last four tell nothing worth knowing."""
_KEY: Final = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Tested:
    """How a test went."""

    status: Status
    models: int | None = None
    error: AppError | None = None


@dataclass(frozen=True, slots=True)
class StoredAccess:
    """How a person reaches a provider, and the row it comes from; none for the operator's key."""

    access: Access
    row_id: UUID | None = None
    status: Status | None = None
    is_admin: bool = False


class ApiKeys:
    """Stores keys sealed, and opens them for whoever sends on the owner's behalf.

    Parameters
    ----------
    reach
        Which addresses people may give.
    policy
        Which providers they may use, and the operator's keys, which are used and never told.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the parts it puts together
        self,
        database: Database,
        vault: Vault,
        providers: Providers,
        models: ModelLists,
        reach: Reach,
        policy: Policy,
    ) -> None:
        self._database = database
        self._vault = vault
        self._providers = providers
        self._models = models
        self._reach = reach
        self._policy = policy

    async def all(self, user: User) -> list[Row[Any]]:
        """Return the rows of a person's keys."""
        async with self._database.read() as connection:
            return await KeyRepository(connection, user.id).all()

    async def usable(self, user: User) -> list[str]:
        """Return the providers that a person can use, with their own key or the operator's."""
        own = [row.provider for row in await self.all(user)]
        names = dict.fromkeys([*own, *self._policy.keys])
        return [name for name in names if self._policy.allows(name)]

    def held(self) -> list[str]:
        """Return the providers that the operator has a key for."""
        return [name for name in self._policy.keys if self._policy.allows(name)]

    async def save(
        self, user: User, provider_id: str, key: str | None, base_url: str | None
    ) -> tuple[Row[Any], Tested]:
        """Test a key and store it, whatever the test says; return the row and how it went.

        Raises
        ------
        ValidationError
            A key that is none, a bad address, or a new address for a key that is not given anew:
            a stored key never goes where its owner did not send it.
        """
        provider = self._provider(provider_id)
        self._policy.check(provider)
        stored = await self._stored(user, provider_id)
        access = await self._wanted(user, provider, stored, key, base_url)
        if provider.needs_key and access.key is None:
            raise ValidationError.at("apiKey", "missing")
        tested = await self._test(provider, access)
        values = await self._sealed(user, provider_id, access)
        values["base_url"] = access.base_url if access.own_address else None
        values["status"] = tested.status
        values["last_tested_at"] = datetime.now(UTC)
        async with self._database.transaction() as connection:
            row = await KeyRepository(connection, user.id).put(provider_id, values)
        await self._models.forget(user.id, provider_id)
        return row, tested

    async def remove(self, user: User, provider_id: str) -> None:
        """Delete a key, and what was learnt with it."""
        async with self._database.transaction() as connection:
            removed = await KeyRepository(connection, user.id).remove(provider_id)
        await self._models.forget(user.id, provider_id)
        if not removed:
            raise NotFound

    async def access(self, user: User, provider_id: str) -> StoredAccess:
        """Return how a person reaches a provider.

        Raises
        ------
        NoApiKey
            It is not set up, or its key cannot be opened.
        """
        return await self.opened(user, provider_id, await self._stored(user, provider_id))

    async def find(
        self, connection: AsyncConnection, user: User, provider_id: str
    ) -> Row[Any] | None:
        """Return the row of a person's key, in an open transaction."""
        return await KeyRepository(connection, user.id).find(provider_id)

    async def opened(self, user: User, provider_id: str, row: Row[Any] | None) -> StoredAccess:
        """Return how a person reaches a provider whose row was found, or has none.

        Raises
        ------
        NoApiKey
            As of `access`.
        """
        provider = self._providers.get(provider_id)
        self._policy.check(provider)
        if row is None:
            held = await asyncio.to_thread(self._policy.key, provider)
            if held is not None:
                return StoredAccess(held, is_admin=True)
            if provider.needs_key or provider.default_base_url is None:
                raise NoApiKey(provider=provider_id)
            return StoredAccess(Access(provider.default_base_url, None, own_address=False))
        key = await self._unsealed(user, row)
        base_url = row.base_url or provider.default_base_url
        if base_url is None or (provider.needs_key and key is None):
            raise NoApiKey(provider=provider_id)
        return StoredAccess(
            Access(base_url, key, own_address=row.base_url is not None), row.id, row.status
        )

    async def test(
        self, user: User, provider_id: str, key: str | None, base_url: str | None
    ) -> Tested:
        """Test what is given, or what is stored; store nothing."""
        provider = self._providers.get(provider_id)
        self._policy.check(provider)
        if key is None and base_url is None:
            stored = await self.access(user, provider_id)
            tested = await self._test(provider, stored.access)
            if tested.status != "unverified":
                await self.note(user, stored, tested.status)
            return tested
        row = await self._stored(user, provider_id)
        return await self._test(provider, await self._wanted(user, provider, row, key, base_url))

    async def note(self, user: User, stored: StoredAccess, status: Status) -> None:
        """Remember how a key fared in use, where that is news."""
        if stored.row_id is None or stored.status == status:
            return
        async with self._database.transaction() as connection:
            await KeyRepository(connection, user.id).note(stored.row_id, status)

    def _provider(self, provider_id: str) -> Provider:
        try:
            return self._providers.get(provider_id)
        except ValidationError:
            raise NotFound from None  # here the provider is a part of the path

    async def _stored(self, user: User, provider_id: str) -> Row[Any] | None:
        async with self._database.read() as connection:
            return await self.find(connection, user, provider_id)

    async def _wanted(
        self,
        user: User,
        provider: Provider,
        stored: Row[Any] | None,
        key: str | None,
        base_url: str | None,
    ) -> Access:
        stored_url = stored.base_url if stored is not None else None
        url = stored_url
        if base_url is not None and base_url.strip():
            url = self._address(provider, base_url)
        elif base_url is not None:
            url = None
        if url is None and provider.default_base_url is None:
            raise ValidationError.at("baseUrl", "missing")
        secret = _checked(key)
        if key is None and stored is not None and stored.ciphertext is not None:
            if url != stored_url:
                raise ValidationError.at("apiKey", "reenter_key")
            secret = await self._unsealed(user, stored)
        address = url or provider.default_base_url or ""
        return Access(address, secret, own_address=url is not None)

    def _address(self, provider: Provider, base_url: str) -> str | None:
        url = check_base_url(base_url, self._reach)
        if url.count("/") == 2:  # noqa: PLR2004 - no path at all: where its kind has it
            usual = provider.default_base_url or "https://any/v1"
            url += "/" + usual.split("/", 3)[3]
        return None if url == provider.default_base_url else url

    async def _unsealed(self, user: User, row: Row[Any]) -> Secret | None:
        if row.ciphertext is None:
            return None
        return Secret(await self._vault.open(row.ciphertext, Place(user.id, row.provider, row.id)))

    async def _sealed(self, user: User, provider_id: str, access: Access) -> dict[str, Any]:
        row_id = new_id()
        if access.key is None:
            return {"id": row_id, "ciphertext": None, "kid": None, "last4": None}
        secret = access.key.reveal()
        sealed = await self._vault.seal(secret, Place(user.id, provider_id, row_id))
        last4 = secret[-4:] if len(secret) >= _SHOWS_ITS_END else None
        return {"id": row_id, "ciphertext": sealed.blob, "kid": sealed.kid, "last4": last4}

    async def _test(self, provider: Provider, access: Access) -> Tested:
        try:
            models = await provider.test(access)
        except (ProviderError, ProviderTimeout) as error:
            refused = error.details.get("kind") in {"authentication", "permission", "billing"}
            return Tested("error" if refused else "unverified", error=error)
        return Tested("active", models)


def _checked(key: str | None) -> Secret | None:
    """Return a key that can stand in a header; pasted spaces around it are no part of it."""
    text = (key or "").strip()
    if not text:
        return None
    if not _KEY.fullmatch(text):
        raise ValidationError.at("apiKey", "key_characters")
    return Secret(text)
