"""The client without its network: requests as data, and what follows from each outcome.

`exchange` is a generator that a transport drives: it yields what to do next and is sent what came
of it. So waiting, repeating and reading errors are written once, for blocking and asyncio alike.
"""

from __future__ import annotations

import json
import random
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import quote

from .errors import NotConnected, PromptyFlowError, UnexpectedAnswer, error_of

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

Method = Literal["GET", "POST", "PATCH", "DELETE"]

ATTEMPTS: Final = 5
LONGEST_WAIT: Final = 60.0
"""Seconds: a server that asks for a longer pause gets an error instead of a hanging notebook."""

_PAUSE: Final = 0.25
_TRANSIENT: Final = {502, 503, 504}
_CODE_OF_STATUS: Final = {
    401: "UNAUTHENTICATED",
    403: "FORBIDDEN",
    413: "PAYLOAD_TOO_LARGE",
    429: "RATE_LIMITED",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "UNAVAILABLE",
}
"""What an answer means that is not ours: a proxy between us and the server."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, whole before anything is sent.

    Parameters
    ----------
    path
        Below the root of the service.
    repeatable
        Whether sending it twice is the same as sending it once. Reading is; a write is made so
        by its ``Idempotency-Key``.
    """

    method: Method
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    repeatable: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Failure:
    """Nothing came back.

    Parameters
    ----------
    reason
        What the network said.
    sent
        Whether the server may have got the request.
    """

    reason: str
    sent: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a transport does next: wait that long, then send."""

    request: Request
    wait: float = 0.0


def get(path: str, **query: object) -> Request:
    """Return a request that reads; parameters that are None are left out."""
    told = {name: str(value) for name, value in query.items() if value is not None}
    return Request("GET", path, told)


def write(method: Method, path: str, body: Any = None, *, version: int | None = None) -> Request:  # noqa: ANN401 - JSON
    """Return a request that changes something, safe to repeat.

    Parameters
    ----------
    version
        The version of the project that the change was made on, where that matters.
    """
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    if version is not None:
        headers["If-Match"] = f'"{version}"'
    return Request(method, path, body=body, headers=headers)


def segment(value: object) -> str:
    """Return a value as one part of a path."""
    return quote(str(value), safe="")


def exchange(request: Request, root: str) -> Generator[Attempt, Answer | Failure, Answer]:
    """Send a request until there is an answer to keep.

    Returns
    -------
    Answer
        One of success.

    Raises
    ------
    PromptyFlowError
        The server refused, or could not be reached after some attempts.
    """
    wait = 0.0
    for attempt in range(1, ATTEMPTS + 1):
        outcome = yield Attempt(request, wait)
        if isinstance(outcome, Answer) and outcome.status in {200, 201, 204}:
            return outcome
        pause = _pause(request, outcome, attempt)
        if pause is None or attempt == ATTEMPTS:
            raise refusal(outcome, root)
        wait = pause
    raise AssertionError("the last attempt has returned or raised")


def _pause(request: Request, outcome: Answer | Failure, attempt: int) -> float | None:
    """Return how long to wait before the next attempt, or None where there must be none."""
    backoff = _PAUSE * 2 ** (attempt - 1) * random.uniform(0.75, 1.25)  # noqa: S311 - no secret
    if isinstance(outcome, Failure):
        return backoff if request.repeatable or not outcome.sent else None
    told = _retry_after(outcome)
    if outcome.status == 429:  # noqa: PLR2004 - refused before anything was done
        wait = backoff if told is None else told
        return wait if wait <= LONGEST_WAIT else None
    ours = read_error(outcome)
    passing = ours is None or ours.code == "UNAVAILABLE"
    if outcome.status in _TRANSIENT and passing and request.repeatable:
        return min(told or backoff, LONGEST_WAIT)
    return None


def _retry_after(answer: Answer) -> float | None:
    try:
        seconds = float(answer.headers.get("retry-after", ""))
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None


def read_json(answer: Answer, root: str) -> Any:  # noqa: ANN401 - JSON
    """Return the body of a success; None where it has none."""
    if not answer.content:
        return None
    try:
        return json.loads(answer.content)
    except ValueError:
        raise _unexpected(answer, root) from None


def read_error(answer: Answer) -> PromptyFlowError | None:
    """Return the error that the server tells of, or None where this is not its own words."""
    try:
        body = json.loads(answer.content)
    except ValueError:
        return None
    if not isinstance(body, dict) or not isinstance(body.get("error"), str):
        return None
    details = body.get("details")
    return error_of(
        body["error"],
        str(body.get("message") or body["error"]),
        details if isinstance(details, dict) else {},
        status=answer.status,
        request_id=answer.headers.get("x-request-id"),
    )


def refusal(outcome: Answer | Failure, root: str) -> PromptyFlowError:
    """Return the exception for what was not a success."""
    if isinstance(outcome, Failure):
        return NotConnected(f"{root} does not answer: {outcome.reason}")
    told = read_error(outcome)
    if told is not None:
        return told
    if 300 <= outcome.status < 400 and "/login" in outcome.headers.get("location", ""):  # noqa: PLR2004
        return error_of("UNAUTHENTICATED", f"{root} asks to sign in: the token is not valid there")
    code = _CODE_OF_STATUS.get(outcome.status)
    if code is None:
        return _unexpected(outcome, root)
    message = f"{root} answered {outcome.status} with a page that is not PromptyFlow Lab's"
    return error_of(code, message, status=outcome.status)


def _unexpected(answer: Answer, root: str) -> UnexpectedAnswer:
    kind = answer.headers.get("content-type", "no content type").partition(";")[0]
    return UnexpectedAnswer(
        f"{root} answered {answer.status} ({kind}), which is not PromptyFlow Lab's. "
        "Is the URL that of the service, such as http://127.0.0.1:8888/promptyflow?",
        status=answer.status,
    )
