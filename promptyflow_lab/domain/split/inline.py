"""Inline pieces of Markdown that are one token to a reader: code, links, formulas."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TICKS = re.compile(r"`++")
_SINGLE = re.compile(r"(?<!`)`(?!`)")  # why two are used; ``this'' is a quotation
_LINK = re.compile(r"\[[^\[\]\n]{1,300}+\]\([^()\n]{1,500}+\)")
_FORMULA = re.compile(
    r"(?<!\$)(?:\$(?![\s\d])[^$\n]{1,300}+(?<!\s)\$(?!\d)"
    r"|\$\$(?!\$)(?:[^$\n]|\n(?![ \t]*\n)){1,2000}+\$\$)"
)
_ADDRESS = re.compile(r"[a-z]{3,8}://[^\s<>\"'`«»“”。！？「」]{1,2000}+")
_LONGEST_CODE = 2000
_TWO = 2


def inline_spans(
    text: str, start: int = 0, end: int | None = None, *, addresses: bool = False
) -> list[tuple[int, int]]:
    """Find the inline pieces of `text[start:end]`, in order and apart from each other.

    Addresses hold no white space, so only who cuts inside words has to ask for them.
    """
    stop = len(text) if end is None else end
    found: list[tuple[int, int]] = []
    if text.find("`", start, stop) >= 0:
        found.extend(_code(text, start, stop))
    if text.find("](", start, stop) >= 0:
        found.extend(match.span() for match in _LINK.finditer(text, start, stop))
    if text.find("$", start, stop) >= 0:
        found.extend(match.span() for match in _FORMULA.finditer(text, start, stop))
    if addresses and text.find("://", start, stop) >= 0:
        found.extend(match.span() for match in _ADDRESS.finditer(text, start, stop))
    found.sort()
    apart: list[tuple[int, int]] = []
    for span in found:
        if apart and span[0] < apart[-1][1]:
            if span[1] > apart[-1][1]:
                apart[-1] = (apart[-1][0], span[1])
        else:
            apart.append(span)
    return apart


def _code(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Pair runs of as many back ticks, inside one paragraph."""
    opened: dict[int, int] = {}
    for ticks in _TICKS.finditer(text, start, stop):
        begin, end = ticks.span()
        opener = opened.get(end - begin, -1)
        if (
            opener >= 0
            and begin - opener <= _LONGEST_CODE
            and text.find("\n\n", opener, begin) < 0
            and (end - begin != _TWO or _SINGLE.search(text, opener + 2, begin))
        ):
            yield opener, end
            opened.clear()
        else:
            opened[end - begin] = begin
