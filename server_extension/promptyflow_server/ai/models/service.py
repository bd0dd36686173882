"""Models: their lists, and what is known of one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptyflow_server.ai.models.facts import Facts, merged

if TYPE_CHECKING:
    from uuid import UUID

    from promptyflow_server.ai.models.catalogue import Catalogue
    from promptyflow_server.ai.models.lists import ModelLists
    from promptyflow_server.ai.policy import Policy
    from promptyflow_server.providers.base import Access, ModelInfo, Provider


class Models:
    """What is known of models, from the operator, the providers and the catalogue.

    Parameters
    ----------
    lists
        The providers' own.
    """

    def __init__(self, catalogue: Catalogue, lists: ModelLists, policy: Policy) -> None:
        self._catalogue = catalogue
        self._lists = lists
        self._policy = policy
        self._overrides = {(o.provider, o.id.lower()): o for o in policy.catalogue}

    @property
    def catalogue(self) -> Catalogue:
        """What is shipped."""
        return self._catalogue

    async def live(
        self, owner_id: UUID, provider: Provider, access: Access, *, refresh: bool
    ) -> list[Facts]:
        """Return the models that a key opens.

        Raises
        ------
        ProviderError, ProviderTimeout
            The provider was asked and did not tell.
        """
        listed = await self._lists.get(owner_id, provider, access, refresh=refresh)
        told = {model.id.lower() for model in listed}
        added = [o for o in self._overrides.values() if o.provider == provider.id]
        facts = [self._facts(provider.id, model.id, model) for model in listed]
        facts += [self._facts(provider.id, o.id) for o in added if o.id.lower() not in told]
        return self._allowed(facts)

    def offline(self, provider_id: str) -> list[Facts]:
        """Return the models of the catalogue and of the operator."""
        ids = [entry.id for entry in self._catalogue.of(provider_id)]
        told = {own_id.lower() for own_id in ids}
        added = [o.id for o in self._overrides.values() if o.provider == provider_id]
        ids += [own_id for own_id in added if own_id.lower() not in told]
        return self._allowed([self._facts(provider_id, own_id) for own_id in ids])

    async def facts(
        self, owner_id: UUID, provider_id: str, model: str, access: Access | None = None
    ) -> Facts:
        """Return what is known of a model, without asking anybody."""
        listed = None if access is None else await self._lists.known(owner_id, provider_id, access)
        live = next((one for one in listed or () if one.id == model), None)
        return self._facts(provider_id, model, live)

    def _facts(self, provider_id: str, model: str, live: ModelInfo | None = None) -> Facts:
        override = self._overrides.get((provider_id, model.lower()))
        return merged(
            provider_id,
            model,
            override=None if override is None else override.entry(),
            override_name=None if override is None else override.name,
            live=live,
            entry=self._catalogue.find(provider_id, model),
            api=self._catalogue.api(provider_id, model),
        )

    def _allowed(self, facts: list[Facts]) -> list[Facts]:
        return [one for one in facts if self._policy.allows(one.provider, one.id)]
