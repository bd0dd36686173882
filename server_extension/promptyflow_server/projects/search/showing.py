"""The part of a text that shows what was found, in pieces of which some are hits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from promptyflow_server.templates.schemas import Fragment
from promptyflow_server.templates.snippets import on_one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from promptyflow_server.projects.search.matching import Hit

_LENGTH: Final = 240
_BEFORE: Final = 60
_LOOKED_AT: Final = 2_000


def marked(
    text: str, hits: Sequence[Hit], start: int = 0, end: int | None = None
) -> list[Fragment]:
    """Return a part of a text in pieces."""
    end = len(text) if end is None else end
    pieces: list[tuple[str, bool]] = []
    place = start
    for hit in hits:
        if hit.start < place or hit.end > end:
            continue
        pieces += [(text[place : hit.start], False), (text[hit.start : hit.end], True)]
        place = hit.end
    pieces.append((text[place:end], False))
    return [Fragment(text=on_one_line(piece), hit=is_hit) for piece, is_hit in pieces if piece]


def snippet(text: str, hits: Sequence[Hit]) -> tuple[list[Fragment], int | None]:
    """Return the part of a text where most of the terms stand together, and its first hit."""
    first = _densest(hits[:_LOOKED_AT])
    start = 0
    if first is not None and first.start > _BEFORE:
        start = _after_blank(text, first.start - _BEFORE, first.start)
    end = start + _LENGTH
    if end < len(text):
        end = _before_blank(text, max(start + _LENGTH // 2, first.end if first else 0), end)
    shown = marked(text, hits, start, min(end, len(text)))
    if start > 0:
        shown.insert(0, Fragment(text="…", hit=False))
    if end < len(text):
        shown.append(Fragment(text="…", hit=False))
    return shown, None if first is None else first.start


def _densest(hits: Sequence[Hit]) -> Hit | None:
    best: Hit | None = None
    most = 0
    for index, hit in enumerate(hits):
        terms = set()
        for other in hits[index:]:
            if other.end > hit.start + _LENGTH - _BEFORE:
                break
            terms.add(other.term)
        if len(terms) > most or best is None:
            best, most = hit, len(terms)
    return best


def _after_blank(text: str, start: int, latest: int) -> int:
    for place in range(start, latest):
        if text[place].isspace():
            return place + 1
    return start


def _before_blank(text: str, earliest: int, end: int) -> int:
    for place in range(end, earliest, -1):
        if text[place].isspace():
            return place
    return max(end, earliest)
