"""The Responses API, as OpenAI and xAI speak it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from promptyflow_server.providers import chat_reading
from promptyflow_server.providers.base import (
    Chunk,
    Delta,
    Finish,
    FinishReason,
    ModelInfo,
    Reasoning,
    Usage,
)
from promptyflow_server.providers.error_reading import error
from promptyflow_server.providers.errors import Cause
from promptyflow_server.providers.http_provider import HttpProvider, Identity
from promptyflow_server.providers.wire import amount, mapping, parse, text_of, whole_number

if TYPE_CHECKING:
    from promptyflow_server.providers.base import Access, CompletionRequest, Message
    from promptyflow_server.providers.sse import ServerEvent
    from promptyflow_server.providers.transport import Transport

_LONGEST_PART: Final = 10_000_000
_LEAST_OUTPUT: Final = 16
_TICKS: Final = 10_000_000_000
_CENTS_PER_100M: Final = 10_000
_NO_TEXT: Final = re.compile(
    r"embedding|whisper|tts|dall-e|moderation|image|audio|realtime|transcribe|sora|babbage|davinci"
)
_INCOMPLETE: Final[dict[str, FinishReason]] = {
    "max_output_tokens": "length",
    "content_filter": "blocked",
}

OPENAI: Final = Identity(id="openai", name="OpenAI", default_base_url="https://api.openai.com/v1")
X_AI: Final = Identity(id="xai", name="xAI", default_base_url="https://api.x.ai/v1")


class OpenAIResponses(HttpProvider):
    """OpenAI."""

    def __init__(self, transport: Transport, identity: Identity = OPENAI) -> None:
        super().__init__(transport, identity)

    async def list_models(self, access: Access) -> list[ModelInfo]:
        """Return the models of ``GET /models`` that write text."""
        models = chat_reading.models(await self.fetch("/models", access))
        if models is None:
            raise Cause("not_an_api").error(self, access.key)
        return [model for model in models if not _NO_TEXT.search(model.id)]

    def path(self, request: CompletionRequest) -> str:  # noqa: ARG002 - the same for all
        """Return where questions go."""
        return "/responses"

    async def question(self, request: CompletionRequest, access: Access) -> dict[str, Any]:  # noqa: ARG002 - the same for all
        """Return the body; nothing is stored at the provider."""
        wanted = request.parameters
        body: dict[str, Any] = {
            "model": request.model,
            "input": [_item(message) for message in request.messages if message.role != "system"],
            "stream": True,
            "store": False,
        }
        system = [message.content for message in request.messages if message.role == "system"]
        if system:
            body["instructions"] = "\n\n".join(system)
        if wanted.temperature is not None:
            body["temperature"] = wanted.temperature
        if wanted.top_p is not None:
            body["top_p"] = wanted.top_p
        if wanted.max_tokens is not None:
            body["max_output_tokens"] = max(wanted.max_tokens, _LEAST_OUTPUT)
        if wanted.schema is not None:
            form = {"type": "json_schema", "name": "answer", "schema": wanted.schema}
            body["text"] = {"format": {**form, "strict": True}}
        return body

    def interpreter(self) -> ResponseStream:
        """Return what understands one streamed answer."""
        return ResponseStream()

    def whole(self, document: Any, into: list[Chunk]) -> Cause | None:  # noqa: ANN401 - parsed JSON
        """Read an answer in one piece."""
        response = mapping(document)
        if response.get("object") != "response":
            return error(document) or Cause("not_an_api")
        output = response.get("output")
        for item in map(mapping, output if isinstance(output, list) else []):
            for name in ("summary", "content"):
                parts = item.get(name)
                for part in map(mapping, parts if isinstance(parts, list) else []):
                    _part(part, into, is_reasoning=item.get("type") == "reasoning")
        return _ended(response, into)


class XAI(OpenAIResponses):
    """xAI, whose own list tells prices."""

    def __init__(self, transport: Transport, identity: Identity = X_AI) -> None:
        super().__init__(transport, identity)

    async def list_models(self, access: Access) -> list[ModelInfo]:
        """Return the models of ``GET /language-models``."""
        rows = (await self.fetch("/language-models", access)).get("models")
        if not isinstance(rows, list):
            raise Cause("not_an_api").error(self, access.key)
        return [_xai_model(row) for row in map(mapping, rows) if text_of(row.get("id"))]


class ResponseStream:
    """One streamed answer; its last event holds the whole response."""

    def __init__(self) -> None:
        self.over = False

    def event(self, event: ServerEvent, into: list[Chunk]) -> Cause | None:
        """Add what an event holds; return the cause if it tells of an error."""
        if event.data.strip() == "[DONE]":
            return None
        document = parse(event.data.encode())
        if not isinstance(document, dict):
            return Cause("not_an_api")
        kind = document.get("type")
        delta = text_of(document.get("delta"))
        if kind in {"response.output_text.delta", "response.refusal.delta"}:
            into.extend([] if delta is None else [Delta(delta)])
        elif kind in {"response.reasoning_summary_text.delta", "response.reasoning_text.delta"}:
            into.extend([] if delta is None else [Reasoning(delta)])
        elif kind in {"response.completed", "response.incomplete", "response.failed"}:
            self.over = True
            return _ended(mapping(document.get("response")), into)
        elif kind == "error" or "error" in document:
            return error(document) or Cause("server")
        return None

    def stray(self, data: bytes) -> Cause | None:
        """Return the error that a proxy may write into the stream."""
        return error(parse(data))


def _ended(response: dict[str, Any], into: list[Chunk]) -> Cause | None:
    usage = _usage(response.get("usage"))
    if usage is not None:
        into.append(usage)
    status = response.get("status")
    if status == "failed":
        told = mapping(response.get("error"))
        return error({"error": told}) if told else Cause("server")
    if status == "incomplete":
        reason = text_of(mapping(response.get("incomplete_details")).get("reason"))
        meant = "length" if reason is None else _INCOMPLETE.get(reason, "other")
        into.append(Finish(meant, reason))
    elif status == "cancelled":
        return Cause("interrupted")
    else:
        into.append(Finish("stop", text_of(status)))
    return None


def _part(part: dict[str, Any], into: list[Chunk], *, is_reasoning: bool) -> None:
    text = text_of(part.get("text")) or text_of(part.get("refusal"))
    if text is not None:
        into.append(Reasoning(text) if is_reasoning else Delta(text))


def _item(message: Message) -> dict[str, Any]:
    text = message.content
    if len(text) <= _LONGEST_PART or message.role == "assistant":
        return {"role": message.role, "content": text}
    parts = [
        {"type": "input_text", "text": text[start : start + _LONGEST_PART]}
        for start in range(0, len(text), _LONGEST_PART)
    ]
    return {"role": message.role, "content": parts}


def _usage(told: Any) -> Usage | None:  # noqa: ANN401 - parsed JSON
    if not isinstance(told, dict):
        return None
    given = mapping(told.get("input_tokens_details"))
    written = mapping(told.get("output_tokens_details"))
    ticks = amount(told.get("cost_in_usd_ticks"))
    return Usage(
        input_tokens=whole_number(told.get("input_tokens")),
        output_tokens=whole_number(told.get("output_tokens")),
        cached_tokens=whole_number(given.get("cached_tokens")),
        cache_write_tokens=whole_number(given.get("cache_write_tokens")),
        reasoning_tokens=whole_number(written.get("reasoning_tokens")),
        cost=None if ticks is None else ticks / _TICKS,
    )


def _xai_model(row: dict[str, Any]) -> ModelInfo:
    given = amount(row.get("prompt_text_token_price"))
    written = amount(row.get("completion_text_token_price"))
    return ModelInfo(
        id=row["id"],
        input_price=None if given is None else given / _CENTS_PER_100M,
        output_price=None if written is None else written / _CENTS_PER_100M,
    )
