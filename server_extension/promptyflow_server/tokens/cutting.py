"""Places where a text can be cut without changing its tokens.

A tokenizer first takes a text apart by a pattern, and no token reaches over such a border. With
both patterns that are shipped there is a border behind every line break, unless white space or a
slash follows, and before a single space between two letters or digits; and on both sides of it
everything is read as if the other side were not there. So what the two sides count adds up.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Span = tuple[int, int]

_BORDER: Final = re.compile(r"(?<=[\r\n])(?=[^\s/])|(?<=[^\W_])(?= [^\W_])")
_NEAR: Final = 200
CHUNK: Final = 65_536
"""Characters that are counted at a time: enough to be worth a thread's while."""


def chunks(text: str) -> Iterator[str]:
    """Yield the text in chunks whose tokens add up to its own."""
    start = 0
    while len(text) - start > CHUNK:
        border = _BORDER.search(text, start + CHUNK)
        if border is None:
            break
        yield text[start : border.start()]
        start = border.start()
    yield text[start:] if start else text


def near(text: str, place: int) -> int | None:
    """Return the first border at a place or shortly behind it."""
    if place in {0, len(text)}:
        return place
    border = _BORDER.search(text, place, min(len(text), place + _NEAR))
    return None if border is None else border.start()


class Cuts(NamedTuple):
    """A text in segments, and which of them are a part; None for a part that has no borders."""

    segments: list[Span]
    parts: list[Span | None]


def cut_at(text: str, spans: Sequence[Span]) -> Cuts:
    """Cut a text at the borders nearest to where its parts begin and end."""
    parts: list[Span | None] = []
    borders = {0, len(text)}
    for start, end in spans:
        first, last = near(text, start), near(text, end)
        if first is None or last is None or first >= end > start:
            parts.append(None)
            continue
        borders.update((first, last))
        parts.append((first, last))
    return Cuts([*pairwise(sorted(borders))], parts)
