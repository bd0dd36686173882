"""Into n parts, about so large, or at most so large: sizes in characters or in tokens."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from .errors import SplitError
from .partition import balanced, fewest
from .refine import Refiner
from .sentences import find_cuts
from .structure import SENTENCE, newlines
from .windows import cuts_near

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_WHOLE_WORD = 200


@dataclass(frozen=True, slots=True)
class Size:
    """What was asked for; exactly one of the three is given."""

    parts: int | None = None
    about: int | None = None
    most: int | None = None

    def limit(self, total: int) -> int:
        """Give the size above which a sentence is taken apart."""
        if self.parts is not None:
            return max(1, total // self.parts)
        return self.about or self.most or total

    def count(self, total: int) -> int:
        """Give how many parts to make of a text of this size."""
        if self.parts is not None:
            return self.parts
        return max(1, round(total / self.about)) if self.about else 1


def by_characters(text: str, size: Size) -> list[int]:
    """Find the cuts between sentences that make parts of this size."""
    near = None if size.most else cuts_near(text, size.count(len(text)))
    if near is not None:
        marks = [0, *near[0], len(text)]
        worth = [near[1].get(mark, SENTENCE) for mark in marks]
        return [marks[index] for index in balanced(marks, worth, size.count(len(text)))]
    offsets, grades = find_cuts(text)
    limit = size.limit(len(text))
    refiner = Refiner(text, newlines(text), limit, whole=0 if size.most else _WHOLE_WORD)
    marks, worth = _refined(refiner, [0, *offsets, len(text)], grades, len(text))
    chosen = fewest(marks, limit) if size.most else balanced(marks, worth, size.count(len(text)))
    return [marks[index] for index in chosen]


def among(text: str, units: Sequence[int], grades: dict[int, int], size: Size) -> list[int]:
    """Find the cuts among given ones (paragraphs, sections) that make parts of this size.

    A unit larger than a hard limit is cut between its sentences; no other is.
    """
    if size.most:
        inner = [0, *units, len(text)]
        limit = size.most
        long = [(a, b) for a, b in pairwise(inner) if b - a > limit]
        extra = within(text, long, limit)
        marks = sorted({0, len(text), *units, *extra})
        return [marks[index] for index in fewest(marks, limit)]
    marks = [0, *units, len(text)]
    worth = [grades.get(mark, SENTENCE) for mark in marks]
    return [marks[index] for index in balanced(marks, worth, size.count(len(text)))]


def within(text: str, spans: Sequence[tuple[int, int]], limit: int) -> list[int]:
    """Find the cuts that make no piece of the given spans larger than `limit`."""
    long = [span for span in spans if span[1] - span[0] > limit]
    if not long:
        return []
    offsets, grades = find_cuts(text)
    refiner = Refiner(text, newlines(text), limit)
    cuts: list[int] = []
    for start, end in long:
        inner = offsets[bisect_right(offsets, start) : bisect_right(offsets, end - 1)]
        marks, _ = _refined(refiner, [start, *inner, end], grades, end)
        steps = [mark - start for mark in marks]
        cuts.extend(marks[index] for index in fewest(steps, limit))
    return cuts


def _refined(
    refiner: Refiner, bounds: list[int], grades: dict[int, int], total: int
) -> tuple[list[int], list[int]]:
    """Add places inside the sentences that are too long; give all marks and what they are worth."""
    limit = refiner.limit
    marks: list[int] = []
    worth: list[int] = []
    longest = max((b - a for a, b in pairwise(bounds)), default=0)
    if longest <= limit:
        return bounds, [grades.get(mark, SENTENCE) for mark in bounds]
    for start, end in pairwise(bounds):
        marks.append(start)
        worth.append(grades.get(start, SENTENCE))
        if end - start > limit:
            for place, grade in refiner.places(start, end):
                marks.append(place)
                worth.append(grade)
    marks.append(total)
    worth.append(SENTENCE)
    return marks, worth


def by_tokens(text: str, size: Size, count_tokens: Callable[[str], int]) -> list[int]:
    """Find the cuts between sentences that make parts of this many tokens.

    The tokens of the pieces add up to about those of the whole, as a rule to a little more; where
    a limit was asked for, each finished part is counted once more, and shrunk if it is over.
    """
    offsets, grades = find_cuts(text)
    bounds = [0, *offsets, len(text)]

    def measure(start: int, end: int) -> int:
        return count_tokens(text[start:end])

    weights = [measure(a, b) for a, b in pairwise(bounds)]
    limit = size.limit(sum(weights))
    refiner = Refiner(
        text, newlines(text), limit, whole=0 if size.most else _WHOLE_WORD, measure=measure
    )
    places: list[int] = [0]
    worth: list[int] = [SENTENCE]
    sums: list[int] = []
    for (start, end), weight in zip(pairwise(bounds), weights, strict=True):
        pieces = [*refiner.places(start, end)] if weight > limit else []
        inner = [place for place, _ in pieces]
        worth += [grade for _, grade in pieces]
        if pieces:
            edges = [start, *inner, end]
            sums += [measure(a, b) for a, b in pairwise(edges)]
        else:
            sums.append(weight)
        places += [*inner, end]
        worth.append(grades.get(end, SENTENCE))
    marks = [0, *accumulate(sums)]
    if size.most is None:
        return [places[index] for index in balanced(marks, worth, size.count(marks[-1]))]
    return _counted_again(places, fewest(marks, limit), limit, measure)


def _counted_again(
    places: Sequence[int], planned: Sequence[int], limit: int, measure: Callable[[int, int], int]
) -> list[int]:
    cuts: list[int] = []
    at, last = 0, len(places) - 1
    while at < last:
        following = bisect_right(planned, at)
        end = planned[following] if following < len(planned) else last
        while measure(places[at], places[end]) > limit:
            if end == at + 1:
                raise SplitError("max_size", "a single character takes more tokens than this")
            end -= 1
        if end < last:
            cuts.append(places[end])
        at = end
    return cuts
