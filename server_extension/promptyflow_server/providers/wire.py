"""JSON as it goes to providers and comes from them."""

from __future__ import annotations

import json
from typing import Any


def encode(document: object) -> bytes:
    """Return JSON in UTF-8: escaped, Cyrillic text would be three times as long."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def parse(data: bytes | str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return the document, or None where it is none."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def text_of(value: object) -> str | None:
    """Return a text that says something, or None."""
    return value if isinstance(value, str) and value else None


def whole_number(value: object) -> int | None:
    """Return a count that is one, or None."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value) if 0 <= value < 2**53 else None


def amount(value: object) -> float | None:
    """Return an amount of money given as a number or as a text, or None."""
    try:
        number = float(value) if isinstance(value, (int, float, str)) else None
    except ValueError:
        return None
    return number if number is not None and 0 <= number < float("inf") else None


def mapping(value: object) -> dict[str, Any]:
    """Return an object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}
