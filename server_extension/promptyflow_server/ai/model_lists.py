"""Providers' live lists of models, kept for an hour for each person and key."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from promptyflow_server.providers.base import Access, ModelInfo, Provider

_HOUR: Final = 3600.0
_AT_MOST: Final = 2000

Key = tuple["UUID", str, str, str]
"""Person, provider, address and digest of the key: nobody sees what another one's key opens."""


class ModelLists:
    """Remembers lists; of several who ask at once, one asks the provider.

    Parameters
    ----------
    clock
        Seconds that only grow.
    at_most
        Lists kept; the one used longest ago goes first.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, at_most: int = _AT_MOST
    ) -> None:
        self._clock = clock
        self._at_most = at_most
        self._lists: OrderedDict[Key, tuple[float, list[ModelInfo]]] = OrderedDict()
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
        key = _key(owner_id, provider.id, access)
        kept = self._lists.get(key)
        if kept is not None and kept[0] > self._clock() and not refresh:
            self._lists.move_to_end(key)
            return kept[1]
        task = self._asking.get(key)
        if task is None:
            task = asyncio.create_task(self._ask(key, provider, access))
            self._asking[key] = task
            task.add_done_callback(lambda done: self._asked(key, done))
        # Whoever stops waiting must not take the answer away from the others.
        return await asyncio.shield(task)

    def forget(self, owner_id: UUID, provider_id: str) -> None:
        """Ask again next time: the key was changed or deleted."""
        for key in [key for key in self._lists if key[:2] == (owner_id, provider_id)]:
            del self._lists[key]

    async def _ask(self, key: Key, provider: Provider, access: Access) -> list[ModelInfo]:
        models = await provider.list_models(access)
        self._lists[key] = (self._clock() + _HOUR, models)
        self._lists.move_to_end(key)
        while len(self._lists) > self._at_most:
            self._lists.popitem(last=False)
        return models

    def _asked(self, key: Key, task: asyncio.Task[list[ModelInfo]]) -> None:
        if self._asking.get(key) is task:
            del self._asking[key]
        if not task.cancelled():
            task.exception()  # told to those who wait; nobody may be left to see it


def _key(owner_id: UUID, provider_id: str, access: Access) -> Key:
    secret = "" if access.key is None else access.key.reveal()
    return owner_id, provider_id, access.base_url, hashlib.sha256(secret.encode()).hexdigest()[:16]
