"""A few cuts in a very long text: only the surroundings of each are read.

Whether a sentence ends somewhere depends on what stands near, so a window that begins behind a
blank line finds the cuts that a scan of the whole text finds there. Only fences reach further, and
those are found first.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from .sentences import find_cuts
from .structure import SENTENCE, fences, newlines

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_PARTS: Final = 100
LEAST_TARGET: Final = 20_000
_REACH: Final = 1000
_RUN_UP: Final = 2000
"""How much is read before a window where no blank line is near, and after any."""


def cuts_near(text: str, parts: int) -> tuple[list[int], dict[int, int]] | None:
    """Find the cuts near those that would make equal parts, and their grades.

    Gives nothing where the text is too short for it to pay, or where a window holds no cut on
    either side of its middle: then the whole text has to be read.
    """
    target = len(text) // parts
    if parts > MOST_PARTS or target < LEAST_TARGET:
        return None
    lines = newlines(text)
    closed = list(fences(lines))
    grades: dict[int, int] = {}
    for number in range(1, parts):
        found = _window(text, lines, closed, len(text) * number // parts, target)
        if found is None:
            return None
        grades |= found
    return sorted(grades), grades


def _window(
    text: str, lines: str, closed: Sequence[tuple[int, int]], middle: int, target: int
) -> dict[int, int] | None:
    reach = _REACH
    while reach <= target // 4:
        low, begin = _begin(lines, closed, middle - reach)
        high = _outside(closed, middle + reach, end=True)
        stop = _outside(closed, min(len(text), high + _RUN_UP), end=True)
        if high - low > target:
            return None
        cuts, edges = find_cuts(text[low:stop])
        near = {low + cut: edges.get(cut, SENTENCE) for cut in cuts if begin <= low + cut <= high}
        if near and min(near) <= middle <= max(near):
            return near
        reach *= 3
    return None


def _begin(lines: str, closed: Sequence[tuple[int, int]], low: int) -> tuple[int, int]:
    """Give where to begin to read, and from where on cuts are to be trusted."""
    low = _outside(closed, max(0, low), end=False)
    blank = lines.rfind("\n\n", max(0, low - _RUN_UP), low)
    if blank >= 0 and _outside(closed, blank + 2, end=False) == blank + 2:
        return blank + 2, max(low, blank + 3)
    start = _outside(closed, max(0, low - _RUN_UP), end=False)
    return start, low if start else 1


def _outside(closed: Sequence[tuple[int, int]], offset: int, *, end: bool) -> int:
    """Move an offset that lies in a fence to one of its edges."""
    place = bisect_right(closed, (offset, offset)) - 1
    if place >= 0 and closed[place][0] < offset < closed[place][1]:
        return closed[place][end]
    return offset
