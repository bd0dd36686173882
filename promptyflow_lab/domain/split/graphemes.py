"""Edges of what a reader sees as one character (UAX #29), from the standard library's tables."""

from __future__ import annotations

from typing import Final
from unicodedata import category


def _set(*ranges: str) -> frozenset[str]:
    """Give the characters of ranges, each told by its first and its last."""
    return frozenset(chr(code) for two in ranges for code in range(ord(two[0]), ord(two[-1]) + 1))


_CONTROL: Final = frozenset({"Cc", "Zl", "Zp"})
_EXTENDING: Final = frozenset({"Mn", "Me", "Mc"})
_PREPENDED: Final = _set(
    "\u0600\u0605", "\u06dd", "\u070f", "\u0890\u0891", "\u08e2", "\u0d4e", "\U000110bd"
)
_REGIONAL: Final = _set("\U0001f1e6\U0001f1ff")
_REGIONALS: Final = "".join(_REGIONAL)
_EXTRA: Final = _set(
    "\u200c\u200d", "\u0e33", "\u0eb3", "\uff9e\uff9f", "\U0001f3fb\U0001f3ff"
) | _set("\U000e0020\U000e007f")
_VIRAMA: Final = _set("\u094d", "\u09cd", "\u0acd", "\u0b4d", "\u0c4d", "\u0d4d")
_CONSONANT: Final = (
    _set("\u0915\u0939", "\u0958\u095f", "\u0978\u097f", "\u0995\u09a8", "\u09aa\u09b0", "\u09b2")
    | _set("\u09b6\u09b9", "\u09dc\u09dd", "\u09df", "\u09f0\u09f1", "\u0a95\u0aa8", "\u0aaa\u0ab0")
    | _set("\u0ab2\u0ab3", "\u0ab5\u0ab9", "\u0af9", "\u0b15\u0b28", "\u0b2a\u0b30", "\u0b32\u0b33")
    | _set("\u0b35\u0b39", "\u0b5c\u0b5d", "\u0b5f", "\u0b71", "\u0c15\u0c28", "\u0c2a\u0c39")
    | _set("\u0c58\u0c5a", "\u0d15\u0d3a")
)
_NEAR: Final = 16
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
            before in _PREPENDED and category(after)[0] != "C"
        )
    if before == " ":
        return not joins(after)
    if category(before) in _CONTROL:
        return True
    return not (joins(after) or _joined(text, offset, before, after))


def joins(character: str) -> bool:
    """Whether a character may belong to the one before it, whatever that is."""
    return character >= "\u0300" and (category(character) in _EXTENDING or character in _EXTRA)


def _joined(text: str, offset: int, before: str, after: str) -> bool:
    if "\u1100" <= before <= "\ud7fb" and _hangul(before, after):
        return True
    return (
        (before == "\u200d" and not after.isalnum())
        or before in _PREPENDED
        or ("\ud800" <= before <= "\udbff" and "\udc00" <= after <= "\udfff")
        or (after in _REGIONAL and before in _REGIONAL and _flag(text, offset))
        or (after in _CONSONANT and _conjunct(text, offset))
    )


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
    """Whether the two regional letters around the offset are those of one flag."""
    before = text[max(0, offset - _FAR) : offset]
    return (len(before) - len(before.rstrip(_REGIONALS))) % 2 == 1


def _conjunct(text: str, offset: int) -> bool:
    """Whether a virama binds the Indic consonant behind the offset (rule GB9c).

    What it binds it to is not asked: nobody writes a virama behind anything but a consonant.
    """
    for letter in reversed(text[max(0, offset - _NEAR) : offset]):
        if letter in _VIRAMA:
            return True
        if not joins(letter):
            return False
    return False
