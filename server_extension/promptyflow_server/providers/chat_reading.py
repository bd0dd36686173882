"""What answers of Chat Completions mean: chunks, whole answers, lists of models, errors."""

from __future__ import annotations

import re
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
from promptyflow_server.providers.errors import Cause, Kind, by_status
from promptyflow_server.providers.transport import request_id_of, wait_asked_for
from promptyflow_server.providers.wire import amount, mapping, parse, text_of, whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from promptyflow_server.providers.sse import ServerEvent

FINISH: Final[dict[str, FinishReason]] = {
    "stop": "stop",
    "eos": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "blocked",
}

_BY_CODE: Final[dict[str, Kind]] = {
    "invalid_api_key": "authentication",
    "incorrect_api_key": "authentication",
    "authentication_error": "authentication",
    "authentication": "authentication",
    "permission_error": "permission",
    "permission_denied": "permission",
    "insufficient_permissions": "permission",
    "unsupported_country_region_territory": "region",
    "model_not_found": "model_not_found",
    "notfounderror": "model_not_found",
    "no_endpoints": "model_not_found",
    "context_length_exceeded": "too_large",
    "string_above_max_length": "too_large",
    "string_too_long": "too_large",
    "request_too_large": "too_large",
    "rate_limit_exceeded": "rate_limit",
    "rate_limit_error": "rate_limit",
    "slow_down": "rate_limit",
    "requests": "rate_limit",
    "tokens": "rate_limit",
    "insufficient_quota": "billing",
    "credit_balance_exhausted": "billing",
    "billing_hard_limit_reached": "billing",
    "billing_not_active": "billing",
    "payment_required": "billing",
    "billing_error": "billing",
    "server_is_overloaded": "overloaded",
    "overloaded_error": "overloaded",
    "provider_overloaded": "overloaded",
    "provider_unavailable": "overloaded",
    "service_unavailable": "overloaded",
    "content_filter": "blocked",
    "content_policy_violation": "blocked",
    "moderation": "blocked",
    "server_error": "server",
    "internal_server_error": "server",
    "internalservererror": "server",
}
_TOO_LONG: Final = re.compile(
    r"maximum context length|context (?:length|window|size)|prompt is too long|too many tokens"
    r"|reduce the length",
    re.IGNORECASE,
)
_WRONG_KEY: Final = re.compile(r"(?:incorrect|invalid) api[ _]key", re.IGNORECASE)
_NO_PARAMETER: Final = re.compile(
    r"(stream_options|max_completion_tokens|max_tokens)\W.{0,80}?(?:not supported|unsupported"
    r"|not permitted|extra|unknown|unrecognized)"
    r"|(?:unsupported|unknown|unrecognized|extra)\W.{0,60}?"
    r"(stream_options|max_completion_tokens|max_tokens)",
    re.IGNORECASE | re.DOTALL,
)


class ChatStream:
    """One streamed answer."""

    def __init__(self) -> None:
        self.over = False

    def event(self, event: ServerEvent, into: list[Chunk]) -> Cause | None:
        """Add what an event holds; return the cause if it tells of an error."""
        if event.data.strip() == "[DONE]":
            self.over = True
            return None
        return chunk(parse(event.data.encode()), into)

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


def error(document: Any) -> Cause | None:  # noqa: ANN401
    """Return the cause that a document tells of, in any of the forms that servers use.

    ``{"error": {"message", "type", "code", "param"}}``, ``{"error": "text"}``,
    ``{"object": "error", "message", "code"}``, ``{"code": "text", "error": "text"}``.
    """
    if isinstance(document, list) and document:
        document = document[0]
    if not isinstance(document, dict):
        return None
    told = document.get("error")
    if isinstance(told, dict):
        return _cause(told)
    if isinstance(told, str) and told:
        return _cause({"message": told, "code": document.get("code")})
    if document.get("object") == "error":
        return _cause(document)
    return None


def refusal(status: int, headers: Mapping[str, str], document: Any) -> Cause:  # noqa: ANN401
    """Return the cause of an answer that is no success."""
    told = error(document) or Cause("bad_request", said=_detail(document))
    kind = by_status(status)
    # The status is the coarser word of the two; "bad request" is no word at all.
    if told.kind not in {"bad_request", "server"}:
        kind = told.kind
    if kind == "model_not_found" and told.said is None:
        kind = "not_an_api"  # a 404 that does not know what a model is
    return Cause(
        kind=kind,
        status=status,
        said=told.said,
        request_id=request_id_of(headers),
        retry_after=wait_asked_for(headers),
        parameter=told.parameter,
    )


def _cause(told: dict[str, Any]) -> Cause:
    metadata = mapping(told.get("metadata"))
    said = text_of(told.get("message"))
    status = whole_number(told.get("code"))
    words = (told.get("code"), metadata.get("error_type"), told.get("type"))
    kinds = [_BY_CODE[w.lower()] for w in words if isinstance(w, str) and w.lower() in _BY_CODE]
    kind: Kind
    if kinds and kinds[0] != "server":
        kind = kinds[0]
    elif said and _TOO_LONG.search(said):
        kind = "too_large"
    elif said and _WRONG_KEY.search(said):
        kind = "authentication"
    elif status is not None and 400 <= status < 600:  # noqa: PLR2004 - HTTP's errors
        kind = by_status(status)
    else:
        kind = kinds[0] if kinds else "bad_request"
    if metadata.get("flagged_input") is not None or metadata.get("reasons"):
        kind = "blocked"
    parameter = text_of(told.get("param"))
    named = _NO_PARAMETER.search(said) if said else None
    if named is not None:
        parameter = (named[1] or named[2]).lower()
    return Cause(kind, status=status, said=said, parameter=parameter)


def _detail(document: Any) -> str | None:  # noqa: ANN401
    """Return the message of a web framework's own errors: ``{"detail": …}``."""
    detail = mapping(document).get("detail") or mapping(document).get("message")
    if isinstance(detail, list) and detail:
        detail = mapping(detail[0]).get("msg")
    return text_of(detail)


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
        cost=amount(told.get("cost")),
    )
