"""What stands before and behind a stop decides whether a sentence ends there."""

# ruff: noqa: C901, PLR0911, PLR0912 - a ladder of cases, each told in a line, is what this file is
# ruff: noqa: PLR0913, PLR0917 - what a stop looks like takes these few words to tell
# ruff: noqa: PLR2004 - the numbers compared with are lengths of words

from __future__ import annotations

from typing import Final

from .abbreviations import ANY, EITHER, LEADING, NEAR_HOUR, NUMBERED, TRAILING, WITH_NUMBER
from .context import Context
from .marks import (
    ACRONYM,
    BULLETS,
    DASH,
    EMOJI_ONE,
    LINK_AFTER,
    NAME,
    NUMBER_BEFORE,
    QUOTES,
    ROMAN,
    SMILEY,
    SPEAKER,
)

EXCLAIMING: Final = frozenset({"yahoo", "jeopardy", "joomla", "yum"})
"""Names that end in an exclamation mark."""

_HOURS: Final = frozenset({"a.m", "p.m"})
_AND_SO_ON: Final = frozenset({"etc", "др", "пр", "проч", "тд", "тп", "т.д", "т.п"})
_SHORT: Final = frozenset({"it", "me", "us", "up", "so", "be", "do", "go", "is", "he", "we", "on"})
_VOWEL_END: Final = frozenset("аеёиоуыэюяьй")


class Endings(Context):
    """Tells the ends of sentences from other stops."""

    def ends(
        self, begin: int, end: int, run: str, kind: str, word: str, closers: str, target: int
    ) -> bool:
        """Whether a sentence ends with a run of stops.

        Parameters
        ----------
        begin, end
            Where the word before ends, and where what follows the white space begins.
        run, kind, closers
            The stops, what they say, and the quotes and brackets that close behind them.
        word, target
            The word before, and where the first letter behind stands.
        """
        text = self.text
        if kind == "!" and text[begin - 1] == ":":
            return False
        following = text[target : target + 1]
        if following.islower():
            if kind != "." and following in "hw" and LINK_AFTER.match(text, target):
                return False
            return self._before_small(kind, word, closers)
        first = text[end]
        if first in ":;=8" and SMILEY.match(text, end):
            return False
        # A stop behind a bracket is one of the sentence around it, and touches no word.
        outside = ")" in run and run[-1] != ")"
        if ")" in closers and not outside and self._aside(begin, target):
            return False
        if following.isalpha():
            if kind == "!":
                if any(closer in QUOTES for closer in closers) and SPEAKER.match(text, target):
                    return self.opens(target)
                return word.lower() not in EXCLAIMING or self.opens(target)
            if kind == "~":
                return word.lower() not in EXCLAIMING or self.opens(target)
            if outside:
                return self.inside(begin - len(word))
            if kind == ".":
                return self._before_capital(begin, word, closers, target)
            return self._after_pause(begin, run, closers, target)
        if following.isdigit():
            return kind in "!~" or (kind == "." and (bool(closers) or self._before_number(word)))
        if following in BULLETS or following in "@$€£№":
            return kind != "." or word.lower() not in ANY
        return "\n" in text[begin:end] and bool(EMOJI_ONE.match(following))

    def dash(self, offset: int) -> int:
        """Give where a line of dialogue goes on behind the dash that stands here.

        0 where the dash joins two halves of a sentence, -1 where no white space is behind it.
        """
        found = DASH.match(self.text, offset)
        if not found:
            return -1
        target = self.letter(found.end())
        return target if self.capital(target) else 0

    def _after_pause(self, begin: int, run: str, closers: str, target: int) -> bool:
        """Judge an ellipsis before a capital: none ends what it begins, nor what it leaves out.

        The English `I` is a capital everywhere, so it tells nothing.
        """
        text = self.text
        if closers.startswith("]") or (run == ". . ." and text[begin - 1] == " "):
            return False
        if not closers and text[target] == "I" and not text[target + 1 : target + 2].isalnum():
            return False
        return bool(text[self.low(begin) : begin].strip("«\"“„‘'([ \n"))

    def before_dash(self, begin: int, kind: str, word: str, closers: str) -> bool:
        """Judge `! — Next`: the dash opens a line of dialogue."""
        text = self.text
        if any(closer in QUOTES for closer in closers) or (kind == "." and word.lower() in ANY):
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
                return self.since < begin - len(word) - 1 or self.opens(target)
            return True
        if word.isdigit() and len(word) < 4:
            return self.inside(begin - len(word))
        if ACRONYM.match(word):
            return self.opens(target) or (small in _HOURS and self._after_hour(begin, target))
        return True

    def _after_hour(self, begin: int, target: int) -> bool:
        """Whether a sentence long enough to end with the hour does so: `till 5 p.m. Doors open`."""
        found = NAME.match(self.text, target)
        if not found or found[0].isupper() or found[0].lower() in NEAR_HOUR:
            return False
        return len(self.text[self.low(begin) : begin].split()) > 4

    def _letter(self, begin: int, word: str, small: str, target: int) -> bool:
        """Judge a letter with a stop: an initial, a unit, half of an abbreviation."""
        if word.isdigit():
            return self.inside(begin - 1)
        before = self.text[max(0, begin - 8) : begin - 1]
        half = before.rstrip()
        if half.endswith(("т.", "Т.")):
            return small in "дп" and self.capital(target)
        if (small == "е" and half.endswith("у.")) or (small == "с" and half.endswith("л.")):
            return True
        if small in WITH_NUMBER and word == small:
            unit = bool(NUMBER_BEFORE.search(before))
            return unit and (small in TRAILING or self.opens(target))
        if word == small and small in LEADING:
            return False
        if not word.isalpha():
            return word not in "°№"
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
