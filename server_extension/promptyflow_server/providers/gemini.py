"""Google's Gemini: ``generateContent``."""

from __future__ import annotations

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

if TYPE_CHECKING:
    from promptyflow_server.providers.base import Access, CompletionRequest
    from promptyflow_server.providers.sse import ServerEvent
    from promptyflow_server.providers.transport import Transport

_HOST: Final = "https://generativelanguage.googleapis.com"
VERSION: Final = "v1beta"
_PAGE: Final = 1000
_PAGES_AT_MOST: Final = 20
_FINISH: Final[dict[str, FinishReason]] = {"STOP": "stop", "MAX_TOKENS": "length"}
"""All other reasons mean that the answer was held back."""

GEMINI: Final = Identity(
    id="gemini",
    name="Google Gemini",
    default_base_url=f"{_HOST}/{VERSION}",
    key_header=("x-goog-api-key", ""),  # never in the address, where logs would keep it
)


class Gemini(HttpProvider):
    """Gemini."""

    counts_tokens = True

    def __init__(
        self, transport: Transport, identity: Identity = GEMINI, *, version: str = VERSION
    ) -> None:
        super().__init__(transport, replace(identity, default_base_url=f"{_HOST}/{version}"))

    async def list_models(self, access: Access) -> list[ModelInfo]:
        """Return all pages of ``GET /models`` that generate content."""
        found: list[ModelInfo] = []
        query: dict[str, Any] = {"pageSize": _PAGE}
        for _ in range(_PAGES_AT_MOST):
            page = await self.fetch(f"/models?{urlencode(query)}", access)
            rows = page.get("models", [])
            if not isinstance(rows, list):
                raise Cause("not_an_api").error(self, access.key)
            found += [_model(row) for row in map(mapping, rows) if _is_usable(row)]
            token = text_of(page.get("nextPageToken"))
            if token is None:
                break
            query["pageToken"] = token
        return found

    def path(self, request: CompletionRequest) -> str:
        """Return where questions go: without ``alt=sse`` the stream would be a JSON list."""
        return f"{_model_path(request.model)}:streamGenerateContent?alt=sse"

    def counting(self, request: CompletionRequest) -> tuple[str, dict[str, Any], str]:
        """Return how tokens are counted: of the whole question, system text and schema included."""
        model = request.model.removeprefix("models/")
        asked = {"model": f"models/{model}", **_body(request)}
        return f"{_model_path(model)}:countTokens", {"generateContentRequest": asked}, "totalTokens"

    async def question(self, request: CompletionRequest, access: Access) -> dict[str, Any]:  # noqa: ARG002 - the same for all
        """Return the body."""
        return _body(request)

    def interpreter(self) -> ContentStream:
        """Return what understands one streamed answer."""
        return ContentStream()

    def whole(self, document: Any, into: list[Chunk]) -> Cause | None:  # noqa: ANN401 - parsed JSON
        """Read an answer in one piece, or the list of pieces that a proxy makes of a stream."""
        pieces = document if isinstance(document, list) and document else [document]
        for piece in pieces:
            problem = read_piece(piece, into)
            if problem is not None:
                return problem
        if not any(isinstance(chunk, Finish) for chunk in into):
            return Cause("interrupted") if into else Cause("not_an_api")
        return None


def _model_path(model: str) -> str:
    return f"/models/{quote(model.removeprefix('models/'), safe='')}"


def _body(request: CompletionRequest) -> dict[str, Any]:
    wanted = request.parameters
    contents = [
        {
            "role": "model" if message.role == "assistant" else "user",
            "parts": [{"text": message.content}],
        }
        for message in request.messages
        if message.role != "system"
    ]
    body: dict[str, Any] = {"contents": contents}
    system = [message.content for message in request.messages if message.role == "system"]
    if system:
        body["systemInstruction"] = {"parts": [{"text": text} for text in system]}
    configuration: dict[str, Any] = {
        "temperature": wanted.temperature,
        "topP": wanted.top_p,
        "maxOutputTokens": wanted.max_tokens,
    }
    if wanted.schema is not None:
        configuration["responseMimeType"] = "application/json"
        configuration["responseJsonSchema"] = wanted.schema
    given = {name: value for name, value in configuration.items() if value is not None}
    if given:
        body["generationConfig"] = given
    return body


class ContentStream:
    """One streamed answer; nothing marks its end but the reason in its last piece."""

    def __init__(self) -> None:
        self.over = False

    def event(self, event: ServerEvent, into: list[Chunk]) -> Cause | None:
        """Add what an event holds; return the cause if it tells of an error."""
        return read_piece(parse(event.data), into)

    def stray(self, data: bytes) -> Cause | None:
        """Return the error that comes as bare JSON over several lines, outside of any event."""
        return error(parse(data))


def read_piece(document: Any, into: list[Chunk]) -> Cause | None:  # noqa: ANN401 - parsed JSON
    """Add what one piece of an answer holds; return the cause if it tells of an error."""
    problem = error(document)
    if problem is not None:
        return problem
    if not isinstance(document, dict):
        return Cause("not_an_api")
    usage = _usage(document.get("usageMetadata"))
    blocked = text_of(mapping(document.get("promptFeedback")).get("blockReason"))
    if blocked is not None:
        into.extend([] if usage is None else [usage])
        return Cause("blocked", said=blocked)
    candidates = document.get("candidates")
    first = mapping(candidates[0]) if isinstance(candidates, list) and candidates else {}
    parts = mapping(first.get("content")).get("parts")
    for part in map(mapping, parts if isinstance(parts, list) else []):
        text = text_of(part.get("text"))
        if text is not None:
            into.append(Reasoning(text) if part.get("thought") is True else Delta(text))
    reason = text_of(first.get("finishReason"))
    if usage is not None:
        into.append(usage)
    if reason is not None:
        into.append(Finish(_FINISH.get(reason, "blocked"), reason))
    return None


def _usage(told: Any) -> Usage | None:  # noqa: ANN401 - parsed JSON
    """Return the usage; here what was thought is counted apart from the answer."""
    if not isinstance(told, dict):
        return None
    answer = whole_number(told.get("candidatesTokenCount"))
    thought = whole_number(told.get("thoughtsTokenCount"))
    written = None if answer is None and thought is None else (answer or 0) + (thought or 0)
    return Usage(
        input_tokens=whole_number(told.get("promptTokenCount")),
        output_tokens=written,
        cached_tokens=whole_number(told.get("cachedContentTokenCount")),
        reasoning_tokens=thought,
    )


def _is_usable(row: dict[str, Any]) -> bool:
    methods = row.get("supportedGenerationMethods")
    able = isinstance(methods, list) and "generateContent" in methods
    return able and text_of(row.get("name")) is not None


def _model(row: dict[str, Any]) -> ModelInfo:
    return ModelInfo(
        id=row["name"].removeprefix("models/"),
        name=text_of(row.get("displayName")),
        context_window=whole_number(row.get("inputTokenLimit")),
        max_output=whole_number(row.get("outputTokenLimit")),
    )
