"""Providers' live lists of models, kept for an hour for each person and key."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, Final

from promptyflow_server.providers.base import ModelInfo

if TYPE_CHECKING:
    from uuid import UUID

    from promptyflow_server.providers.base import Access, Provider
    from promptyflow_server.shared.cache import Cache

_HOUR: Final = 3600.0

Key = tuple["UUID", str, str]
"""Person, provider, and digest of address and key: nobody sees what another one's key opens."""


class ModelLists:
    """Remembers lists; of several who ask at once, one asks the provider.

    Parameters
    ----------
    cache
        Where they are kept.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._asking: dict[Key, asyncio.Task[list[ModelInfo]]] = {}

    async def get(
        self, owner_id: UUID, provider: Provider, access: Access, *, refresh: bool = False
    ) -> list[ModelInfo]:
        """Return the models that this key opens.

        Raises
        ------
        ProviderError, ProviderTimeout
            The provider was asked and did not tell.
        """
        kept = None if refresh else await self.known(owner_id, provider.id, access)
        if kept is not None:
            return kept
        key = (owner_id, provider.id, _digest(access))
        task = self._asking.get(key)
        if task is None:
            task = asyncio.create_task(self._ask(key, provider, access))
            self._asking[key] = task
            task.add_done_callback(lambda done: self._asked(key, done))
        # Whoever stops waiting must not take the answer away from the others.
        return await asyncio.shield(task)

    async def known(
        self, owner_id: UUID, provider_id: str, access: Access
    ) -> list[ModelInfo] | None:
        """Return what this key is known to open, without asking anybody."""
        kept = await self._cache.get(owner_id, _name(provider_id))
        if kept is None or kept["key"] != _digest(access):
            return None
        return [_model(row) for row in kept["models"]]

    async def forget(self, owner_id: UUID, provider_id: str) -> None:
        """Ask again next time: the key was changed or deleted."""
        await self._cache.delete(owner_id, _name(provider_id))

    async def _ask(self, key: Key, provider: Provider, access: Access) -> list[ModelInfo]:
        models = await provider.list_models(access)
        owner_id, provider_id, digest = key
        told = {"key": digest, "models": [_told(model) for model in models]}
        await self._cache.set(owner_id, _name(provider_id), told, ttl=_HOUR)
        return models

    def _asked(self, key: Key, task: asyncio.Task[list[ModelInfo]]) -> None:
        if self._asking.get(key) is task:
            del self._asking[key]
        if not task.cancelled():
            task.exception()  # told to those who wait; nobody may be left to see it


def _name(provider_id: str) -> str:
    return f"models:{provider_id}"


def _digest(access: Access) -> str:
    secret = "" if access.key is None else access.key.reveal()
    return hashlib.sha256(f"{access.base_url}\n{secret}".encode()).hexdigest()[:32]


def _told(model: ModelInfo) -> dict[str, Any]:
    return {name: value for name, value in asdict(model).items() if value is not None}


_NAMES: Final = frozenset(field.name for field in fields(ModelInfo))


def _model(row: dict[str, Any]) -> ModelInfo:
    """Return a model from what was kept, perhaps by another version of this program."""
    values = {name: value for name, value in row.items() if name in _NAMES}
    if values.get("parameters") is not None:
        values["parameters"] = tuple(values["parameters"])
    return ModelInfo(**values)
