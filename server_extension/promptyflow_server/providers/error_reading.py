"""What providers say when they refuse or fail: one reader for the many forms there are.

``{"error": {"message", "type", "code", "param"}}`` of OpenAI, with ``metadata`` of OpenRouter, with
``status`` and ``details`` of Gemini (sometimes in a list), inside ``{"type": "error"}`` of
Anthropic; ``{"error": "text"}`` of Ollama and, with ``code``, of xAI; ``{"object": "error",
"message", "code"}`` of vLLM; ``{"detail": …}`` of web frameworks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from promptyflow_server.providers.errors import Cause, Kind, by_status
from promptyflow_server.providers.transport import request_id_of, wait_asked_for
from promptyflow_server.providers.wire import amount, mapping, parse, text_of, whole_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptyflow_server.providers.transport import Answer

_WORDS: Final[dict[Kind, str]] = {
    "authentication": "invalid_api_key incorrect_api_key authentication_error authentication"
    " api_key_invalid unauthenticated",
    "permission": "permission_error permission_denied insufficient_permissions",
    "region": "unsupported_country_region_territory",
    "model_not_found": "model_not_found notfounderror no_endpoints not_found not_found_error",
    "too_large": "context_length_exceeded string_above_max_length string_too_long"
    " request_too_large",
    "rate_limit": "rate_limit_exceeded rate_limit_error slow_down requests tokens"
    " resource_exhausted",
    "billing": "insufficient_quota credit_balance_exhausted billing_hard_limit_reached"
    " billing_not_active payment_required billing_error enforced_spend_limit_reached",
    "overloaded": "server_is_overloaded overloaded_error provider_overloaded provider_unavailable"
    " service_unavailable unavailable",
    "blocked": "content_filter content_policy_violation moderation",
    "server": "server_error internal_server_error internalservererror api_error internal"
    " timeout_error deadline_exceeded",
}
_KIND_OF: Final = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_SAID: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    (
        "too_large",
        re.compile(
            r"maximum context length|context (?:length|window|size)|prompt is too long"
            r"|too many tokens|reduce the length|exceeds the maximum number of tokens",
            re.IGNORECASE,
        ),
    ),
    ("authentication", re.compile(r"(?:incorrect|invalid) api[ _]key", re.IGNORECASE)),
    (
        "model_not_found",
        re.compile(r"\bmodel\b.{0,200}?(?:not found|does not exist)", re.IGNORECASE | re.DOTALL),
    ),
    (
        "blocked",
        re.compile(
            r"violates .{0,40}(?:guidelines|polic)|content management policy", re.IGNORECASE
        ),
    ),
    ("region", re.compile(r"location is not supported|country.{0,40}not supported", re.IGNORECASE)),
    (
        "billing",
        re.compile(
            r"credit balance is too low|specified API usage limits|insufficient (?:credits|funds)"
            r"|billing (?:details|account)|spending limit",
            re.IGNORECASE,
        ),
    ),
)
_MAY_MEAN_MORE: Final = {None, "bad_request", "permission", "rate_limit", "server"}
_NO_PARAMETER: Final = re.compile(
    r"(stream_options|max_completion_tokens|max_tokens)\W.{0,80}?(?:not supported|unsupported"
    r"|not permitted|extra|unknown|unrecognized)"
    r"|(?:unsupported|unknown|unrecognized|extra)\W.{0,60}?"
    r"(stream_options|max_completion_tokens|max_tokens)",
    re.IGNORECASE | re.DOTALL,
)
_DELAY: Final = re.compile(r"(\d+(?:\.\d+)?)s")


def error(document: Any) -> Cause | None:  # noqa: ANN401 - parsed JSON
    """Return the cause that a document tells of, or None where it tells of none."""
    if isinstance(document, list) and document:
        document = document[0]
    if not isinstance(document, dict):
        return None
    told = document.get("error")
    if isinstance(told, dict):
        return _cause(told)
    if isinstance(told, str) and told:
        return _cause({"message": told, "code": document.get("code")})
    if document.get("object") == "error" or document.get("type") == "error":
        return _cause(document)
    return None


def refusal(answer: Answer) -> Cause:
    """Return the cause of an answer that is no success."""
    document = parse(answer.body)
    known = error(document)
    told = known or Cause("bad_request", said=_detail(document))
    kind = by_status(answer.status)
    # The status is the coarser word of the two; "bad request" is no word at all.
    if told.kind not in {"bad_request", "server"}:
        kind = told.kind
    if (
        kind == "model_not_found"
        and not (known and known.said)
        and "model" not in (told.said or "")
    ):
        kind = "not_an_api"  # a 404 that does not know what a model is
    asked = wait_asked_for(answer.headers)
    return Cause(
        kind=kind,
        status=answer.status,
        said=told.said,
        request_id=text_of(mapping(document).get("request_id")) or request_id_of(answer.headers),
        retry_after=told.retry_after if asked is None else asked,
        parameter=told.parameter,
    )


def _cause(told: dict[str, Any]) -> Cause:
    said = text_of(told.get("message"))
    if said and "%20" in said:  # xAI escapes some of its messages
        said = unquote(said)
    status = whole_number(told.get("code"))
    kind = next((_KIND_OF[word] for word in _words(told) if word in _KIND_OF), None)
    if said and kind in _MAY_MEAN_MORE:
        kind = next((meant for meant, pattern in _SAID if pattern.search(said)), kind)
    if status is not None and 400 <= status < 600 and kind in {None, "server"}:  # noqa: PLR2004
        kind = by_status(status)
    metadata = mapping(told.get("metadata"))
    if metadata.get("flagged_input") is not None or metadata.get("reasons"):
        kind = "blocked"
    return Cause(
        kind or "bad_request",
        status=status,
        said=said,
        retry_after=_delay(told),
        parameter=_parameter(told, said),
    )


def _words(told: dict[str, Any]) -> Iterator[str]:
    """Yield what names the cause, the more exact words first."""
    details = told.get("details")
    rows = details if isinstance(details, list) else [details]
    exact = [mapping(row).get(name) for row in rows for name in ("reason", "error_code")]
    metadata = mapping(told.get("metadata"))
    words = (*exact, told.get("code"), metadata.get("error_type"), told.get("type"))
    for word in (*words, told.get("status")):
        if isinstance(word, str):
            yield word.lower()


def _parameter(told: dict[str, Any], said: str | None) -> str | None:
    named = _NO_PARAMETER.search(said) if said else None
    if named is not None:
        return (named[1] or named[2]).lower()
    return text_of(told.get("param"))


def _delay(told: dict[str, Any]) -> float | None:
    """Return the seconds of Gemini's ``RetryInfo``."""
    details = told.get("details")
    for row in details if isinstance(details, list) else []:
        match = _DELAY.fullmatch(text_of(mapping(row).get("retryDelay")) or "")
        if match is not None:
            return amount(match[1])
    return None


def _detail(document: Any) -> str | None:  # noqa: ANN401
    detail = mapping(document).get("detail") or mapping(document).get("message")
    if isinstance(detail, list) and detail:
        detail = mapping(detail[0]).get("msg")
    return text_of(detail)
