"""What answers of Chat Completions mean: chunks, whole answers, lists of models."""

from __future__ import annotations

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
from promptyflow_server.providers.wire import amount, mapping, parse, text_of, whole_number

if TYPE_CHECKING:
    from promptyflow_server.providers.sse import ServerEvent

_TICKS: Final = 10_000_000_000
FINISH: Final[dict[str, FinishReason]] = {
    "stop": "stop",
    "eos": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "blocked",
}


class ChatStream:
    """One streamed answer."""

    def __init__(self) -> None:
        self.over = False

    def event(self, event: ServerEvent, into: list[Chunk]) -> Cause | None:
        """Add what an event holds; return the cause if it tells of an error."""
        if event.data.strip() == "[DONE]":
            self.over = True
            return None
        return chunk(parse(event.data), into)

    def stray(self, data: bytes) -> Cause | None:
        """Return the error that some servers write into a stream as bare JSON."""
        return error(parse(data))


def chunk(document: Any, into: list[Chunk]) -> Cause | None:  # noqa: ANN401 - parsed JSON
    """Add what one event of a stream holds; return the cause if it tells of an error."""
    if not isinstance(document, dict):
        return Cause("not_an_api")
    problem = error(document)
    choice = _choice(document)
    delta = mapping(choice.get("delta"))
    _texts(delta, into)
    usage = _usage(document.get("usage"))
    if usage is not None:
        into.append(usage)
    if problem is not None:
        return problem
    reason = text_of(choice.get("finish_reason"))
    if reason is not None:
        if reason == "error":
            return Cause("server", said=text_of(choice.get("native_finish_reason")))
        into.append(Finish(FINISH.get(reason, "other"), reason))
    return None


def completion(document: Any, into: list[Chunk]) -> Cause | None:  # noqa: ANN401
    """Add what a whole answer holds; return the cause if it is an error or something else."""
    problem = error(document)
    if problem is not None:
        return problem
    choice = _choice(mapping(document))
    if not choice:
        return Cause("not_an_api")
    _texts(mapping(choice.get("message")), into)
    usage = _usage(mapping(document).get("usage"))
    if usage is not None:
        into.append(usage)
    reason = text_of(choice.get("finish_reason")) or "stop"
    into.append(Finish(FINISH.get(reason, "other"), reason))
    return None


def models(document: Any) -> list[ModelInfo] | None:  # noqa: ANN401
    """Return the models of a list, or None where it is none."""
    rows = document if isinstance(document, list) else mapping(document).get("data")
    if rows is None and mapping(document).get("object") == "list":
        rows = []  # Ollama without a model says null
    if not isinstance(rows, list):
        return None
    found = [_model(row) for row in rows if text_of(mapping(row).get("id"))]
    return sorted(found, key=lambda model: model.id)


def _model(row: dict[str, Any]) -> ModelInfo:
    return ModelInfo(
        id=row["id"],
        name=text_of(row.get("name")) or text_of(row.get("display_name")),
        context_window=whole_number(row.get("context_length"))
        or whole_number(row.get("max_model_len"))
        or whole_number(row.get("max_context_length")),
        retires_at=text_of(row.get("shutdown_date")),
    )


def _choice(document: dict[str, Any]) -> dict[str, Any]:
    choices = document.get("choices")
    return mapping(choices[0]) if isinstance(choices, list) and choices else {}


def _texts(message: dict[str, Any], into: list[Chunk]) -> None:
    thought = text_of(message.get("reasoning_content")) or text_of(message.get("reasoning"))
    if thought is not None:
        into.append(Reasoning(thought))
    content = message.get("content")
    if isinstance(content, list):  # some servers answer in parts
        content = "".join(text_of(mapping(part).get("text")) or "" for part in content)
    said = (text_of(content), text_of(message.get("refusal")))
    into.extend(Delta(text) for text in said if text is not None)


def _usage(told: Any) -> Usage | None:  # noqa: ANN401
    if not isinstance(told, dict):
        return None
    prompt = mapping(told.get("prompt_tokens_details"))
    completed = mapping(told.get("completion_tokens_details"))
    return Usage(
        input_tokens=whole_number(told.get("prompt_tokens")),
        output_tokens=whole_number(told.get("completion_tokens")),
        cached_tokens=whole_number(prompt.get("cached_tokens")),
        cache_write_tokens=whole_number(prompt.get("cache_write_tokens")),
        reasoning_tokens=whole_number(completed.get("reasoning_tokens")),
        cost=cost(told),
    )


def cost(told: dict[str, Any]) -> float | None:
    """Return US dollars, where a provider's usage tells them: OpenRouter and xAI do."""
    ticks = amount(told.get("cost_in_usd_ticks"))
    return amount(told.get("cost")) if ticks is None else ticks / _TICKS
