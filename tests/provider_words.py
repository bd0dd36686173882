"""Every provider's words on the wire, and short ways of asking an adapter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from fault_server import DONE, chunk, event, sse

from promptyflow_server.ai.journal import Journal
from promptyflow_server.providers.anthropic import Anthropic
from promptyflow_server.providers.base import (
    Access,
    CompletionRequest,
    Delta,
    Message,
    Parameters,
    Secret,
)
from promptyflow_server.providers.gemini import Gemini
from promptyflow_server.providers.ollama import Ollama
from promptyflow_server.providers.openai_chat import OpenAIChat
from promptyflow_server.providers.openai_responses import OpenAIResponses
from promptyflow_server.providers.openrouter import OpenRouter
from promptyflow_server.providers.xai import XAI
from promptyflow_server.shared.errors import ProviderError

SENTENCE = "Съешь ещё этих мягких французских булок, да выпей чаю 🙂. "
PARAMETERS = Parameters(temperature=0.5, top_p=0.9, max_tokens=77, schema={"type": "object"})
NDJSON = {"content-type": "application/x-ndjson"}


@dataclass(frozen=True)
class Kind:
    """A provider: its adapter, where its API lies, and a model of its own."""

    id: str
    adapter: Any
    path: str
    model: str


KINDS = {
    kind.id: kind
    for kind in (
        Kind("openai", OpenAIResponses, "/v1", "gpt-5.4"),
        Kind("anthropic", Anthropic, "/v1", "claude-opus-5-5"),
        Kind("gemini", Gemini, "/v1beta", "gemini-3.6-flash"),
        Kind("xai", XAI, "/v1", "grok-4.7"),
        Kind("openrouter", OpenRouter, "/api/v1", "openai/gpt-5.4"),
        Kind("ollama", Ollama, "/api", "llama3.2"),
        Kind("openai-compatible", OpenAIChat, "/v1", "m"),
    )
}


def openai_event(kind: str, **more: Any) -> bytes:
    return event({"type": kind, **more}, kind)


def openai_delta(content: str) -> bytes:
    return openai_event("response.output_text.delta", delta=content)


OPENAI_END = openai_event(
    "response.completed",
    response={
        "status": "completed",
        "usage": {
            "input_tokens": 9,
            "output_tokens": 8,
            "input_tokens_details": {"cached_tokens": 7},
            "output_tokens_details": {"reasoning_tokens": 6},
            "cost_in_usd_ticks": 25_000_000,
        },
    },
)


def anthropic_event(kind: str, **more: Any) -> bytes:
    return event({"type": kind, **more}, kind)


def anthropic_delta(content: str) -> bytes:
    delta = {"type": "text_delta", "text": content}
    return anthropic_event("content_block_delta", index=0, delta=delta)


ANTHROPIC_START = anthropic_event(
    "message_start",
    message={"usage": {"input_tokens": 5, "cache_read_input_tokens": 3, "output_tokens": 1}},
)


def anthropic_end(reason: str = "end_turn", **usage: int) -> bytes:
    return sse(
        anthropic_event("message_delta", delta={"stop_reason": reason}, usage=usage),
        anthropic_event("message_stop"),
    )


def gemini_piece(content: str | None = None, finish: str | None = None, **more: Any) -> bytes:
    parts = [] if content is None else [{"text": content}]
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": parts}}
    if finish:
        candidate["finishReason"] = finish
    return event({"candidates": [candidate], **more})


def line(document: Any) -> bytes:
    """Return a line of NDJSON."""
    return event(document).removeprefix(b"data: ").removesuffix(b"\n")


def ollama_piece(content: str = "", **more: Any) -> bytes:
    message = {"role": "assistant", "content": content}
    return line({"model": "llama3.2", "message": message, "done": False, **more})


OLLAMA_END = ollama_piece(done=True, done_reason="stop", prompt_eval_count=9, eval_count=8)


def begun(kind: str, content: str) -> bytes:
    """Return the beginning of an answer."""
    if kind in {"openai", "xai"}:
        return openai_delta(content)
    if kind == "anthropic":
        return sse(ANTHROPIC_START, anthropic_delta(content))
    if kind == "gemini":
        return gemini_piece(content)
    return ollama_piece(content) if kind == "ollama" else chunk(content)


def ended(kind: str) -> bytes:
    """Return the end of an answer."""
    if kind in {"openai", "xai"}:
        return OPENAI_END
    if kind == "anthropic":
        return anthropic_end(output_tokens=9)
    if kind == "gemini":
        return gemini_piece(None, "STOP")
    return OLLAMA_END if kind == "ollama" else sse(chunk(finish="stop"), DONE)


def failing(kind: str, said: str) -> bytes:
    """Return an error as this provider tells it in the middle of an answer."""
    bare = event({"error": {"code": 500, "status": "INTERNAL", "message": said}})
    half = {"choices": [{"delta": {}, "finish_reason": "error"}]}
    return {
        "openai": openai_event("error", code="server_error", message=said),
        "anthropic": anthropic_event("error", error={"type": "api_error", "message": said}),
        "gemini": bare.removeprefix(b"data: "),
        "ollama": line({"error": said}),
        "xai": event({"code": "Internal error", "error": said}),
        "openrouter": event({**half, "error": {"code": 502, "message": said}}),
        "openai-compatible": event({"object": "error", "message": said, "code": 500}),
    }[kind]


def reply(faults, kind: str, *parts: Any, **more: Any) -> None:
    """Prepare an answer of this provider's media type."""
    faults.reply(*parts, headers=NDJSON if kind == "ollama" else {}, **more)


def access_to(url: str, kind: str, key: str = "the-key") -> Access:
    return Access(url + KINDS[kind].path, Secret(key), own_address=True)


def request_of(
    kind: str,
    *,
    said: str = "hi",
    system: str | None = None,
    parameters: Parameters | None = None,
    model: str | None = None,
    api: Any = None,
) -> CompletionRequest:
    messages = [Message("user", said)]
    if system:
        messages.insert(0, Message("system", system))
    model = model or KINDS[kind].model
    return CompletionRequest(model, tuple(messages), parameters or Parameters(), api=api)


async def ask(provider, access: Access, **more: Any) -> list[Any]:
    """Send a question and return all chunks, or raise what the stream raises."""
    request = request_of(provider.id, **more)
    return [chunk async for chunk in provider.stream(request, access)]


async def refused(provider, access: Access, **more: Any) -> dict[str, Any]:
    """Return the details of the error that a question ends with."""
    with pytest.raises(ProviderError) as caught:
        await ask(provider, access, **more)
    return caught.value.details


def text(chunks: list[Any], of: type = Delta) -> str:
    """Return a text as a run keeps it: the emulator cuts 🙂 in two, as providers do."""
    journal = Journal()
    for one in chunks:
        if isinstance(one, of):
            journal.add("delta", one.text)
    return journal.text("delta") or ""
