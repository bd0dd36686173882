"""Choosing cuts among the good places: about equal parts, or as few as a limit allows."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from .structure import (
    AFTER_HEADING,
    CLAUSE,
    GRAPHEME,
    HEADING,
    ITEM,
    PARAGRAPH,
    SENTENCE,
    WORD,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

# What a cut costs, in squared relative deviations from the size aimed at.
COST: Final = {
    HEADING: 0.0,
    PARAGRAPH: 0.0,
    ITEM: 0.004,
    SENTENCE: 0.010,
    AFTER_HEADING: 0.20,
    CLAUSE: 0.06,
    WORD: 0.10,
    GRAPHEME: 0.25,
}
_REACH: Final = 0.25
_NEAREST: Final = 6
_STRONG: Final = 2


def fewest(marks: Sequence[int], limit: int) -> list[int]:
    """Cut into as few parts of at most `limit` as can be, the largest as small as can be.

    Parameters
    ----------
    marks
        Where cuts may be, from 0 to the total size, growing. A step larger than `limit` becomes a
        part of its own.
    limit
        The largest size allowed.

    Returns
    -------
    list of int
        Indices into `marks`, without the first and the last.
    """
    best = _greedy(marks, limit)
    total = marks[-1]
    low, high = -(-total // (len(best) + 1)), limit
    while low < high:
        middle = (low + high) // 2
        tried = _greedy(marks, middle, most=len(best))
        if len(tried) <= len(best) and _largest(marks, tried) <= max(middle, 0):
            best, high = tried, middle
        else:
            low = middle + 1
    return best


def _greedy(marks: Sequence[int], limit: int, most: int | None = None) -> list[int]:
    cuts: list[int] = []
    index, last = 0, len(marks) - 1
    while marks[last] - marks[index] > limit:
        index = max(index + 1, bisect_right(marks, marks[index] + limit, index + 1) - 1)
        if index >= last:
            break
        cuts.append(index)
        if most is not None and len(cuts) > most:
            break
    return cuts


def _largest(marks: Sequence[int], cuts: Sequence[int]) -> int:
    bounds = [0, *cuts, len(marks) - 1]
    return max(marks[b] - marks[a] for a, b in pairwise(bounds))


def nearest(marks: Sequence[int], parts: int) -> list[int]:
    """Cut at the places nearest to equal sizes; each is at most half a step from its ideal."""
    last = len(marks) - 1
    parts = min(parts, last)
    cuts: list[int] = []
    before = 0
    for number in range(1, parts):
        ideal = marks[-1] * number / parts
        index = bisect_left(marks, ideal)
        if index > 0 and ideal - marks[index - 1] <= marks[index] - ideal:
            index -= 1
        before = min(max(index, before + 1), last - (parts - number))
        cuts.append(before)
    return cuts


def balanced(marks: Sequence[int], grades: Sequence[int], parts: int) -> list[int]:
    """Cut into `parts` of about the same size at the best places near the ideal ones.

    Parameters
    ----------
    marks
        Where cuts may be, from 0 to the total size, growing.
    grades
        How good a place each mark is.
    parts
        How many parts; fewer come back when there are not enough marks.

    Returns
    -------
    list of int
        Indices into `marks`, without the first and the last.
    """
    last = len(marks) - 1
    if parts >= last:
        return list(range(1, last))
    target = marks[-1] / parts
    # One layer for each cut: what the best way up to each candidate costs, and whence it came.
    layer: list[tuple[int, int, float]] = [(0, 0, 0.0)]
    trail: list[list[tuple[int, int]]] = []
    for number in range(1, parts):
        candidates = _candidates(marks, grades, target * number, target)
        reached: list[tuple[int, int, float]] = []
        origins: list[tuple[int, int]] = []
        for index in candidates:
            mark = marks[index]
            least, origin = float("inf"), -1
            for place, (before, at, cost) in enumerate(layer):
                if before >= index:
                    break
                off = (mark - at) / target - 1.0
                cost += off * off  # noqa: PLW2901 - the sum up to here
                if cost < least:
                    least, origin = cost, place
            if origin >= 0:
                reached.append((index, mark, least + COST[grades[index]]))
                origins.append((index, origin))
        if not reached:
            return nearest(marks, parts)
        layer = reached
        trail.append(origins)
    return _walk_back(layer, trail, marks[-1], target)


def _candidates(
    marks: Sequence[int], grades: Sequence[int], ideal: float, target: float
) -> list[int]:
    """Give the marks worth a try for one cut, in order; always one on each side."""
    last = len(marks) - 1
    middle = bisect_left(marks, ideal)
    low = min(bisect_left(marks, ideal - _REACH * target), middle - 1)
    high = max(bisect_right(marks, ideal + _REACH * target), middle + 1)
    low, high = max(low, 1), min(high, last)
    if high - low <= _NEAREST:
        return list(range(low, high))
    near = range(max(low, middle - _NEAREST // 2), min(high, middle + _NEAREST // 2))
    chosen = set(near)
    for side in (range(near.start - 1, low - 1, -1), range(near.stop, high)):
        found = 0
        for index in side:
            if grades[index] >= ITEM:
                chosen.add(index)
                found += 1
                if found == _STRONG:
                    break
    return sorted(chosen)


def _walk_back(
    layer: list[tuple[int, int, float]],
    trail: list[list[tuple[int, int]]],
    total: int,
    target: float,
) -> list[int]:
    if not trail:
        return []
    place = min(
        range(len(layer)), key=lambda i: layer[i][2] + ((total - layer[i][1]) / target - 1.0) ** 2
    )
    cuts: list[int] = []
    for origins in reversed(trail):
        index, place = origins[place]
        cuts.append(index)
    cuts.reverse()
    return cuts
