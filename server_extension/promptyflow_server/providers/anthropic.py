"""Anthropic's Messages API."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

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
from promptyflow_server.providers.wire import mapping, parse, text_of, whole_number
from promptyflow_server.shared.errors import ProviderError, ProviderTimeout

if TYPE_CHECKING:
    from promptyflow_server.providers.base import Access, CompletionRequest
    from promptyflow_server.providers.sse import ServerEvent
    from promptyflow_server.providers.transport import Transport

VERSION: Final = "2023-06-01"
_PAGE: Final = 1000
_PAGES_AT_MOST: Final = 20
_OUTPUT_IF_UNKNOWN: Final = 8192
_KNOWN_AT_MOST: Final = 500

_FINISH: Final[dict[str, FinishReason]] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "blocked",
}

ANTHROPIC: Final = Identity(
    id="anthropic",
    name="Anthropic",
    default_base_url="https://api.anthropic.com/v1",
    key_header=("x-api-key", ""),
)


class Anthropic(HttpProvider):
    """Anthropic."""

    counts_tokens = True

    def __init__(
        self, transport: Transport, identity: Identity = ANTHROPIC, *, version: str = VERSION
    ) -> None:
        told = {**identity.headers, "anthropic-version": version}
        super().__init__(transport, replace(identity, headers=told))
        self._limits: OrderedDict[tuple[str, str], int] = OrderedDict()

    async def list_models(self, access: Access) -> list[ModelInfo]:
        """Return all pages of ``GET /models``."""
        found: list[ModelInfo] = []
        query: dict[str, Any] = {"limit": _PAGE}
        for _ in range(_PAGES_AT_MOST):
            page = await self.fetch(f"/models?{urlencode(query)}", access)
            rows = page.get("data")
            if not isinstance(rows, list):
                raise Cause("not_an_api").error(self, access.key)
            found += [_model(row) for row in map(mapping, rows) if _is_usable(row)]
            last = text_of(page.get("last_id"))
            if page.get("has_more") is not True or last is None:
                break
            query["after_id"] = last
        return found

    def path(self, request: CompletionRequest) -> str:  # noqa: ARG002 - the same for all
        """Return where questions go."""
        return "/messages"

    async def question(self, request: CompletionRequest, access: Access) -> dict[str, Any]:
        """Return the body; the API wants a limit of the answer, so it is the model's own."""
        limit = request.parameters.max_tokens
        if limit is None:
            limit = await self._largest_answer(request.model, access)
        return {**_body(request), "max_tokens": limit, "stream": True}

    def counting(self, request: CompletionRequest) -> tuple[str, dict[str, Any], str]:
        """Return how tokens are counted."""
        asked = _body(request)
        counted = {"model", "system", "messages", "output_config"}
        body = {name: value for name, value in asked.items() if name in counted}
        return "/messages/count_tokens", body, "input_tokens"

    def interpreter(self) -> MessageStream:
        """Return what understands one streamed answer."""
        return MessageStream()

    def whole(self, document: Any, into: list[Chunk]) -> Cause | None:  # noqa: ANN401 - parsed JSON
        """Read an answer in one piece."""
        problem = error(document)
        message = mapping(document)
        if problem is None and message.get("type") != "message":
            problem = Cause("not_an_api")
        if problem is not None:
            return problem
        content = message.get("content")
        for block in content if isinstance(content, list) else []:
            _piece(mapping(block).get("text"), mapping(block).get("thinking"), into)
        into.append(_usage(mapping(message.get("usage"))))
        into.append(_finish(text_of(message.get("stop_reason"))))
        return None

    async def _largest_answer(self, model: str, access: Access) -> int:
        """Return the most tokens that a model writes, asked for once."""
        known = (access.base_url, model)
        if known not in self._limits:
            try:
                row = await self.fetch(f"/models/{quote(model, safe='')}", access)
            except (ProviderError, ProviderTimeout):
                return _OUTPUT_IF_UNKNOWN  # what is wrong, the question itself will tell
            self._limits[known] = whole_number(row.get("max_tokens")) or _OUTPUT_IF_UNKNOWN
            if len(self._limits) > _KNOWN_AT_MOST:
                self._limits.popitem(last=False)
        return self._limits[known]


def _body(request: CompletionRequest) -> dict[str, Any]:
    wanted = request.parameters
    body: dict[str, Any] = {
        "model": request.model,
        "messages": [
            {"role": message.role, "content": message.content}
            for message in request.messages
            if message.role != "system"
        ],
    }
    system = [message.content for message in request.messages if message.role == "system"]
    if system:
        body["system"] = "\n\n".join(system)
    if wanted.temperature is not None:
        body["temperature"] = wanted.temperature
    if wanted.top_p is not None:
        body["top_p"] = wanted.top_p
    if wanted.schema is not None:
        body["output_config"] = {"format": {"type": "json_schema", "schema": wanted.schema}}
    return body


class MessageStream:
    """One streamed answer: ``message_start``, blocks, ``message_delta``, ``message_stop``."""

    def __init__(self) -> None:
        self.over = False
        self._usage: dict[str, Any] = {}
        self._reason: str | None = None

    def event(self, event: ServerEvent, into: list[Chunk]) -> Cause | None:
        """Add what an event holds; return the cause if it tells of an error."""
        document = parse(event.data)
        if not isinstance(document, dict):
            return Cause("not_an_api")
        kind = document.get("type")
        if kind == "error":
            return error(document)
        if kind == "message_start":
            self._usage |= mapping(mapping(document.get("message")).get("usage"))
            # All of the input is billed from here on, also if the answer is broken off.
            into.append(replace(_usage(self._usage), output_tokens=None))
        elif kind == "content_block_start":
            block = mapping(document.get("content_block"))
            _piece(block.get("text"), block.get("thinking"), into)
        elif kind == "content_block_delta":
            delta = mapping(document.get("delta"))
            _piece(delta.get("text"), delta.get("thinking"), into)
        elif kind == "message_delta":
            # These counts are cumulative; what is not told again stays as it was.
            told = mapping(document.get("usage"))
            self._usage |= {name: value for name, value in told.items() if value is not None}
            self._reason = text_of(mapping(document.get("delta")).get("stop_reason"))
            into.append(_usage(self._usage))
        elif kind == "message_stop":
            into.append(_finish(self._reason))
            self.over = True
        return None  # `ping`, and kinds that are new

    def stray(self, data: bytes) -> Cause | None:
        """Return the error that a proxy may write into the stream."""
        return error(parse(data))


def _piece(text: object, thinking: object, into: list[Chunk]) -> None:
    if isinstance(thinking, str) and thinking:
        into.append(Reasoning(thinking))
    if isinstance(text, str) and text:
        into.append(Delta(text))


def _finish(reason: str | None) -> Finish:
    return Finish(_FINISH.get(reason or "", "other"), reason)


def _usage(told: dict[str, Any]) -> Usage:
    """Return the usage; here the input leaves out what went to and came from the cache."""
    fresh = whole_number(told.get("input_tokens"))
    written = whole_number(told.get("cache_creation_input_tokens"))
    cached = whole_number(told.get("cache_read_input_tokens"))
    details = mapping(told.get("output_tokens_details"))
    return Usage(
        input_tokens=None if fresh is None else fresh + (written or 0) + (cached or 0),
        output_tokens=whole_number(told.get("output_tokens")),
        cached_tokens=cached,
        cache_write_tokens=written,
        reasoning_tokens=whole_number(details.get("thinking_tokens")),
    )


def _is_usable(row: dict[str, Any]) -> bool:
    return text_of(row.get("id")) is not None and row.get("lifecycle") != "retired"


def _model(row: dict[str, Any]) -> ModelInfo:
    return ModelInfo(
        id=row["id"],
        name=text_of(row.get("display_name")),
        context_window=whole_number(row.get("max_input_tokens")),
        max_output=whole_number(row.get("max_tokens")),
        retires_at=text_of(row.get("retires_at")),
    )
