"""The contract as OpenAPI 3.1, made from the routes and the models that validate requests."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import RootModel
from pydantic.json_schema import models_json_schema

from promptyflow_lab import __version__
from promptyflow_server.http.call import Call
from promptyflow_server.http.models import ErrorReply
from promptyflow_server.http.routing import Routes
from promptyflow_server.shared.errors import STATUS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic import BaseModel

    from promptyflow_server.http.routing import Endpoint

_REFERENCE = "#/components/schemas/{model}"
_PARAMETER_SCHEMAS: dict[str, dict[str, Any]] = {
    "uuid": {"type": "string", "format": "uuid"},
    "int": {"type": "integer", "minimum": 1, "maximum": 9_999_999_999_999_999},
    "str": {"type": "string", "minLength": 1, "maxLength": 200},
}
_LAST_EVENT_ID: dict[str, Any] = {
    "name": "Last-Event-ID",
    "in": "header",
    "schema": {"type": "string", "maxLength": 200},
    "description": "The last event that arrived: the stream goes on behind it.",
}


class OpenApiDocument(RootModel[dict[str, Any]]):
    """An OpenAPI 3.1 document."""


def openapi_routes(resources: Sequence[Routes]) -> Routes:
    """Return the route that describes all others and itself."""
    routes = Routes("OpenAPI")

    @cache
    def document() -> OpenApiDocument:
        every = [endpoint for resource in [*resources, routes] for endpoint in resource.endpoints]
        return OpenApiDocument(openapi_document(every))

    @routes.get("/api/openapi.json")
    async def get_openapi(call: Call) -> OpenApiDocument:  # noqa: ARG001 - every handler has it
        """Describe every endpoint."""
        return document()

    return routes


def openapi_document(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """Return the document that describes these endpoints."""
    wanted = sorted(_models(endpoints), key=lambda entry: (entry[0].__name__, entry[1]))
    references, schemas = models_json_schema(wanted, ref_template=_REFERENCE)
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.route, {})[endpoint.method.lower()] = _operation(
            endpoint, references
        )
    paths["/health"] = {"get": _health()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "PromptyFlow Lab", "version": __version__},
        "paths": paths,
        "components": {
            "schemas": schemas.get("$defs", {}),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _models(endpoints: Iterable[Endpoint]) -> set[tuple[type[BaseModel], Any]]:
    wanted: set[tuple[type[BaseModel], Any]] = {(ErrorReply, "serialization")}
    for endpoint in endpoints:
        if endpoint.body is not None:
            wanted.add((endpoint.body, "validation"))
        if endpoint.reply is not None:
            wanted.add((endpoint.reply, "serialization"))
    return wanted


def _operation(endpoint: Endpoint, references: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.handler.__name__,
        "summary": endpoint.summary,
        "tags": [endpoint.tag],
        "parameters": [
            {"name": n, "in": "path", "required": True, "schema": _PARAMETER_SCHEMAS[kind]}
            for n, kind in endpoint.parameters.items()
        ]
        + _query(endpoint)
        + _headers(endpoint),
        "responses": _responses(endpoint, references),
    }
    if endpoint.description:
        operation["description"] = endpoint.description
    if endpoint.is_open:
        operation["security"] = []
    if endpoint.body is not None:
        schema = references[endpoint.body, "validation"]
        content: dict[str, Any] = {"application/json": {"schema": schema}}
        operation["requestBody"] = {"required": True, "content": content}
    elif endpoint.raw_body:
        operation["requestBody"] = {"required": True, "content": {"*/*": {"schema": {}}}}
    return operation


def _query(endpoint: Endpoint) -> list[dict[str, Any]]:
    if endpoint.query is None:
        return []
    schema = endpoint.query.model_json_schema(ref_template=_REFERENCE)
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": part}
        for name, part in schema.get("properties", {}).items()
    ]


def _headers(endpoint: Endpoint) -> list[dict[str, Any]]:
    if endpoint.method == "GET":
        return [_LAST_EVENT_ID] if endpoint.streams else []
    return [
        {
            "name": "If-Match",
            "in": "header",
            "schema": {"type": "string", "pattern": r'^"?\d{1,18}"?$'},
            "description": "The version that the change was made on.",
        },
        {
            "name": "Idempotency-Key",
            "in": "header",
            "schema": {"type": "string", "minLength": 1, "maxLength": 200},
            "description": "A repeat within 24 hours gets the first answer.",
        },
    ]


def _responses(endpoint: Endpoint, references: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    success: dict[str, Any] = {"description": "Done"}
    content: dict[str, Any] = {}
    if endpoint.reply is not None:
        content["application/json"] = {"schema": references[endpoint.reply, "serialization"]}
    if endpoint.streams:
        content["text/event-stream"] = {"schema": {"type": "string"}}
    if endpoint.downloads:
        content["application/json"] = {"schema": {"type": "object"}}
        content["application/zip"] = {"schema": {"type": "string", "format": "binary"}}
    if content:
        success["content"] = content
    error = {"application/json": {"schema": references[ErrorReply, "serialization"]}}
    responses: dict[str, Any] = {str(endpoint.status): success}
    if endpoint.may_exist:
        responses["200"] = success
    if endpoint.redirects:
        location = {"schema": {"type": "string"}}
        responses = {"302": {"description": "Go there", "headers": {"Location": location}}}
    for status in sorted(set(STATUS.values())):
        codes = ", ".join(sorted(code for code, its in STATUS.items() if its == status))
        responses[str(status)] = {"description": codes, "content": error}
    return responses


def _health() -> dict[str, Any]:
    names = ["status", "database", "cache", "version"]
    schema = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in names},
        "required": names,
    }
    content = {"application/json": {"schema": schema}}
    return {
        "operationId": "get_health",
        "summary": "Say whether the service can work.",
        "tags": ["Health"],
        "security": [],
        "responses": {
            "200": {"description": "It can.", "content": content},
            "503": {"description": "It cannot.", "content": content},
        },
    }
