"""Routes: which function answers which method and path, with the types it reads from its signature.

A handler is an async function. Path parameters arrive by name; a parameter ``query`` or ``body``
annotated with a pydantic model arrives parsed; ``call`` tells who asks. One that takes a ``guest``
instead answers anybody. What it returns is its answer: a model, a `Reply`, a `Redirect`, a
`Download`, an `EventStream`, or None for 204.
"""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar, get_args, get_origin, get_type_hints
from uuid import UUID

from pydantic import BaseModel

from promptyflow_server.http.models import Download, EventStream, Redirect, Reply
from promptyflow_server.shared.errors import MethodNotAllowed, NotFound

if TYPE_CHECKING:
    from promptyflow_server.shared.rate_limits import Bucket

Handler = Callable[..., Awaitable[Any]]
HandlerT = TypeVar("HandlerT", bound=Handler)

_KINDS: Final[dict[str, tuple[str, Callable[[str], Any]]]] = {
    "uuid": (r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", UUID),
    "int": (r"[1-9][0-9]{0,15}", int),
    "str": (r"[^/]{1,200}", str),
}
_PARAMETER: Final = re.compile(r"\{(\w+)(?::(\w+))?\}")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation of the contract."""

    method: str
    path: str
    handler: Handler
    tag: str
    parameters: Mapping[str, str]
    query: type[BaseModel] | None
    body: type[BaseModel] | None
    raw_body: bool
    reply: type[BaseModel] | None
    status: int
    streams: bool
    downloads: bool
    redirects: bool = False
    is_open: bool = False
    limit: Bucket | None = None
    may_exist: bool = False

    @property
    def route(self) -> str:
        """The path as the OpenAPI document writes it."""
        return _PARAMETER.sub(r"{\1}", self.path)

    @property
    def summary(self) -> str:
        """The first line of the handler's docstring."""
        return (inspect.getdoc(self.handler) or "").partition("\n")[0]

    @property
    def description(self) -> str:
        """The rest of it, which is Markdown."""
        return (inspect.getdoc(self.handler) or "").partition("\n")[2].strip()


class Routes:
    """The endpoints of one resource.

    Parameters
    ----------
    tag
        Name of the resource in the OpenAPI document.
    """

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.endpoints: list[Endpoint] = []

    def get(self, path: str, *, limit: Bucket | None = None) -> Callable[[HandlerT], HandlerT]:
        """Register a reading."""
        return self._add("GET", path, 200, limit)

    def post(
        self,
        path: str,
        *,
        status: int = 200,
        limit: Bucket | None = None,
        may_exist: bool = False,
    ) -> Callable[[HandlerT], HandlerT]:
        """Register an action, or with ``status=201`` a creation; it may have a rate limit too.

        A creation of what ``may_exist`` answers 200 where it was there already.
        """
        return self._add("POST", path, status, limit, may_exist=may_exist)

    def patch(self, path: str) -> Callable[[HandlerT], HandlerT]:
        """Register a change."""
        return self._add("PATCH", path, 200)

    def delete(self, path: str) -> Callable[[HandlerT], HandlerT]:
        """Register a deletion."""
        return self._add("DELETE", path, 204)

    def _add(
        self,
        method: str,
        path: str,
        status: int,
        limit: Bucket | None = None,
        *,
        may_exist: bool = False,
    ) -> Callable[[HandlerT], HandlerT]:
        def register(handler: HandlerT) -> HandlerT:
            hints = get_type_hints(handler)
            returns = _alternatives(hints.get("return", type(None)))
            body = hints.get("body")
            self.endpoints.append(
                Endpoint(
                    method=method,
                    path=path,
                    handler=handler,
                    tag=self.tag,
                    parameters={m[1]: m[2] or "str" for m in _PARAMETER.finditer(path)},
                    query=hints.get("query"),
                    body=None if body is bytes else body,
                    raw_body=body is bytes,
                    reply=next((m for r in returns if (m := _model(r)) is not None), None),
                    status=status,
                    streams=EventStream in returns,
                    downloads=Download in returns,
                    redirects=Redirect in returns,
                    is_open="guest" in hints,
                    limit=limit,
                    may_exist=may_exist,
                )
            )
            return handler

        return register


def _alternatives(annotation: Any) -> tuple[Any, ...]:  # noqa: ANN401 - an annotation is anything
    return get_args(annotation) if get_origin(annotation) is types.UnionType else (annotation,)


def _model(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401
    if get_origin(annotation) is Reply:
        annotation = get_args(annotation)[0]
    return annotation if inspect.isclass(annotation) and issubclass(annotation, BaseModel) else None


class Router:
    """Finds the endpoint of a request among all resources'."""

    def __init__(self, resources: Iterable[Routes]) -> None:
        self.endpoints = [e for routes in resources for e in routes.endpoints]
        by_path: dict[str, dict[str, Endpoint]] = {}
        for endpoint in self.endpoints:
            by_path.setdefault(endpoint.path, {})[endpoint.method] = endpoint
        # Fixed paths before those with parameters: `…/stats` is not the name of a block.
        ordered = sorted(by_path.items(), key=lambda entry: entry[0].count("{"))
        self._table = [(_compile(path), methods) for path, methods in ordered]

    def find(
        self, method: str, path: str, *, is_open: bool | None = None
    ) -> tuple[Endpoint, dict[str, Any]]:
        """Return the endpoint and its path parameters.

        Parameters
        ----------
        method, path
            Of the request.
        is_open
            Only those that answer anybody, or only those that do not; None for all.

        Raises
        ------
        NotFound
            No endpoint has this path.
        MethodNotAllowed
            The path takes other methods only.
        """
        allowed: set[str] = set()
        for pattern, methods in self._table:
            match = pattern.fullmatch(path)
            if match is None:
                continue
            endpoint = methods.get(method)
            if endpoint is not None and is_open is not None and endpoint.is_open != is_open:
                break
            if endpoint is not None:
                values = match.groupdict()
                kinds = endpoint.parameters
                return endpoint, {n: _KINDS[kinds[n]][1](v) for n, v in values.items()}
            allowed |= methods.keys()
        if allowed:
            raise MethodNotAllowed(allow=", ".join(sorted(allowed)))
        raise NotFound

    def is_open(self, method: str, path: str) -> bool:
        """Tell whether an endpoint answers people whom nobody knows."""
        try:
            return self.find(method, path)[0].is_open
        except (MethodNotAllowed, NotFound):
            return False


def _compile(path: str) -> re.Pattern[str]:
    parts = []
    end = 0
    for match in _PARAMETER.finditer(path):
        parts.append(re.escape(path[end : match.start()]))
        parts.append(f"(?P<{match[1]}>{_KINDS[match[2] or 'str'][0]})")
        end = match.end()
    return re.compile("".join(parts) + re.escape(path[end:]))
