"""From bytes to models: bad input becomes an error that names the place, never a 500."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

import pydantic

from promptyflow_server.shared.errors import (
    InvalidJson,
    InvalidText,
    PayloadTooLarge,
    ValidationError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic_core import ErrorDetails

ModelT = TypeVar("ModelT", bound=pydantic.BaseModel)

_SUSPICIOUS: Final = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])|NaN|Infinity")
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_ERRORS_TOLD: Final = 20
_ERRORS_LOOKED_AT: Final = 10_000
"""A list of a million faults would take seconds to make, and nobody else is answered meanwhile."""
_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_MARKS: Final = (b",", b":", b"[", b"{")
_MARKS_AT_MOST: Final = 5_000_000
"""Outside of strings: what stands between them takes up to fifty times its size in memory. Enough
for a quarter of a million nodes."""


def parse_body(model: type[ModelT], body: bytes) -> ModelT:
    """Return the body as the model says it must be.

    Raises
    ------
    InvalidJson
        Not JSON (RFC 8259), not UTF-8, nested too deeply, or with NaN or Infinity.
    InvalidText
        A text holds NUL or a lone surrogate.
    PayloadTooLarge
        It holds too many values.
    ValidationError
        JSON of another form.
    """
    _refuse_many_values(body)
    if _SUSPICIOUS.search(body):  # rare, and slow: only Python's parser lets us say where
        try:
            _check_texts(load_json(body), "")
        except RecursionError:  # newer Pythons read JSON that is nested deeper than functions
            raise InvalidJson(reason="depth") from None
    try:
        return model.model_validate_json(body or b"{}", strict=True)
    except pydantic.ValidationError as error:
        raise _translated(error, body) from None


def parse_query(model: type[ModelT], arguments: Mapping[str, Sequence[str]]) -> ModelT:
    """Return the query as the model says; an argument given twice is refused.

    Raises
    ------
    ValidationError, InvalidText
        As `parse_body`.
    """
    for name, values in arguments.items():
        if len(values) > 1:
            raise ValidationError.at(name[:200], "duplicate")
        check_text(values[0], name[:200])
    try:
        return model.model_validate({name: values[0] for name, values in arguments.items()})
    except pydantic.ValidationError as error:
        raise _translated(error) from None


def check_text(value: str, path: str) -> None:
    """Refuse what PostgreSQL cannot store.

    Raises
    ------
    InvalidText
        With the path, the index in code points and the character's code.
    """
    found = _UNSTORABLE.search(value)
    if found is not None:
        character = f"U+{ord(found[0]):04X}"
        raise InvalidText(path=path, index=found.start(), character=character)


def load_json(body: bytes) -> object:
    """Return whatever JSON a body is.

    Raises
    ------
    InvalidJson, PayloadTooLarge
        As `parse_body`.
    """
    _refuse_many_values(body)
    try:
        return json.loads(body, parse_constant=_refuse_constant)
    except RecursionError:
        raise InvalidJson(reason="depth") from None
    except UnicodeDecodeError:
        raise InvalidJson(reason="syntax") from None
    except json.JSONDecodeError as error:
        raise InvalidJson(reason="syntax", line=error.lineno, column=error.colno) from None
    except ValueError:
        raise InvalidJson(reason="number") from None


def _refuse_many_values(body: bytes) -> None:
    if len(body) <= _MARKS_AT_MOST or sum(map(body.count, _MARKS)) <= _MARKS_AT_MOST:
        return
    marks = sum(map(_STRING.sub(b"", body).count, _MARKS))
    if marks > _MARKS_AT_MOST:
        raise PayloadTooLarge(what="values", limit=_MARKS_AT_MOST, actual=marks)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _check_texts(value: object, path: str) -> None:
    if isinstance(value, str):
        check_text(value, path)
    elif isinstance(value, dict):
        for key, entry in value.items():
            check_text(key, path)
            _check_texts(entry, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            _check_texts(entry, f"{path}[{index}]")


def _translated(
    error: pydantic.ValidationError, body: bytes = b""
) -> InvalidJson | ValidationError:
    if error.error_count() > _ERRORS_LOOKED_AT:
        return ValidationError.at("", "many_faults")
    problems = error.errors(include_url=False, include_input=False)
    first = problems[0]
    if first["type"] == "json_invalid":
        deep = "recursion" in str(first.get("ctx", {}).get("error", ""))
        return InvalidJson(reason="depth" if deep else "syntax")
    document = load_json(body) if body else None
    errors: dict[str, Any] = {}
    for problem in problems[:_ERRORS_TOLD]:
        errors.setdefault(_path(_place(document, problem["loc"])), _reason(problem))
    return ValidationError(errors=errors)


def _place(document: object, location: tuple[int | str, ...]) -> list[int | str]:
    """Return the steps that lead through the document, without the names of a union's members."""
    steps: list[int | str] = []
    for number, step in enumerate(location, start=1):
        is_list = isinstance(document, list) and isinstance(step, int)
        if isinstance(document, dict):
            # The last step may be what is missing.
            is_there = step in document or number == len(location)
            document = document.get(step, document)
        else:
            is_there = is_list or document is None
            document = document[step] if is_list else document  # type: ignore[index]
        if is_there:
            steps.append(step)
    return steps


def _path(location: Sequence[int | str]) -> str:
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else str(step)
    return path[:500]


_LIMITS: Final = {
    "string_too_short": ("too_short", "min_length"),
    "string_too_long": ("too_long", "max_length"),
    "too_short": ("too_short", "min_length"),
    "too_long": ("too_long", "max_length"),
    "greater_than_equal": ("too_small", "ge"),
    "greater_than": ("too_small", "gt"),
    "less_than_equal": ("too_large", "le"),
    "less_than": ("too_large", "lt"),
}
_CHOICES: Final = {
    "literal_error": "expected",
    "enum": "expected",
    "union_tag_invalid": "expected_tags",
}


def _reason(problem: ErrorDetails) -> str | tuple[str, dict[str, Any]]:
    kind, context = problem["type"], problem.get("ctx", {})
    if kind in {"missing", "extra_forbidden"}:
        return kind
    if kind == "union_tag_not_found":
        return "missing"
    if kind in _LIMITS:
        key, limit = _LIMITS[kind]
        return key, {"limit": context.get(limit)}
    if kind in _CHOICES:
        return "choice", {"expected": context.get(_CHOICES[kind])}
    return "type" if kind.endswith(("_type", "_parsing", "_attributes_type")) else "invalid"
