"""Takes one run of stops at a time and gives the cut it makes, if any."""

# ruff: noqa: C901, PLR0911, PLR0912 - a ladder of cases, each told in a line, is what this file is
# ruff: noqa: PLR2004 - the numbers compared with are lengths of words

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .abbreviations import LEADING, TRAILING, WITH_NUMBER
from .endings import Endings
from .marks import BULLET_BEFORE, BULLETS, DASHES, MARKER, OPENING, QUOTED_ON, SAID_ON, STOPS

if TYPE_CHECKING:
    import re

_BRACKETS: Final = frozenset("() ")
_LOUD: Final = frozenset("!?‼⁇⁈⁉！？")
_KINDS: Final = {".": ".", "!": "!", "?": "!", "…": "…", "...": "…", ")": ")", "。": "."}
_LOVING: Final = frozenset({"i", "we", "you", "я", "мы", "ты"})
_LAST_LETTER: Final = "\u2600"  # from here on come signs and emoji, then wide letters
_HALVES: Final = frozenset("дпес") | (TRAILING & WITH_NUMBER)  # `т. д.`, `у. е.`, `5 м.`
_INDENT: Final = 40
_LONE_QUOTES: Final = frozenset("'\"")
_EYES: Final = frozenset(":;=-")


class Judge(Endings):
    """Decides the cases that take more than a look."""

    _marked = -1
    _marker: re.Match[str] | None = None

    def cut(self, found: re.Match[str], last: int) -> int:
        """Give the offset of the cut that a run of stops makes, 0 for none; `last` is the last."""
        text = self.text
        (begin, end), (behind, closed) = found.regs
        closers = text[behind:closed]
        if closed == end:
            self.move(begin, last)
            return self._wide(begin, end, closers)
        run = text[begin:behind]
        first = text[end]
        if first in STOPS or (run == "(" and text[begin - 1] not in _EYES):
            return 0
        kind = _KINDS.get(run) or self._kind(run)
        target = self.letter(end) if first in OPENING else end
        if kind == ")" and self._no_smile_before(first, target):
            return 0
        after = self.dash(end) if first in DASHES else -1
        if after == 0:
            return 0
        self.move(begin, last)
        if first in _LONE_QUOTES and text[end + 1 : end + 2] == " ":
            quote = self._lone_quote(end, first)
            if quote:
                return quote
        # A stop that stands apart, as in text made of tokens, belongs to the word before it.
        apart = run == "." and text[begin - 1] == " " and text[begin - 2 : begin - 1].isalnum()
        near = begin - 1 if apart else begin
        word = self.word_before(near)
        if len(word) <= 3 and run[0] in ".)" and self._first_marker():
            marker = self._next_marker(begin, word, run + closers, target)
            if marker:
                return marker
        if kind == ")":
            if not self._smiles(begin, run, word):
                return 0
        else:
            if len(run) > 1 and ")" in run.lstrip("()"):
                closers = ")" + closers
            if after > 0:
                if not self.before_dash(near, kind, word, closers):
                    return 0
            elif not self.ends(near, end, run, kind, word, closers, target):
                return 0
            if kind == "…" and run == ". . . ." and word:
                return begin + 2
        line = text.rfind("\n", closed, end)
        return end if line < 0 else line + 1

    def lettered(self, begin: int, letter: str, target: int, last: int) -> bool | None:
        """Judge `a. B`, a small letter by itself; nothing where that takes more than a look."""
        self.move(begin, last)
        if self._first_marker():
            return None
        opens = self.opens(target)
        if letter in WITH_NUMBER or letter in _HALVES:
            return None if opens or letter in _HALVES else False
        return opens and letter not in LEADING and self.inside(begin - 1)

    def _no_smile_before(self, first: str, target: int) -> bool:
        """Whether a smiley cannot stand where a stop should, by what follows it."""
        if first > _LAST_LETTER and not first.isalpha():
            return True
        return not self.capital(target) and self.text[target : target + 1] != "@"

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

    def _wide(self, begin: int, end: int, closers: str) -> int:
        """Judge a wide stop without white space behind it."""
        text = self.text
        if text[end] in "，、；：）】」』》〉”’,;:)":
            return 0
        if not closers:
            return 0 if text[begin] in "！？" and SAID_ON.match(text, end) else end
        if QUOTED_ON.match(text, end):
            return 0
        # Behind a bracket only what was in brackets as a whole has come to its end.
        if "）" in closers and text[self.since : self.since + _INDENT].lstrip()[:1] != "（":
            return 0
        return end

    def _lone_quote(self, end: int, quote: str) -> int:
        """Find the cut behind a quotation mark that stands apart and closes: `" So it is . " She`.

        Gives 0 where it opens.
        """
        text = self.text
        low = self.low(end)
        before = f" {text[low:end]}"
        if before.count(f" {quote} ") % 2 == 0:
            return 0
        target = self.letter(end + 2)
        return end + 2 if self.capital(target) else 0

    def _smiles(self, begin: int, run: str, word: str) -> bool:
        """Whether an emoji, or a bracket that closes nothing, stands where a stop should."""
        text = self.text
        if run[0] not in "()":
            return run[0] not in BULLETS and word.lower() not in _LOVING
        low = self.low(begin)
        if text[max(low, begin - 2) : begin].rstrip("-")[-1:] in _EYES:
            return True
        if run[:2] in {"))", "(("}:
            return True
        if run[0] == "(" or not text[low:begin].strip() or word.isdigit() or len(word) < 2:
            return False
        return text.count("(", low, begin) <= text.count(")", low, begin)

    def _first_marker(self) -> re.Match[str] | None:
        """Give the marker that the sentence begins with."""
        if self._marked != self.since:
            self._marked = self.since
            self._marker = MARKER.match(self.text, self.since)
        return self._marker

    def _next_marker(self, begin: int, word: str, style: str, target: int) -> int:
        """Find the start of `2.` in `1. The first 2. The second`, 0 if this is none."""
        if not word or not self.capital(target):
            return 0
        first = self._first_marker()
        if not first or first[3] != style or first.end() >= begin:
            return 0
        if word.isdigit():
            follows = bool(first[1]) and int(word) == int(first[1]) + 1
        else:
            follows = bool(first[2]) and len(word) == 1 and ord(word) == ord(first[2]) + 1
        if not follows:
            return 0
        offset = begin - len(word)
        bullet = BULLET_BEFORE.search(self.text, max(self.since, offset - 2), offset)
        return bullet.start() if bullet else offset
