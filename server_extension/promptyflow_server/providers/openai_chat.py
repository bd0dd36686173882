"""OpenAI's Chat Completions, as OpenAI, Ollama, vLLM, LM Studio and many gateways speak them."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final

from promptyflow_server.providers import chat_reading as reading
from promptyflow_server.providers.errors import Cause
from promptyflow_server.providers.http_provider import HttpProvider, Identity
from promptyflow_server.shared.errors import ProviderError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from promptyflow_server.providers.base import Access, Chunk, CompletionRequest, ModelInfo
    from promptyflow_server.providers.streaming import Interpreter
    from promptyflow_server.providers.transport import Transport

_LONGEST_PART: Final = 10_000_000
"""Characters of one text part: OpenAI refuses more than 10,485,760."""

COMPATIBLE: Final = Identity(
    id="openai-compatible",
    name="OpenAI-compatible server",
    needs_key=False,
    needs_base_url=True,
)


class OpenAIChat(HttpProvider):
    """A provider that speaks Chat Completions.

    Attributes
    ----------
    asks_for_usage
        Usage comes only to who asks for it.
    """

    asks_for_usage = True

    def __init__(self, transport: Transport, identity: Identity = COMPATIBLE) -> None:
        super().__init__(transport, identity)

    async def list_models(self, access: Access) -> list[ModelInfo]:
        """Return the models of ``GET /models``."""
        models = reading.models(await self.fetch("/models", access))
        if models is None:
            raise Cause("not_an_api").error(self, access.key)
        return models

    async def stream(
        self, request: CompletionRequest, access: Access
    ) -> AsyncGenerator[Chunk, None]:
        """Send, and yield the answer as it comes; once more without what a server does not know."""
        body = await self.question(request, access)
        while True:
            began = False
            try:
                async with aclosing(self.answer_to(body, request, access)) as chunks:
                    async for chunk in chunks:
                        began = True
                        yield chunk
            except ProviderError as error:
                milder = None if began else _without(body, error.details.get("parameter"))
                if milder is None:
                    raise
                body = milder
            else:
                return

    def path(self, request: CompletionRequest) -> str:  # noqa: ARG002 - the same for all
        """Return where questions go."""
        return "/chat/completions"

    def interpreter(self) -> Interpreter:
        """Return what understands one streamed answer."""
        return reading.ChatStream()

    def whole(self, document: Any, into: list[Chunk]) -> Cause | None:  # noqa: ANN401 - parsed JSON
        """Read an answer in one piece."""
        return reading.completion(document, into)

    async def question(self, request: CompletionRequest, access: Access) -> dict[str, Any]:
        """Return the body."""
        wanted = request.parameters
        body: dict[str, Any] = {
            "model": request.model,
            "messages": [
                {"role": message.role, "content": _content(message.content)}
                for message in request.messages
            ],
            "stream": True,
        }
        if self.asks_for_usage:
            body["stream_options"] = {"include_usage": True}
        if wanted.temperature is not None:
            body["temperature"] = wanted.temperature
        if wanted.top_p is not None:
            body["top_p"] = wanted.top_p
        if wanted.max_tokens is not None:
            body[_output_limit(access)] = wanted.max_tokens
        if wanted.schema is not None:
            schema = {"name": "answer", "schema": wanted.schema, "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        return body


def _output_limit(access: Access) -> str:
    """Return what the limit is called: OpenAI refuses the older name, others ignore the newer."""
    host = access.base_url.partition("://")[2].partition("/")[0].partition(":")[0]
    official = host.endswith((".openai.com", ".openai.azure.com"))
    return "max_completion_tokens" if official else "max_tokens"


def _content(text: str) -> str | list[dict[str, str]]:
    if len(text) <= _LONGEST_PART:
        return text
    return [
        {"type": "text", "text": text[start : start + _LONGEST_PART]}
        for start in range(0, len(text), _LONGEST_PART)
    ]


def _without(body: dict[str, Any], refused: str | None) -> dict[str, Any] | None:
    """Return the body without a field that this server does not know, if it can do without."""
    if refused == "stream_options" and "stream_options" in body:
        return {name: value for name, value in body.items() if name != "stream_options"}
    other = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
    if refused in other and refused in body:
        return {other[refused] if name == refused else name: body[name] for name in body}
    return None
