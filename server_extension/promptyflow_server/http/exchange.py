"""A request and an answer as any host can state them. Light: loaded at Jupyter's start."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from promptyflow_server.http.errors import as_app_error, error_bytes
from promptyflow_server.shared.errors import MethodNotAllowed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from promptyflow_server.http.models import Event
    from promptyflow_server.shared.messages import Language

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Request:
    """A request; header names in lower case, ``path`` below the service's root."""

    method: str
    path: str
    query: Mapping[str, Sequence[str]]
    headers: Mapping[str, str]
    body: bytes
    request_id: str


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: a body, or events for as long as they come.

    ``is_activity`` is false where the request does not show that somebody works; ``route`` is the
    path of the contract that was answered, empty where there is none. ``chunks`` are a body that is
    made while it is sent.
    """

    status: int
    body: bytes = b""
    events: AsyncIterator[Event] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    is_activity: bool = True
    route: str = ""
    chunks: AsyncIterator[bytes] | None = None


def failure(error: BaseException, language: Language) -> Response:
    """Return the answer that tells of an error; one that is ours is logged with its number."""
    told = as_app_error(error)
    headers = {"Content-Type": JSON}
    if isinstance(told, MethodNotAllowed):
        headers["Allow"] = told.details["allow"]
    if told.code == "UNAUTHENTICATED":
        headers["WWW-Authenticate"] = "Bearer"
    if "retryAfter" in told.details:
        headers["Retry-After"] = str(told.details["retryAfter"])
    return Response(told.status, error_bytes(told, language), headers=headers)
