"""xAI: the Responses API, with its own list of models, prices and way of counting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from promptyflow_server.providers.base import ModelInfo
from promptyflow_server.providers.errors import Cause
from promptyflow_server.providers.http_provider import COUNT_SECONDS, Identity
from promptyflow_server.providers.openai_responses import OpenAIResponses
from promptyflow_server.providers.wire import amount, mapping, text_of

if TYPE_CHECKING:
    from promptyflow_server.providers.base import Access, CompletionRequest
    from promptyflow_server.providers.transport import Transport

_CENTS_PER_100M: Final = 10_000

X_AI: Final = Identity(id="xai", name="xAI", default_base_url="https://api.x.ai/v1")


class XAI(OpenAIResponses):
    """xAI."""

    def __init__(self, transport: Transport, identity: Identity = X_AI) -> None:
        super().__init__(transport, identity)

    async def list_models(self, access: Access) -> list[ModelInfo]:
        """Return the models of ``GET /language-models``."""
        rows = (await self.fetch("/language-models", access)).get("models")
        if not isinstance(rows, list):
            raise Cause("not_an_api").error(self, access.key)
        return [_model(row) for row in map(mapping, rows) if text_of(row.get("id"))]

    async def count_tokens(self, request: CompletionRequest, access: Access) -> int:
        """Return the tokens of the texts; what the model's own frame adds is not told."""
        text = "\n\n".join(message.content for message in request.messages)
        body = {"model": request.model, "text": text}
        document = await self.document(
            "POST", "/tokenize-text", access, body, timeout=COUNT_SECONDS
        )
        tokens = document.get("token_ids")
        if not isinstance(tokens, list):
            raise Cause("not_an_api").error(self, access.key)
        return len(tokens)


def _model(row: dict[str, Any]) -> ModelInfo:
    given = amount(row.get("prompt_text_token_price"))
    written = amount(row.get("completion_text_token_price"))
    return ModelInfo(
        id=row["id"],
        input_price=None if given is None else given / _CENTS_PER_100M,
        output_price=None if written is None else written / _CENTS_PER_100M,
    )
