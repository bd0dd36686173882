"""OpenRouter: Chat Completions of many providers, with prices and limits in its own list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from promptyflow_server.providers.base import ModelInfo
from promptyflow_server.providers.errors import Cause
from promptyflow_server.providers.http_provider import Identity
from promptyflow_server.providers.openai_chat import OpenAIChat
from promptyflow_server.providers.wire import amount, mapping, text_of, whole_number

if TYPE_CHECKING:
    from promptyflow_server.providers.base import Access
    from promptyflow_server.providers.transport import Transport

_MILLION: Final = 1_000_000

OPENROUTER: Final = Identity(
    id="openrouter",
    name="OpenRouter",
    default_base_url="https://openrouter.ai/api/v1",
    headers={"X-OpenRouter-Title": "PromptyFlow Lab"},
)


class OpenRouter(OpenAIChat):
    """OpenRouter."""

    asks_for_usage = False  # it always comes

    def __init__(self, transport: Transport, identity: Identity = OPENROUTER) -> None:
        super().__init__(transport, identity)

    async def list_models(self, access: Access) -> list[ModelInfo]:
        """Return the models of ``GET /models``, with prices."""
        rows = (await self.fetch("/models", access)).get("data")
        if not isinstance(rows, list):
            raise Cause("not_an_api").error(self, access.key)
        return [_model(row) for row in map(mapping, rows) if text_of(row.get("id"))]

    async def test(self, access: Access) -> int:
        """Return how many models there are, if the key is good: the list alone is public."""
        await self.fetch("/key", access)
        return len(await self.list_models(access))


def _model(row: dict[str, Any]) -> ModelInfo:
    prices = mapping(row.get("pricing"))
    top = mapping(row.get("top_provider"))
    takes = row.get("supported_parameters")
    return ModelInfo(
        id=row["id"],
        name=text_of(row.get("name")),
        context_window=whole_number(row.get("context_length")),
        max_output=whole_number(top.get("max_completion_tokens")),
        retires_at=text_of(row.get("expiration_date")),
        input_price=_per_million(prices.get("prompt")),
        output_price=_per_million(prices.get("completion")),
        parameters=tuple(map(str, takes)) if isinstance(takes, list) else None,
    )


def _per_million(price: object) -> float | None:
    """Return dollars for a million tokens; prices are decimal texts for one."""
    value = amount(price)
    return None if value is None else round(value * _MILLION, 9)
