"""The Responses API, as OpenAI and xAI speak it, with Chat Completions for what lacks it."""

from __future__ import annotations

import re
from collections import OrderedDict
from contextlib import aclosing
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
from promptyflow_server.providers.openai_chat import OpenAIChat
from promptyflow_server.providers.wire import mapping, parse, text_of, whole_number
from promptyflow_server.shared.errors import ProviderError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from promptyflow_server.providers.base import Access, CompletionRequest, Message
    from promptyflow_server.providers.sse import ServerEvent
    from promptyflow_server.providers.transport import Transport

_LONGEST_PART: Final = 10_000_000
_LEAST_OUTPUT: Final = 16
_KNOWN_AT_MOST: Final = 500
_NO_SUCH_PATH: Final = {404, 405, 501}
_WANTS_CHAT: Final = re.compile(
    r"(?:only|use|instead)\b.{0,80}chat[/ ]completions"
    r"|responses.{0,40}(?:not (?:supported|available|implemented)|unsupported)",
    re.IGNORECASE | re.DOTALL,
)
_NO_TEXT: Final = re.compile(
    r"embedding|whisper|tts|dall-e|moderation|image|audio|realtime|transcribe|sora|babbage|davinci"
)
_INCOMPLETE: Final[dict[str, FinishReason]] = {
    "max_output_tokens": "length",
    "content_filter": "blocked",
}

OPENAI: Final = Identity(id="openai", name="OpenAI", default_base_url="https://api.openai.com/v1")


class OpenAIResponses(HttpProvider):
    """OpenAI: the Responses API, and Chat Completions for models and servers that know only that.

    Which of the two a model wants is told by the request. Where it is not told, a refusal that
    names the other API is believed, and remembered for that model.
    """

    counts_tokens = True

    def __init__(self, transport: Transport, identity: Identity = OPENAI) -> None:
        super().__init__(transport, identity)
        self._chat = OpenAIChat(transport, identity)
        self._chat_only: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def list_models(self, access: Access) -> list[ModelInfo]:
        """Return the models of ``GET /models`` that write text."""
        models = chat_reading.models(await self.fetch("/models", access))
        if models is None:
            raise Cause("not_an_api").error(self, access.key)
        return [model for model in models if not _NO_TEXT.search(model.id)]

    async def stream(
        self, request: CompletionRequest, access: Access
    ) -> AsyncGenerator[Chunk, None]:
        """Send, and yield the answer as it comes."""
        known = (access.base_url, request.model)
        if request.api != "chat" and known not in self._chat_only:
            began = False
            try:
                async with aclosing(super().stream(request, access)) as chunks:
                    async for chunk in chunks:
                        began = True
                        yield chunk
            except ProviderError as error:
                # What the catalogue says holds for the provider's own address.
                is_sure = request.api is not None and not access.own_address
                if began or is_sure or not _wants_chat(error):
                    raise
                self._remember(known)
            else:
                return
        async with aclosing(self._chat.stream(request, access)) as chunks:
            async for chunk in chunks:
                yield chunk

    def path(self, request: CompletionRequest) -> str:  # noqa: ARG002 - the same for all
        """Return where questions go."""
        return "/responses"

    def counting(self, request: CompletionRequest) -> tuple[str, dict[str, Any], str]:
        """Return how tokens are counted."""
        return "/responses/input_tokens", _read_by_model(request), "input_tokens"

    async def question(self, request: CompletionRequest, access: Access) -> dict[str, Any]:  # noqa: ARG002 - the same for all
        """Return the body; nothing is stored at the provider."""
        wanted = request.parameters
        body = {**_read_by_model(request), "stream": True, "store": False}
        if wanted.temperature is not None:
            body["temperature"] = wanted.temperature
        if wanted.top_p is not None:
            body["top_p"] = wanted.top_p
        if wanted.max_tokens is not None:
            body["max_output_tokens"] = max(wanted.max_tokens, _LEAST_OUTPUT)
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

    def _remember(self, known: tuple[str, str]) -> None:
        self._chat_only[known] = None
        if len(self._chat_only) > _KNOWN_AT_MOST:
            self._chat_only.popitem(last=False)


def _wants_chat(error: ProviderError) -> bool:
    """Return whether a refusal means that only the other API is spoken here."""
    told = error.details
    if told.get("kind") == "not_an_api" and told.get("status") in _NO_SUCH_PATH:
        return True
    return _WANTS_CHAT.search(str(told.get("providerMessage", ""))) is not None


class ResponseStream:
    """One streamed answer; its last event holds the whole response."""

    def __init__(self) -> None:
        self.over = False

    def event(self, event: ServerEvent, into: list[Chunk]) -> Cause | None:
        """Add what an event holds; return the cause if it tells of an error."""
        if event.data.strip() == "[DONE]":
            return None
        document = parse(event.data)
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
        into.append(Finish(meant, reason or "incomplete"))
    elif status == "cancelled":
        return Cause("interrupted")
    else:
        into.append(Finish("stop", text_of(status)))
    return None


def _part(part: dict[str, Any], into: list[Chunk], *, is_reasoning: bool) -> None:
    text = text_of(part.get("text")) or text_of(part.get("refusal"))
    if text is not None:
        into.append(Reasoning(text) if is_reasoning else Delta(text))


def _read_by_model(request: CompletionRequest) -> dict[str, Any]:
    """Return the part of the body that the model reads, and that is counted."""
    body: dict[str, Any] = {
        "model": request.model,
        "input": [_item(message) for message in request.messages if message.role != "system"],
    }
    system = [message.content for message in request.messages if message.role == "system"]
    if system:
        body["instructions"] = "\n\n".join(system)
    schema = request.parameters.schema
    if schema is not None:
        form = {"type": "json_schema", "name": "answer", "schema": schema}
        body["text"] = {"format": {**form, "strict": True}}
    return body


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
    return Usage(
        input_tokens=whole_number(told.get("input_tokens")),
        output_tokens=whole_number(told.get("output_tokens")),
        cached_tokens=whole_number(given.get("cached_tokens")),
        cache_write_tokens=whole_number(given.get("cache_write_tokens")),
        reasoning_tokens=whole_number(written.get("reasoning_tokens")),
        cost=chat_reading.cost(told),
    )
