"""An answer as the object that a schema describes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from .errors import InvalidAnswer

if TYPE_CHECKING:
    from .run import Run

_FENCE: Final = re.compile(r"```[A-Za-z]*[ \t]*\r?\n(?P<inside>.*?)\n[ \t]*```", re.DOTALL)


def json_in(text: str) -> str:
    """Return the JSON of an answer: models like to write it as Markdown, with words around it."""
    try:
        json.loads(text)
    except ValueError:
        fenced = _FENCE.search(text)
        return text if fenced is None else fenced["inside"]
    return text


def validated(run: Run, schema: Any) -> Any:  # noqa: ANN401 - a schema, a model of pydantic
    """Return the answer as the object; without a schema, what its JSON holds.

    Raises
    ------
    InvalidAnswer
        It is not what the schema asked for.
    """
    text = json_in(run.text)
    try:
        value = json.loads(text)
    except ValueError as error:
        raise _invalid(run, f"it is no JSON: {error}") from None
    if schema is None:
        return value
    if hasattr(schema, "model_validate"):
        try:
            return schema.model_validate_json(text)
        except ValueError as error:
            raise _invalid(run, str(error)) from None
    problem = _problem(value, schema)
    if problem:
        raise _invalid(run, problem)
    return value


def _problem(value: Any, schema: dict[str, Any]) -> str:  # noqa: ANN401 - JSON
    try:
        from jsonschema import Draft202012Validator
    except ImportError:
        raise ImportError(
            "to check an answer against a JSON schema: pip install jsonschema"
        ) from None
    for error in Draft202012Validator(schema).iter_errors(value):
        return f"{error.json_path}: {error.message}"
    return ""


def _invalid(run: Run, why: str) -> InvalidAnswer:
    message = f"The answer is not what the schema asked for: {why}"
    return InvalidAnswer(message, details={"runId": run.id, "reason": why})
