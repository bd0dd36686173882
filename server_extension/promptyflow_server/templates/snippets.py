"""The part of a text that shows why it was found, in pieces of which some are hits."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from promptyflow_server.templates.schemas import Fragment

if TYPE_CHECKING:
    from collections.abc import Iterable

LOOKED_AT: Final = 20_000
"""Characters from the beginning of a content in which a place to show is looked for."""

START: Final = "\x02"
STOP: Final = "\x03"
"""What the database puts around hits."""

_LENGTH: Final = 240
_BEFORE: Final = 60
_HITS_OF_A_WORD: Final = 8
_ENDING: Final = 3
_BLANKS: Final = re.compile(r"\s+")


class Places:
    """Finds the part of a text where most of the wanted words stand close together.

    Parameters
    ----------
    words
        As they were written in the query. A word of a text that begins like one of them is taken
        for one: good enough to choose a place; which words are hits the database says.
    """

    def __init__(self, words: Iterable[str]) -> None:
        shortened = {word.lower()[: max(_ENDING, len(word) - _ENDING)] for word in words}
        alternatives = "|".join(map(re.escape, sorted(shortened, key=len, reverse=True)))
        self._pattern = re.compile(alternatives) if shortened else None

    def excerpt(self, text: str) -> str:
        """Return the part to show, cut at blanks, with an ellipsis where something is left out."""
        start = self._start(text)
        if start > 0:
            start = _next_blank(text, start)
        end = start + _LENGTH
        if end < len(text):
            end = max(text.rfind(" ", start + _LENGTH // 2, end), start + _LENGTH // 2)
        head = "…" if start > 0 else ""
        tail = "…" if end < len(text) else ""
        return f"{head}{text[start:end].strip()}{tail}"

    def _start(self, text: str) -> int:
        hits = self._hits(text.lower().replace("ё", "е"))
        best, start = 0, 0
        for index, (place, _) in enumerate(hits):
            seen = set()
            for other, word in hits[index:]:
                if other >= place + _LENGTH - _BEFORE:
                    break
                seen.add(word)
            if len(seen) > best:
                best, start = len(seen), max(0, place - _BEFORE)
        return start

    def _hits(self, text: str) -> list[tuple[int, str]]:
        counts: Counter[str] = Counter()
        hits = []
        for match in self._pattern.finditer(text) if self._pattern else ():
            start = match.start()
            if start and text[start - 1].isalnum():
                continue
            counts[match[0]] += 1
            if counts[match[0]] <= _HITS_OF_A_WORD:
                hits.append((start, match[0]))
        return hits


def fragments(text: str, marked: str) -> list[Fragment]:
    """Return a text in pieces.

    Parameters
    ----------
    text
        What is shown.
    marked
        The same, character by character, with `START` and `STOP` around what was found.
    """
    pieces: list[tuple[str, bool]] = []
    place = 0
    for number, part in enumerate(re.split(f"[{START}{STOP}]", marked)):
        pieces.append((text[place : place + len(part)], number % 2 == 1))
        place += len(part)
    if place != len(text):  # the database has left something out, so its marks tell no places
        pieces = [(text, False)]
    return [Fragment(text=on_one_line(text), hit=hit) for text, hit in pieces if text]


def on_one_line(text: str) -> str:
    """Return the text with single blanks for white space of any kind."""
    return _BLANKS.sub(" ", text)


def _next_blank(text: str, start: int) -> int:
    blank = _BLANKS.search(text, start, start + _BEFORE)
    return blank.end() if blank else start
