"""Cursors of lists: the place behind which the next part begins, as a text for a URL."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from promptyflow_server.shared.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Callable


def encode(*place: object) -> str:
    """Return a cursor that names a place by values that are told as text."""
    words = json.dumps([str(value) for value in place], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(words.encode()).decode().rstrip("=")


def decode(cursor: str, *kinds: Callable[[str], Any]) -> tuple[Any, ...]:
    """Return the values of a cursor, read as these kinds.

    Parameters
    ----------
    cursor
        What `encode` gave, or whatever a client made up.
    *kinds
        What makes a value of its text; it raises ValueError at one that is none.

    Raises
    ------
    ValidationError
        It is not a cursor of this list.
    """
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        place = [_storable(value) for value in json.loads(data)]
        return tuple(kind(value) for kind, value in zip(kinds, place, strict=True))
    except (ValueError, TypeError, RecursionError):
        raise ValidationError.at("cursor", "invalid") from None


def number(text: str) -> int:
    """Return a number that the database can compare with."""
    value = int(text)
    if not -(2**63) <= value < 2**63:
        raise ValueError(text)
    return value


def _storable(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    if "\0" in value:
        raise ValueError(value)
    value.encode()  # a lone surrogate is a ValueError too
    return value
