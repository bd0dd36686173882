"""OpenAI's Chat Completions, as OpenAI, Ollama, vLLM, LM Studio and many gateways speak them."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from promptyflow_server.providers import chat_reading as reading
from promptyflow_server.providers.base import (
    Access,
    Chunk,
    CompletionRequest,
    ModelInfo,
    Opened,
    merged,
)
from promptyflow_server.providers.errors import Cause
from promptyflow_server.providers.streaming import EVENT_STREAM, read_stream
from promptyflow_server.providers.transport import Outgoing
from promptyflow_server.providers.wire import encode, parse
from promptyflow_server.shared.errors import ProviderError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from promptyflow_server.providers.transport import Answer, OpenAnswer, Transport

_LONGEST_PART: Final = 10_000_000
"""Characters of one text part: OpenAI refuses more than 10,485,760."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What differs between the servers that speak this protocol.

    Parameters
    ----------
    output_limit
        Name of the field that limits the answer: OpenAI's models refuse the older ``max_tokens``,
        other servers may not know the newer one.
    headers
        Sent with each request.
    """

    id: str
    name: str
    needs_key: bool
    needs_base_url: bool
    default_base_url: str | None
    output_limit: str = "max_tokens"
    headers: Mapping[str, str] | None = None


COMPATIBLE: Final = Dialect(
    id="openai-compatible",
    name="OpenAI-compatible server",
    needs_key=False,
    needs_base_url=True,
    default_base_url=None,
)


class OpenAIChat:
    """A provider that speaks Chat Completions.

    Parameters
    ----------
    transport
        Carries the requests.
    dialect
        Which provider it is.
    """

    def __init__(self, transport: Transport, dialect: Dialect = COMPATIBLE) -> None:
        self._transport = transport
        self._dialect = dialect
        self.id = dialect.id
        self.name = dialect.name
        self.needs_key = dialect.needs_key
        self.needs_base_url = dialect.needs_base_url
        self.default_base_url = dialect.default_base_url

    async def list_models(self, access: Access) -> list[ModelInfo]:
        """Return the models of ``GET /models``."""
        answer = await self._transport.fetch(self._outgoing("GET", "/models", access))
        models = reading.models(parse(answer.body))
        if models is None:
            raise answer.failure(Cause("not_an_api", answer.status))
        return models

    async def test(self, access: Access) -> int:
        """Return how many models the key opens."""
        return len(await self.list_models(access))

    async def stream(
        self, request: CompletionRequest, access: Access
    ) -> AsyncGenerator[Chunk, None]:
        """Send, and yield the answer as it comes."""
        body = self._body(request, access)
        while True:
            began = False
            try:
                async with aclosing(self._stream(body, request, access)) as chunks:
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

    async def _stream(
        self, body: dict[str, Any], request: CompletionRequest, access: Access
    ) -> AsyncGenerator[Chunk, None]:
        outgoing = replace(
            self._outgoing("POST", "/chat/completions", access),
            body=encode(body),
            timeout=request.timeout,
        )
        async with self._transport.open(outgoing) as answer:
            yield Opened(answer.request_id)
            if answer.media_type == EVENT_STREAM:
                chunks = read_stream(answer, reading.ChatStream())
            else:
                chunks = self._whole(answer)
            async with aclosing(chunks):
                async for chunk in chunks:
                    yield chunk

    async def _whole(self, answer: OpenAnswer) -> AsyncGenerator[Chunk, None]:
        """Read a server that answers a wish for a stream in one piece."""
        chunks: list[Chunk] = []
        problem = reading.completion(parse(await answer.read_all()), chunks)
        if problem is not None:
            raise answer.failure(problem)
        for chunk in merged(chunks):
            yield chunk

    def _outgoing(self, method: str, path: str, access: Access) -> Outgoing:
        accept = "application/json" if method == "GET" else f"{EVENT_STREAM}, application/json"
        headers = {"Accept": accept, **(self._dialect.headers or {})}
        if method == "POST":
            headers["Content-Type"] = "application/json"
        return Outgoing(method, access.base_url + path, access, self, _explain, headers=headers)

    def _body(self, request: CompletionRequest, access: Access) -> dict[str, Any]:
        wanted = request.parameters
        body: dict[str, Any] = {
            "model": request.model,
            "messages": [
                {"role": message.role, "content": _content(message.content)}
                for message in request.messages
            ],
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if wanted.temperature is not None:
            body["temperature"] = wanted.temperature
        if wanted.top_p is not None:
            body["top_p"] = wanted.top_p
        if wanted.max_tokens is not None:
            body[self._output_limit(access)] = wanted.max_tokens
        if wanted.schema is not None:
            schema = {"name": "answer", "schema": wanted.schema, "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        return body

    def _output_limit(self, access: Access) -> str:
        host = access.base_url.partition("://")[2].partition("/")[0].partition(":")[0]
        if host.endswith((".openai.com", ".openai.azure.com")):
            return "max_completion_tokens"
        return self._dialect.output_limit


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


def _explain(answer: Answer) -> Cause:
    return reading.refusal(answer.status, answer.headers, parse(answer.body))
