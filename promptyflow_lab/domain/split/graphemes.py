"""Edges of what a reader sees as one character (UAX #29), from the standard library's tables."""

from __future__ import annotations

import re
from typing import Final
from unicodedata import category

_CONTROL: Final = frozenset({"Cc", "Zl", "Zp"})
_EXTENDING: Final = frozenset({"Mn", "Me", "Mc"})
_PREPENDED: Final = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\U000110bd]")
_REGIONAL: Final = re.compile("[\U0001f1e6-\U0001f1ff]")
_EXTRA: Final = re.compile(
    "[\u200c\u200d\u0e33\u0eb3\uff9e\uff9f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
)
_NEAR: Final = 16
_REGIONALS: Final = "".join(map(chr, range(0x1F1E6, 0x1F200)))
_FAR: Final = 4096


def is_edge(text: str, offset: int) -> bool:
    r"""Whether a cut at `offset` keeps every character whole.

    Examples
    --------
    >>> [offset for offset in range(5) if is_edge("e\u0301\r\nx", offset)]
    [0, 2, 4]
    """
    if not 0 < offset < len(text):
        return True
    after = text[offset]
    before = text[offset - 1]
    if after < "\u0300":
        return (after != "\n" or before != "\r") and not (
            before >= "\u0600" and _PREPENDED.match(before) and category(after)[0] != "C"
        )
    if before == " ":
        return not joins(after)
    kind = category(before)
    if kind in _CONTROL:
        return True
    return not _joined(text, offset, before, after)


def joins(character: str) -> bool:
    """Whether a character may belong to the one before it, whatever that is."""
    return character >= "\u0300" and (
        category(character) in _EXTENDING or bool(_EXTRA.match(character))
    )


def _joined(text: str, offset: int, before: str, after: str) -> bool:
    return (
        joins(after)
        or (before == "\u200d" and not after.isalnum())
        or bool(_PREPENDED.match(before))
        or _surrogates(before, after)
        or _hangul(before, after)
        or _flag(text, offset)
        or _conjunct(text, offset)
    )


def _surrogates(before: str, after: str) -> bool:
    return "\ud800" <= before <= "\udbff" and "\udc00" <= after <= "\udfff"


def _hangul(before: str, after: str) -> bool:
    """Whether two Korean letters belong to one syllable (rules GB6 to GB8)."""
    vowel = "\u1160" <= after <= "\u11a7" or "\ud7b0" <= after <= "\ud7c6"
    tail = "\u11a8" <= after <= "\u11ff" or "\ud7cb" <= after <= "\ud7fb"
    if "\u1100" <= before <= "\u115f" or "\ua960" <= before <= "\ua97c":
        return (
            vowel
            or "\u1100" <= after <= "\u115f"
            or "\ua960" <= after <= "\ua97c"
            or "\uac00" <= after <= "\ud7a3"
        )
    if "\uac00" <= before <= "\ud7a3":
        open_syllable = (ord(before) - 0xAC00) % 28 == 0
        return tail or (vowel and open_syllable)
    if "\u1160" <= before <= "\u11a7" or "\ud7b0" <= before <= "\ud7c6":
        return vowel or tail
    if "\u11a8" <= before <= "\u11ff" or "\ud7cb" <= before <= "\ud7fb":
        return tail
    return False


def _flag(text: str, offset: int) -> bool:
    """Whether the offset lies between the two letters of a flag."""
    if not (_REGIONAL.match(text[offset]) and _REGIONAL.match(text[offset - 1])):
        return False
    before = text[max(0, offset - _FAR) : offset]
    return (len(before) - len(before.rstrip(_REGIONALS))) % 2 == 1


_VIRAMA: Final = re.compile("[\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d]")
_CONSONANT: Final = re.compile(
    "[\u0915-\u0939\u0958-\u095f\u0978-\u097f\u0995-\u09a8\u09aa-\u09b0\u09b2\u09b6-\u09b9\u09dc"
    "\u09dd\u09df\u09f0\u09f1\u0a95-\u0aa8\u0aaa-\u0ab0\u0ab2\u0ab3\u0ab5-\u0ab9\u0af9\u0b15-\u0b28"
    "\u0b2a-\u0b30\u0b32\u0b33\u0b35-\u0b39\u0b5c\u0b5d\u0b5f\u0b71\u0c15-\u0c28\u0c2a-\u0c39"
    "\u0c58-\u0c5a\u0d15-\u0d3a]"
)


def _conjunct(text: str, offset: int) -> bool:
    """Whether two Indic consonants are bound by a virama (rule GB9c)."""
    if not _CONSONANT.match(text[offset]):
        return False
    place, bound = offset - 1, False
    while place > 0 and offset - place < _NEAR:
        letter = text[place]
        if _VIRAMA.match(letter):
            bound = True
        elif letter != "\u200d" and category(letter) not in _EXTENDING:
            break
        place -= 1
    return bound and bool(_CONSONANT.match(text[place]))
