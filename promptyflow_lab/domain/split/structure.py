"""The skeleton of a text: fences, headings, paragraphs, list items, tables and rules as offsets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

# How good a place for a cut is; from AFTER_HEADING on it is also an edge of a sentence.
GRAPHEME: Final = 0
WORD: Final = 1
CLAUSE: Final = 2
AFTER_HEADING: Final = 3
SENTENCE: Final = 4
ITEM: Final = 5
PARAGRAPH: Final = 6
HEADING: Final = 7

_FENCE = re.compile(r"\n[ \t>]*+(`{3,}+|~{3,}+)([^\n]*+)")
_FIRST_FENCE = re.compile(_FENCE.pattern[2:])
_FRONT_MATTER = re.compile(
    r"---[ \t]*\n(?=[\w\"'-]+[ \t]*:)(?:[^\n]*+\n){1,200}?---[ \t]*(?:\n|\Z)"
)
_MARK = (
    r"(?P<heading>\#{1,6}(?=[ \t]))"
    r"|(?P<table>\|)"
    r"|(?P<quote>>)"
    r"|(?P<rule>(?:(?:\*[ \t]*+){3,}+|(?:-[ \t]*+){3,}+|(?:_[ \t]*+){3,}+|(?:=[ \t]*+){3,}+)"
    r"(?=\n|\Z))"
    r"|(?P<item>(?:[-*+•⁃‣▪▫●○◦·–—―]|--|\(?\d{1,3}[.)]\)?|\(?[A-Za-zА-Яа-яё]\))(?=[ \t])|[•⁃‣▪●◦])"
)
_LINE = re.compile(
    rf"\n(?:(?P<blank>(?:[ \t]*+\n)++)(?:[ \t]*+(?:{_MARK}))?"
    rf"|[ \t]*+(?:{_MARK.replace('(?P<', '(?P<x')})"
    r"|(?P<signed>(?<=,\n)(?=[^\W\d_])))"
)
_LONGEST_TITLE: Final = 200
_BLANKS = re.compile(r"(?:[ \t]*+\n)*+")
_ROW = re.compile(r"[ \t]*+\|")
_FIRST = re.compile(rf"[ \t]*+(?:{_MARK})")
_VALEDICTION = re.compile(
    r"(?i:regards|sincerely|cheers|wishes|truly|faithfully|cordially|love|thanks|thank you|"
    r"уважением|пожеланиями|благодарностью|любовью|приветом|ваш|твой),\Z"
)


@dataclass(frozen=True, slots=True)
class Structure:
    """What `scan` finds: graded edges, and the spans no sentence ends in."""

    edges: dict[int, int]
    """offset -> grade; offsets lie strictly inside the text"""
    closed: list[tuple[int, int]]
    """fences, front matter, headings and tables, in order and apart from each other"""


def newlines(text: str) -> str:
    r"""Give the text with `\n` as its only line end, of the same length (`\r\n` is ` \n`)."""
    if "\r" in text:
        text = text.replace("\r\n", " \n")
    for other in "\r\x0b\x0c\x85\u2028\u2029":
        if other in text:
            text = text.replace(other, "\n")
    return text


def fences(text: str) -> Iterator[tuple[int, int]]:
    r"""Find the fences of a text whose only line end is `\n`; an open one reaches to the end."""
    if "```" not in text and "~~~" not in text:
        return
    start, opener = -1, ""
    first = _FIRST_FENCE.match(text)
    for found in chain([first] if first else [], _FENCE.finditer(text)):
        fence, rest = found[1], found[2]
        if start < 0:
            if fence[0] == "`" and "`" in rest:
                continue
            start, opener = text.rfind("\n", 0, found.start(1)) + 1, fence
        elif fence[0] == opener[0] and len(fence) >= len(opener) and not rest.strip():
            yield start, min(found.end() + 1, len(text))
            start = -1
    if start >= 0:
        yield start, len(text)


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return len(text) if end < 0 else end + 1


class _Scan:
    """One walk over the lines that mean something."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.edges: dict[int, int] = {}
        self.closed: list[tuple[int, int]] = []
        self.table_until = -1
        self.quote_until = -1
        self.after_heading = -1

    def edge(self, offset: int, grade: int) -> None:
        if offset == self.after_heading and grade < HEADING:
            grade = AFTER_HEADING
        if 0 < offset < len(self.text) and self.edges.get(offset, -1) < grade:
            self.edges[offset] = grade

    def close(self, start: int, end: int) -> None:
        if self.closed and start <= self.closed[-1][1] and start >= self.closed[-1][0]:
            start = self.closed[-1][1]
        if start < end:
            self.closed.append((start, end))

    def skip_blank(self, offset: int) -> int:
        """Give the start of the first line that is not blank from `offset` on."""
        found = _BLANKS.match(self.text, offset)
        return found.end() if found else offset

    def block(self, start: int, end: int) -> None:
        """Take a span that is one piece: a fence, front matter."""
        self.edge(start, PARAGRAPH)
        self.close(start, end)
        self.edge(self.skip_blank(end), PARAGRAPH)

    def line(self, start: int, kind: str | None, *, blank: bool) -> None:
        """Take the line that begins at `start`."""
        text = self.text
        if kind == "heading":
            self.heading(start, _line_end(text, start))
            return
        if kind == "table":
            if start != self.table_until or blank:
                self.edge(start, PARAGRAPH if blank else ITEM)
            end = _line_end(text, start)
            if self.closed and self.closed[-1][1] == start and start == self.table_until:
                self.closed[-1] = (self.closed[-1][0], end)
            else:
                self.close(start, end)
            self.table_until = end
            if not _ROW.match(text, end):
                self.edge(self.skip_blank(end), ITEM)
            return
        if kind == "quote":
            if start != self.quote_until or blank:
                self.edge(start, PARAGRAPH if blank else ITEM)
            self.quote_until = _line_end(text, start)
            return
        if kind == "rule":
            end = _line_end(text, start)
            if not blank and text[start] in "=-" and self.underlines(start):
                title = text.rfind("\n", 0, start - 1) + 1
                self.heading(title, end)
                return
            self.edge(start, PARAGRAPH)
            self.edge(self.skip_blank(end), PARAGRAPH)
            return
        self.edge(start, PARAGRAPH if blank else ITEM)

    def underlines(self, start: int) -> bool:
        """Whether the rule at `start` underlines a title (setext heading) and is no rule."""
        text = self.text
        title = text.rfind("\n", max(0, start - _LONGEST_TITLE), start - 1) + 1
        if title == 0 and start > _LONGEST_TITLE:
            return False
        line = text.rfind("\n", max(0, title - _LONGEST_TITLE), max(0, title - 1)) + 1
        blank = (line > 0 or title <= _LONGEST_TITLE) and not text[line:title].strip()
        alone = blank or self.after_heading == title
        return alone and text[title] not in "|>" and bool(text[title:start].strip())

    def heading(self, start: int, end: int) -> None:
        self.edge(start, HEADING)
        self.close(start, end)
        self.after_heading = self.skip_blank(end)
        self.edge(self.after_heading, AFTER_HEADING)

    def lines(self, start: int, end: int) -> None:
        """Walk the lines of a stretch without fences."""
        text = self.text
        first = _FIRST.match(text, start, end)
        if first:
            self.line(start, first.lastgroup, blank=start > 0)
        for found in _LINE.finditer(text, start, end):
            kind = found.lastgroup
            if kind == "signed":
                if _VALEDICTION.search(text, max(start, found.start() - 40), found.start()):
                    self.edge(found.end(), ITEM)
                continue
            blank = found["blank"] is not None
            begin = found.end("blank") if blank else found.start() + 1
            if begin >= end:
                continue
            if kind == "blank":
                self.edge(begin, PARAGRAPH)
            else:
                self.line(begin, kind if blank else (kind or "")[1:], blank=blank)


def scan(text: str) -> Structure:
    r"""Find the edges of a text whose only line end is `\n`, in one pass."""
    walk = _Scan(text)
    position = 0
    front = _FRONT_MATTER.match(text)
    if front:
        walk.block(0, front.end())
        position = front.end()
    for start, end in fences(text):
        if start < position:
            continue
        walk.lines(position, start)
        walk.block(start, end)
        position = end
    walk.lines(position, len(text))
    return Structure(walk.edges, walk.closed)
