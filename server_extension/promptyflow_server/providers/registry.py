"""All providers of a server, by their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptyflow_server.providers.anthropic import Anthropic
from promptyflow_server.providers.gemini import Gemini
from promptyflow_server.providers.ollama import Ollama
from promptyflow_server.providers.openai_chat import OpenAIChat
from promptyflow_server.providers.openai_responses import OpenAIResponses
from promptyflow_server.providers.openrouter import OpenRouter
from promptyflow_server.providers.transport import Transport
from promptyflow_server.providers.xai import XAI
from promptyflow_server.shared.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from promptyflow_server.providers.base import Provider
    from promptyflow_server.settings import Settings


class Providers:
    """The providers, in the order in which people see them.

    Parameters
    ----------
    providers
        What there is.
    transport
        Closed with them.
    """

    def __init__(self, providers: Iterable[Provider], transport: Transport) -> None:
        self._by_id = {provider.id: provider for provider in providers}
        self._transport = transport

    def __iter__(self) -> Iterator[Provider]:
        """Iterate over the providers."""
        return iter(self._by_id.values())

    def get(self, provider_id: str) -> Provider:
        """Return a provider.

        Raises
        ------
        ValidationError
            There is none of that id.
        """
        provider = self._by_id.get(provider_id)
        if provider is None:
            raise ValidationError.at("provider", "unknown_provider")
        return provider

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.close()


def build_providers(settings: Settings) -> Providers:
    """Return all providers over one transport."""
    told = settings.providers
    transport = Transport(told, local=settings.local)
    providers = (
        OpenAIResponses(transport),
        Anthropic(transport, version=told.anthropic_version),
        Gemini(transport, version=told.gemini_version),
        XAI(transport),
        OpenRouter(transport),
        Ollama(transport, local=settings.local),
        OpenAIChat(transport),
    )
    return Providers(providers, transport)
