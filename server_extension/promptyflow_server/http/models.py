"""The pydantic base of everything on the wire, and what a handler can answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class WireModel(BaseModel):
    """JSON in camelCase, Python in snake_case; what is not known is refused."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        extra="forbid",
        allow_inf_nan=False,
    )


ModelT = TypeVar("ModelT", bound=BaseModel)


class ErrorReply(WireModel):
    """The one shape of every error."""

    model_config = ConfigDict(title="Error")

    error: str
    message: str
    details: dict[str, Any]


class Page(WireModel, Generic[ModelT]):
    """A part of a list, and the cursor that asks for the next part."""

    items: list[ModelT]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Reply(Generic[ModelT]):
    """A body with what goes in the head.

    Parameters
    ----------
    body
        The resource, bare.
    status
        201 for what was created, else 200.
    location
        Path of what was created, below the service's root: ``/api/projects/…``.
    version
        Sent as ``ETag: "<version>"``.
    cookie
        Sent as ``Set-Cookie``.
    """

    body: ModelT
    status: int = 200
    location: str | None = None
    version: int | None = None
    cookie: str | None = None


@dataclass(frozen=True, slots=True)
class Redirect:
    """Another address to go to: a path below the service's root, or a whole one."""

    location: str
    cookie: str | None = None


@dataclass(frozen=True, slots=True)
class Download:
    """A file; one with `chunks` is made while it is sent."""

    content: bytes
    filename: str
    media_type: str = "application/json"
    chunks: AsyncIterator[bytes] | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event (WHATWG HTML, section 9.2)."""

    name: str
    data: dict[str, Any]
    id: str | None = None


@dataclass(frozen=True, slots=True)
class EventStream:
    """Events as they come. Closing the iterator must end whatever feeds it, and nothing else.

    Parameters
    ----------
    events
        The events.
    headers
        Of the answer.
    is_activity
        Whether reading them shows that somebody works, which keeps a server from being culled.
    """

    events: AsyncIterator[Event]
    headers: dict[str, str] = field(default_factory=dict)
    is_activity: bool = True
