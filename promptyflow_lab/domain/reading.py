"""Reading a JSON document strictly: what is not as it should be is refused, with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard, TypeVar

from .errors import DocumentError
from .text import check_text

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping

MAX_TITLE = 200
"""The longest title, in characters after trimming."""

MAX_ID = 2**53 - 1
"""The largest id: what a JavaScript number, and a bigint column, still hold exactly."""

T = TypeVar("T")


def at(path: str, key: str | int) -> str:
    """Return the path of what stands under `key` at `path`."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key


def check_title(title: object, path: str = "title") -> str:
    """Return `title` trimmed, if it is a text of 1 to 200 characters."""
    if not isinstance(title, str):
        raise DocumentError(path, "type", "must be a string")
    trimmed = title.strip()
    if not 1 <= len(trimmed) <= MAX_TITLE:
        raise DocumentError(path, "title", f"must have 1 to {MAX_TITLE} characters")
    return check_text(trimmed, path)


def read_object(value: object, path: str) -> Mapping[str, object]:
    """Return `value` if it is a JSON object."""
    if not isinstance(value, dict):
        raise DocumentError(path, "type", "must be an object")
    return value


def read_id(data: Mapping[str, object], key: str, path: str) -> int:
    """Return the positive integer under `key`."""
    value = data.get(key)
    if value is None:
        raise DocumentError(at(path, key), "required", "is required")
    if not _is_int(value) or not 1 <= value <= MAX_ID:
        raise DocumentError(at(path, key), "id", "must be a positive integer")
    return value


def read_optional_id(data: Mapping[str, object], key: str, path: str) -> int | None:
    """Return the positive integer under `key`, or None where there is none."""
    return None if data.get(key) is None else read_id(data, key, path)


def read_order(data: Mapping[str, object], path: str, default: int) -> int:
    """Return the place in the order: an integer from 0, by default the place in the list."""
    value = data.get("order")
    if value is None:
        return default
    if not _is_int(value) or not 0 <= value <= MAX_ID:
        raise DocumentError(at(path, "order"), "type", "must be an integer from 0")
    return value


def read_title(data: Mapping[str, object], path: str) -> str:
    """Return the trimmed title."""
    if data.get("title") is None:
        raise DocumentError(at(path, "title"), "required", "is required")
    return check_title(data["title"], at(path, "title"))


def read_text(data: Mapping[str, object], key: str, path: str) -> str:
    """Return the text under `key`, as it is; empty where there is none."""
    return read_optional_text(data, key, path) or ""


def read_optional_text(data: Mapping[str, object], key: str, path: str) -> str | None:
    """Return the text under `key`, or None where there is none."""
    value = data.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise DocumentError(at(path, key), "type", "must be a string")
    return check_text(value, at(path, key))


def read_flag(data: Mapping[str, object], key: str, path: str, *, default: bool) -> bool:
    """Return the boolean under `key`."""
    value = data.get(key)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise DocumentError(at(path, key), "type", "must be true or false")
    return value


def read_choice(data: Mapping[str, object], key: str, path: str, choices: Iterable[str]) -> str:
    """Return the text under `key`, which must be one of `choices`."""
    allowed = tuple(choices)
    value = data.get(key)
    if value not in allowed:
        raise DocumentError(at(path, key), "choice", f"must be one of {', '.join(allowed)}")
    return str(value)


def read_time(data: Mapping[str, object], key: str, path: str) -> str:
    """Return the RFC 3339 time under `key`, as it was written."""
    from datetime import datetime

    value = data.get(key)
    try:
        parsed = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        parsed = None
    if parsed is None or parsed.tzinfo is None:
        raise DocumentError(at(path, key), "time", "must be a time with its zone (RFC 3339)")
    return str(value)


def read_texts_by_name(data: Mapping[str, object], key: str, path: str) -> dict[str, str]:
    """Return the object of names and texts under `key`; empty where there is none."""
    value = data.get(key)
    if value is None:
        return {}
    place = at(path, key)
    texts: dict[str, str] = {}
    for name, text in read_object(value, place).items():
        # The place of a bad name is the object: the name itself could not be written into it.
        texts[check_title(name, place)] = _text(text, at(place, name))
    return texts


def read_list(  # noqa: PLR0913 - what to read, how, and what tells one from another
    data: Mapping[str, object],
    key: str,
    path: str,
    read: Callable[[object, str, int], T],
    identity: Callable[[T], Hashable],
    *,
    id_key: str = "id",
) -> list[T]:
    """Return the list under `key`, each element read; empty where there is none.

    Parameters
    ----------
    data, key, path
        The object, the key in it, the object's own place.
    read
        Turns an element, its place and its index into a value.
    identity
        What must not occur twice in the list.
    id_key
        The key of an element that the error names when it does.
    """
    value = data.get(key)
    if value is None:
        return []
    place = at(path, key)
    if not isinstance(value, list):
        raise DocumentError(place, "type", "must be a list")
    seen: set[Hashable] = set()
    result: list[T] = []
    for index, element in enumerate(value):
        read_element = read(element, at(place, index), index)
        if identity(read_element) in seen:
            where = at(at(place, index), id_key) if id_key else at(place, index)
            raise DocumentError(where, "duplicate", "occurs twice")
        seen.add(identity(read_element))
        result.append(read_element)
    return result


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise DocumentError(path, "type", "must be a string")
    return check_text(value, path)


def _is_int(value: object) -> TypeGuard[int]:
    # JSON's true and false are ints to Python, and ids to nobody.
    return isinstance(value, int) and not isinstance(value, bool)
