"""Keeping a text within a number of tokens, and saying that something was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .tokens import estimate_tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

LINE: Final = 200
"""The longest line that is shown of a value."""


def shortened(text: str, tokens: int | None) -> str:
    """Return a text, of a too long one its beginning and its end."""
    if tokens is None or 2 * len(text) <= tokens or estimate_tokens(text) <= tokens:
        return text
    kept = min(len(text), tokens * 6)  # no text has more characters a token
    while kept > 0:
        shown = cut(text, kept)
        size = estimate_tokens(shown)
        if size <= tokens:
            return shown
        kept = min(kept - 1, int(kept * tokens / size * 0.97))
    return ""


def cut(text: str, kept: int) -> str:
    """Return so many characters of a longer text, of its beginning and its end."""
    if len(text) <= kept:
        return text
    head = text[: kept * 2 // 3]
    tail = text[len(text) - (kept - len(head)) :]
    left_out = len(text) - len(head) - len(tail)
    return f"{head}\n[… {left_out:,} characters left out …]\n{tail}"


def fitting(lines: Iterable[str], tokens: int) -> list[str]:
    """Return the first lines that have room."""
    found = []
    for line in lines:
        tokens -= estimate_tokens(line) + 1
        if tokens < 0:
            break
        found.append(line)
    return found


def one_line(value: object, longest: int = LINE) -> str:
    """Return a value as one short line."""
    text = " ".join(str(value).split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
