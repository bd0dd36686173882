"""Decides of one stop, by what stands before and behind it, whether a sentence ends there."""

# ruff: noqa: C901, PLR0911 - a ladder of cases, each told in a line, is what this file is
# ruff: noqa: PLR2004 - the numbers compared with are lengths of words

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .abbreviations import ANY, EITHER, LEADING, NUMBERED, TRAILING, WITH_NUMBER
from .context import Context
from .marks import (
    ACRONYM,
    BULLET_BEFORE,
    BULLETS,
    DASH,
    EMOJI_ONE,
    LINK_AFTER,
    MARKER,
    NAME,
    NUMBER_BEFORE,
    QUOTED_ON,
    QUOTES,
    ROMAN,
    SMILEY,
    STOPS,
)

if TYPE_CHECKING:
    import re

EXCLAIMING: Final = frozenset({"yahoo", "jeopardy", "joomla", "yum"})
"""Names that end in an exclamation mark."""

_BRACKETS: Final = frozenset("() ")
_LOUD: Final = frozenset("!?‼⁇⁈⁉！？")
_KINDS: Final = {".": ".", "!": "!", "?": "!", "…": "…", "...": "…", ")": ")", "。": "."}
_HOURS: Final = frozenset({"a.m", "p.m"})
_TITLES: Final = frozenset({"mr", "mrs", "ms", "dr", "prof"})
_AND_SO_ON: Final = frozenset({"etc", "др", "пр", "проч", "тд", "тп", "т.д", "т.п"})
_SHORT: Final = frozenset({"it", "me", "us", "up", "so", "be", "do", "go", "is", "he", "we", "on"})
_LOVING: Final = frozenset({"i", "we", "you", "я", "мы", "ты"})
_LAST_LETTER: Final = "\u2600"  # from here on come signs and emoji, then wide letters
_VOWEL_END: Final = frozenset("аеёиоуыэюяьй")


class Judge(Context):
    """Decides the cases that take more than a look."""

    def cut(self, found: re.Match[str]) -> int:
        """Give the offset of the cut that a run of stops makes, 0 for none."""
        text = self.text
        begin, end = found.span()
        behind, closed = found.span(1)
        closers = text[behind:closed]
        if closed == end:
            return self._wide(end, closers)
        run = text[begin:behind]
        first = text[end]
        if first in STOPS or (run == "(" and text[begin - 1] not in ":;=-"):
            return 0
        kind = _KINDS.get(run) or self._kind(run)
        if kind == ")" and first > _LAST_LETTER and not first.isalpha():
            return 0
        target = self.letter(end)
        if kind == ")" and not self.capital(target) and text[target : target + 1] != "@":
            return 0
        word = self.word_before(begin)
        if len(word) <= 3 and run[0] in ".)":
            marker = self._next_marker(begin, word, run + closers, target)
            if marker:
                return marker
        if kind == ")":
            if not self._smiles(begin, run, word):
                return 0
        else:
            if len(run) > 1 and ")" in run.lstrip("()"):
                closers = ")" + closers
            if not self._ends(found, kind, word, closers, target):
                return 0
            if kind == "…" and run == ". . . ." and word:
                return begin + 2
        line = text.rfind("\n", closed, end)
        return end if line < 0 else line + 1

    def _kind(self, run: str) -> str:
        """Tell what a run says.

        `.` is a single stop, `!` a loud one, `…` a pause, `~` a friendly one (with an emoji),
        `)` a smiley or an emoji without any stop.
        """
        marks = set(run)
        stops = marks.intersection(STOPS)
        if not stops:
            return ")"
        if marks - stops - _BRACKETS:
            return "~"
        if stops & _LOUD:
            return "!"
        return "." if run.count(".") == 1 and "…" not in stops else "…"

    def _wide(self, end: int, closers: str) -> int:
        """Judge a wide stop without white space behind it."""
        if self.text[end] in "，、；：）】」』》〉”’,;:)":
            return 0
        if closers and QUOTED_ON.match(self.text, end):
            return 0
        return end

    def _smiles(self, begin: int, run: str, word: str) -> bool:
        """Whether an emoji, or a bracket that closes nothing, stands where a stop should."""
        text = self.text
        if run[0] not in "()":
            return run[0] not in BULLETS and word.lower() not in _LOVING
        low = self.low(begin)
        if text[max(low, begin - 2) : begin].rstrip("-")[-1:] in (":", ";", "="):
            return True
        if run[:2] in {"))", "(("}:
            return True
        if run[0] == "(" or not text[low:begin].strip() or word.isdigit() or len(word) < 2:
            return False
        return text.count("(", low, begin) <= text.count(")", low, begin)

    def _next_marker(self, begin: int, word: str, style: str, target: int) -> int:
        """Find the start of `2.` in `1. The first 2. The second`, 0 if this is none."""
        if not word or not self.capital(target):
            return 0
        start = self.start(begin)
        first = MARKER.match(self.text, start)
        if not first or first[3] != style or first.end() >= begin:
            return 0
        if word.isdigit():
            follows = bool(first[1]) and int(word) == int(first[1]) + 1
        else:
            follows = bool(first[2]) and len(word) == 1 and ord(word) == ord(first[2]) + 1
        if not follows:
            return 0
        offset = begin - len(word)
        bullet = BULLET_BEFORE.search(self.text, max(start, offset - 2), offset)
        return bullet.start() if bullet else offset

    def _ends(self, found: re.Match[str], kind: str, word: str, closers: str, target: int) -> bool:
        text = self.text
        begin, end = found.span()
        following = text[target : target + 1]
        if following.islower():
            if kind != "." and following in "hw" and LINK_AFTER.match(text, target):
                return False
            return self._before_small(kind, word, closers)
        first = text[end]
        if first in "—–―-" and (dash := DASH.match(text, end)):
            return self._before_dash(begin, closers, dash.end())
        if first in ":;=8" and SMILEY.match(text, end):
            return False
        if ")" in closers and self._aside(begin, target):
            return False
        if following.isalpha():
            if kind == ".":
                return self._before_capital(begin, word, closers, target)
            if kind in "!~":
                return word.lower() not in EXCLAIMING or self.opens(target)
            return self._after_pause(begin, found.start(1), closers)
        if following.isdigit():
            return kind in "!~" or (kind == "." and (bool(closers) or self._before_number(word)))
        if following in BULLETS or following in "@$€£№":
            return kind != "." or word.lower() not in ANY
        return "\n" in text[begin:end] and bool(EMOJI_ONE.match(following))

    def _after_pause(self, begin: int, behind: int, closers: str) -> bool:
        """Judge an ellipsis before a capital: none ends what it begins, nor what it leaves out."""
        text = self.text
        if closers.startswith("]") or (text[begin:behind] == ". . ." and text[begin - 1] == " "):
            return False
        return bool(text[self.low(begin) : begin].strip("«\"“„‘'([ \n"))

    def _before_dash(self, begin: int, closers: str, after: int) -> bool:
        """Judge `! — Next`: the dash opens a line of dialogue only before a capital."""
        text = self.text
        if any(closer in QUOTES for closer in closers):
            return False
        target = self.letter(after)
        if not self.capital(target):
            return False
        low = self.low(begin)
        return text.count("«", low, begin) <= text.count("»", low, begin)

    def _before_small(self, kind: str, word: str, closers: str) -> bool:
        """Judge a stop before a small letter: an end only where people are careless."""
        if closers or kind in "…~":
            return False
        if kind == "!":
            return word.lower() not in EXCLAIMING
        return word.isalpha() and self.plain(word.lower())

    @staticmethod
    def plain(small: str) -> bool:
        """Whether a word of small letters is a whole word and no abbreviation."""
        if small in ANY:
            return False
        if small.isascii():
            return len(small) > 2 or small in _SHORT
        return len(small) > 3 and small[-1] in _VOWEL_END

    def _before_number(self, word: str) -> bool:
        small = word.lower()
        if small in ANY:
            return small in _AND_SO_ON
        if word.isalpha():
            return len(word) > 1
        return len(word) > 2 and word[-1].isalnum() and not ACRONYM.match(word)

    def _aside(self, begin: int, target: int) -> bool:
        """Whether the bracket that closes here belongs to the middle of a sentence."""
        text = self.text
        start = self.low(begin)
        bracket = text.rfind("(", start, begin)
        if bracket < 0 or not text[start:bracket].strip() or self.opens(target):
            return False
        inner = text[bracket + 1 : bracket + 2]
        before = text[max(start, bracket - 4) : bracket].rstrip()
        return before[-1:] not in ".!?…" and not inner.isupper()

    def _before_capital(self, begin: int, word: str, closers: str, target: int) -> bool:
        """Judge one stop before a capital letter: all turns on the word before it."""
        if not word or closers.startswith("]"):
            return bool(closers) or self.opens(target)
        small = word.lower()
        if len(word) == 1:
            return self._letter(begin, word, small, target)
        if small in ANY:
            return self._abbreviated(begin, small, target)
        if word.isalpha():
            if ROMAN.match(word):
                return self.opens(target) or self.start(begin) < begin - len(word) - 1
            return True
        if word.isdigit() and len(word) < 4:
            return self.inside(begin - len(word))
        if ACRONYM.match(word):
            return self.opens(target) or (small in _HOURS and self._titled(begin, target))
        return True

    def _titled(self, begin: int, target: int) -> bool:
        """Whether a person's title follows a sentence long enough to end with the hour."""
        found = NAME.match(self.text, target)
        said = self.text[self.low(begin) : begin].split()
        return found is not None and found[0].lower() in _TITLES and len(said) > 4

    def _letter(self, begin: int, word: str, small: str, target: int) -> bool:
        """Judge a letter with a stop: an initial, a unit, half of an abbreviation."""
        before = self.text[max(0, begin - 8) : begin - 1]
        half = before.rstrip()
        if half.endswith(("т.", "Т.")):
            return small in "дп" and self.capital(target)
        if (small == "е" and half.endswith("у.")) or (small == "с" and half.endswith("л.")):
            return True
        if small in WITH_NUMBER and word == small:
            return bool(NUMBER_BEFORE.search(before)) and self.opens(target)
        if word == small and small in LEADING:
            return False
        if not word.isalpha():
            return word not in "°№" and (not word.isdigit() or self.inside(begin - 1))
        if word == small and not self.inside(begin - 1):
            return False
        return self.opens(target)

    def _abbreviated(self, begin: int, small: str, target: int) -> bool:
        text = self.text
        if small in LEADING:
            return False
        if small in WITH_NUMBER and not NUMBER_BEFORE.search(
            text[max(0, begin - len(small) - 8) : begin - len(small)]
        ):
            return len(small) > 2 and self.opens(target)
        if small in TRAILING:
            return True
        if small in EITHER or small in WITH_NUMBER:
            return self.opens(target)
        if small in NUMBERED:
            found = NAME.match(text, target)
            return not found or not ROMAN.match(found[0]) or found[0] == "I"
        return True
