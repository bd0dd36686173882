"""Fractional keys: texts that sort byte by byte and always leave room between two of them.

A key is a whole number of six digits in base 62, so that what is appended or put first costs no
length, and behind it, where two neighbours leave no whole number between them, a fraction.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE: Final = len(_DIGITS)
_VALUE: Final = {digit: value for value, digit in enumerate(_DIGITS)}
_WIDTH: Final = 6
_END: Final = _BASE**_WIDTH
_MIDDLE: Final = _END // 2

LONG: Final = 40
"""Characters from which on the keys of all siblings are spread anew."""


def spread(count: int) -> list[str]:
    """Return keys for `count` siblings that have none yet."""
    start = max(_MIDDLE - count // 2, 0)
    return [_whole(start + place) for place in range(count)]


def between(low: str | None, high: str | None, count: int = 1) -> list[str]:
    """Return `count` ascending keys between two neighbours; None where there is no neighbour.

    >>> between("V00000", "V00001")
    ['V00000U']
    """
    if count == 0:
        return []
    if low is None and high is None:
        return spread(count)
    below = 0 if low is None else _number(low)  # zero itself is never given: nothing is below it
    above = _END if high is None else _number(high)
    room = above - below - 1
    if room >= count:
        if high is None:
            return [_whole(below + 1 + place) for place in range(count)]
        if low is None:
            return [_whole(above - count + place) for place in range(count)]
        return [_whole(below + 1 + place * room // count) for place in range(count)]
    middle = _between(low, high)
    left = count // 2
    return [*between(low, middle, left), middle, *between(middle, high, count - 1 - left)]


def kept_in_place(positions: Sequence[str]) -> set[int]:
    """Return the places of a longest ascending run of keys: all others must move.

    >>> sorted(kept_in_place(["V1", "V4", "V2", "V3"]))
    [0, 2, 3]
    """
    tails: list[str] = []
    ends: list[int] = []
    before: list[int] = []
    for place, key in enumerate(positions):
        length = bisect_left(tails, key)
        before.append(ends[length - 1] if length else -1)
        if length == len(tails):
            tails.append(key)
            ends.append(place)
        else:
            tails[length] = key
            ends[length] = place
    kept: set[int] = set()
    place = ends[-1] if ends else -1
    while place >= 0:
        kept.add(place)
        place = before[place]
    return kept


def _between(low: str | None, high: str | None) -> str:
    """Return a key between neighbours that leave no whole number between them."""
    low = low or _whole(0)
    head, floor = low[:_WIDTH], low[_WIDTH:]
    ceiling = high[_WIDTH:] if high is not None and high.startswith(head) else None
    return head + _fraction_between(floor, ceiling)


def _fraction_between(low: str, high: str | None) -> str:
    """Return digits behind the point between two fractions; None stands for one."""
    digits: list[str] = []
    place = 0
    while True:
        floor = _VALUE[low[place]] if place < len(low) else 0
        ceiling = _BASE
        if high is not None:
            ceiling = _VALUE[high[place]] if place < len(high) else 0
        if ceiling - floor > 1:
            return "".join(digits) + _DIGITS[(floor + ceiling) // 2]
        digits.append(_DIGITS[floor])
        if ceiling > floor:
            high = None  # already below it: from here on any digit will do
        place += 1


def _whole(number: int) -> str:
    digits: list[str] = []
    for _ in range(_WIDTH):
        number, digit = divmod(number, _BASE)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))


def _number(key: str) -> int:
    number = 0
    for digit in key[:_WIDTH]:
        number = number * _BASE + _VALUE[digit]
    return number
