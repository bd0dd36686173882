"""Places for a cut inside a sentence that is longer than a part may be."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from .graphemes import is_edge, joins
from .inline import inline_spans
from .structure import CLAUSE, GRAPHEME, WORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_CLAUSE = re.compile(r"\n\s*+|[,;:)»”—–]\s++|[，、；：]\s*+")
_SPACE = re.compile(r"\s++")
_FINENESS = 8


def _length(start: int, end: int) -> int:
    return end - start


@dataclass(frozen=True, slots=True)
class Refiner:
    r"""Gives places for cuts inside a sentence so that no piece is larger than `limit`.

    Lines and clauses come first, words only where these do not do, characters only inside a word
    that is larger than both `limit` and `whole`.

    Parameters
    ----------
    text
        The text.
    lines
        The same text with `\n` as its only line end, see `structure.newlines`.
    limit
        How large a piece may be.
    whole
        Words up to this many characters stay whole even if they are larger than `limit`.
    measure
        How large `text[start:end]` is; its length by default.
    """

    text: str
    lines: str
    limit: int
    whole: int = 0
    measure: Callable[[int, int], int] = _length

    def places(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Give offset and grade (see `structure`) of each place, in order."""
        measure, limit = self.measure, self.limit
        bare = self._bare_end(start, end)
        if bare < end and measure(start, bare) <= limit:
            yield bare, CLAUSE
            start = bare
        spans = [
            span
            for span in inline_spans(self.lines, start, end, addresses=True)
            if measure(*span) <= limit
        ]
        # What joins the white space before it. Few texts hold any, so find out once.
        glue = {character for character in set(self.text[start:end]) if joins(character)}
        before = start
        for place in (*self._free(self._clauses(start, end), spans, glue), end):
            if measure(before, place) > limit:
                yield from self._words(before, place, spans, glue)
            if place < end:
                yield place, CLAUSE
            before = place

    def _bare_end(self, start: int, end: int) -> int:
        """Give where a piece ends that is larger only by the white space behind it."""
        bare = start + len(self.lines[start:end].rstrip())
        line = self.lines.find("\n", bare, end)
        return min(end, (bare if line < 0 else line) + 1)

    def _clauses(self, start: int, end: int) -> Iterator[int]:
        for found in _CLAUSE.finditer(self.lines, start, end):
            line = self.lines.rfind("\n", *found.span())
            place = found.end() if line < 0 else line + 1
            if place < end:
                yield place

    def _words(
        self, start: int, end: int, spans: list[tuple[int, int]], glue: set[str]
    ) -> Iterator[tuple[int, int]]:
        measure, limit, whole = self.measure, self.limit, self.whole
        low = bisect_left(spans, start, key=_span_end)
        inner = spans[low : bisect_left(spans, (end, end))]
        ends = [found.end() for found in _SPACE.finditer(self.lines, start, end)]
        if ends and ends[-1] == end:
            ends.pop()
        before = start
        for place in (*self._free(ends, inner, glue), end):
            if place - before > whole and measure(before, place) > limit:
                yield from self._around(before, place, inner)
            if place < end:
                yield place, WORD
            before = place

    def _free(
        self, places: Iterable[int], spans: list[tuple[int, int]], glue: set[str]
    ) -> Iterable[int]:
        """Leave out the places inside a span, and those where a character would break."""
        if glue:
            places = [place for place in places if self.text[place] not in glue]
        return _outside(places, spans) if spans else places

    def _around(
        self, start: int, end: int, spans: list[tuple[int, int]]
    ) -> Iterator[tuple[int, int]]:
        """Cut a word at the edges of the pieces in it that stay whole, then at characters."""
        edges = {start, end}
        whole = [span for span in spans if start <= span[0] and span[1] <= end]
        for span in whole:
            edges.update(edge for edge in span if is_edge(self.text, edge))
        kept = set(whole)
        for piece in pairwise(sorted(edges)):
            if piece not in kept and self.measure(*piece) > self.limit:
                yield from self._characters(*piece)
            if piece[1] < end:
                yield piece[1], GRAPHEME

    def _characters(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Cut a word at whole characters; a character larger than `limit` has to break."""
        step = max(1, self.limit // _FINENESS)
        before = start
        solid = start  # between `before` and here no character ends
        while before < end:
            place = min(before + step, end)
            edge = place if place == end else self._edge_below(max(before, solid), place)
            if edge == solid > before:
                edge = before
            while edge > before + 1 and self.measure(before, edge) > self.limit:
                edge = self._edge_below(before, before + (edge - before) // 2)
            if edge == before:
                solid = self._edge_above(max(place, solid), min(end, before + 4 * self.limit))
                edge = solid if self.measure(before, solid) <= self.limit else place
            if edge < end:
                yield edge, GRAPHEME
            before = edge

    def _edge_below(self, before: int, place: int) -> int:
        while place > before and not is_edge(self.text, place):
            place -= 1
        return place

    def _edge_above(self, place: int, end: int) -> int:
        while place < end and not is_edge(self.text, place):
            place += 1
        return place


def _span_end(span: tuple[int, int]) -> int:
    return span[1]


def _outside(places: Iterable[int], spans: list[tuple[int, int]]) -> Iterator[int]:
    """Leave out the places inside a span."""
    index = 0
    for place in places:
        while index < len(spans) and spans[index][1] <= place:
            index += 1
        if not (index < len(spans) and spans[index][0] < place):
            yield place
