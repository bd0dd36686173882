"""Ollama's own API: lines of JSON, and a context that is as large as the question needs.

Through its OpenAI-compatible side the context cannot be set: it is 4,096 tokens on most machines,
and what does not fit is cut away without a word. Here the size is asked for with each question,
and what still does not fit is refused.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

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

_USUAL_CONTEXT: Final = 4096
_ROOM_FOR_ANSWER: Final = 2048
_MODELS_LOOKED_AT: Final = 60
_AT_ONCE: Final = 6
_KNOWN_AT_MOST: Final = 500
_FINISH: Final[dict[str, FinishReason]] = {"stop": "stop", "length": "length"}

OLLAMA: Final = Identity(
    id="ollama",
    name="Ollama",
    needs_key=False,
    needs_base_url=True,
    default_base_url="http://127.0.0.1:11434/api",
)


class Ollama(HttpProvider):
    """Ollama.

    Parameters
    ----------
    local
        The server belongs to one person, whose own Ollama is where it usually is. A shared one
        must not reach its own machine on anybody's behalf.
    """

    def __init__(
        self, transport: Transport, identity: Identity = OLLAMA, *, local: bool = True
    ) -> None:
        usual = identity.default_base_url if local else None
        super().__init__(transport, replace(identity, default_base_url=usual))
        self._windows: OrderedDict[tuple[str, str], int | None] = OrderedDict()

    async def list_models(self, access: Access) -> list[ModelInfo]:
        """Return the models of ``GET /api/tags``, with the windows that ``/api/show`` tells."""
        rows = (await self.fetch("/tags", _own_side(access))).get("models")
        if not isinstance(rows, list):
            raise Cause("not_an_api").error(self, access.key)
        names = sorted(name for row in map(mapping, rows) if (name := _writes_text(row)))
        turns = asyncio.Semaphore(_AT_ONCE)

        async def look(name: str) -> int | None:
            async with turns:
                return await self._window(name, access)

        windows = await asyncio.gather(*(look(name) for name in names[:_MODELS_LOOKED_AT]))
        told = dict(zip(names, windows, strict=False))
        return [ModelInfo(id=name, context_window=told.get(name)) for name in names]

    def outgoing(self, method: str, path: str, access: Access, *rest: Any, **more: Any) -> Any:  # noqa: ANN401
        """Return a request to the API of its own, whichever address was given."""
        return super().outgoing(method, path, _own_side(access), *rest, **more)

    def path(self, request: CompletionRequest) -> str:  # noqa: ARG002 - the same for all
        """Return where questions go."""
        return "/chat"

    async def question(self, request: CompletionRequest, access: Access) -> dict[str, Any]:
        """Return the body; what does not fit must be refused, not cut."""
        wanted = request.parameters
        body: dict[str, Any] = {
            "model": request.model,
            "messages": [
                {"role": message.role, "content": message.content} for message in request.messages
            ],
            "stream": True,
            "truncate": False,
            "shift": False,
        }
        options = {
            "temperature": wanted.temperature,
            "top_p": wanted.top_p,
            "num_predict": wanted.max_tokens,
            "num_ctx": await self._context(request, access),
        }
        given = {name: value for name, value in options.items() if value is not None}
        if given:
            body["options"] = given
        if wanted.schema is not None:
            body["format"] = wanted.schema
        return body

    def interpreter(self) -> LineStream:
        """Return what understands one streamed answer."""
        return LineStream()

    def whole(self, document: Any, into: list[Chunk]) -> Cause | None:  # noqa: ANN401 - parsed JSON
        """Read an answer in one piece."""
        problem = error(document)
        if problem is None and mapping(document).get("done") is not True:
            problem = Cause("not_an_api")
        return problem or _line(document, into)

    async def _context(self, request: CompletionRequest, access: Access) -> int | None:
        """Return the context to ask for, in powers of two: each change loads the model anew."""
        answer = request.parameters.max_tokens or _ROOM_FOR_ANSWER
        needed = sum(_at_most(message.content) for message in request.messages) + answer
        if needed <= _USUAL_CONTEXT:
            return None
        size = 1 << (needed - 1).bit_length()
        return min(size, await self._window(request.model, access) or size)

    async def _window(self, model: str, access: Access) -> int | None:
        """Return the largest context that a model was made for, asked for once."""
        known = (access.base_url, model)
        if known not in self._windows:
            try:
                shown = await self.document("POST", "/show", access, {"model": model})
            except (ProviderError, ProviderTimeout):
                return None  # what is wrong, the question itself will tell
            facts = mapping(shown.get("model_info"))
            sizes = (facts[name] for name in facts if name.endswith(".context_length"))
            self._windows[known] = next(filter(None, map(whole_number, sizes)), None)
            if len(self._windows) > _KNOWN_AT_MOST:
                self._windows.popitem(last=False)
        return self._windows[known]


class LineStream:
    """One streamed answer: a document a line, the last with ``done``."""

    def __init__(self) -> None:
        self.over = False

    def event(self, event: ServerEvent, into: list[Chunk]) -> Cause | None:
        """Add what a line holds; return the cause if it tells of an error."""
        document = parse(event.data)
        if not isinstance(document, dict):
            return Cause("not_an_api")
        problem = error(document) or _line(document, into)
        self.over = document.get("done") is True
        return problem

    def stray(self, data: bytes) -> Cause | None:
        """Return the cause that bytes outside of lines tell of."""
        return error(parse(data))


def _line(document: dict[str, Any], into: list[Chunk]) -> Cause | None:
    message = mapping(document.get("message"))
    thought, text = text_of(message.get("thinking")), text_of(message.get("content"))
    if thought is not None:
        into.append(Reasoning(thought))
    if text is not None:
        into.append(Delta(text))
    if document.get("done") is True:
        given = whole_number(document.get("prompt_eval_count"))
        into.append(Usage(given, whole_number(document.get("eval_count"))))
        reason = text_of(document.get("done_reason"))
        into.append(Finish(_FINISH.get(reason or "stop", "other"), reason))
    return None


def _own_side(access: Access) -> Access:
    """Return the access to the API of its own, where people gave the address of the other one."""
    root = access.base_url.removesuffix("/v1").removesuffix("/api")
    return replace(access, base_url=f"{root}/api")


def _writes_text(row: dict[str, Any]) -> str | None:
    able = row.get("capabilities")
    if isinstance(able, list) and able and "completion" not in able:
        return None
    return text_of(row.get("model")) or text_of(row.get("name"))


def _at_most(text: str) -> int:
    """Return a number of tokens that a text hardly exceeds: other scripts have more a letter."""
    others = len(text.encode()) - len(text)  # one byte more for each Cyrillic letter
    return (max(len(text) - others, 0) + 2) // 3 + others
