"""`split_text`: one function for every way to take a text apart without losing a character."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

from . import sized
from .errors import SplitError
from .graphemes import is_edge
from .matching import find_matches
from .options import MOST_PARTS, Method, Options, checked, refuse_too_many
from .presets import find_preset
from .sentences import find_cuts
from .structure import HEADING, PARAGRAPH, newlines, scan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .sized import Size


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text.

    Attributes
    ----------
    start, end : int
        Where it lies in the text it was cut from, in code points.
    text : str
        The piece itself, unchanged.
    """

    start: int
    end: int
    text: str

    @property
    def chars(self) -> int:
        """How many characters (code points) it has."""
        return len(self.text)


def split_text(
    text: str,
    method: Method = "sentence",
    *,
    parts: int | None = None,
    size: int | None = None,
    max_size: int | None = None,
    **options: Unpack[Options],
) -> list[Part]:
    """Split a text; the parts joined are the text again, character by character.

    No cut falls inside a character as a reader sees it, nor inside a word, an address or a fence
    of code that fits into a part.

    Parameters
    ----------
    text
        The text, of any length.
    method
        ``sentence``: between sentences; each one a part unless a size is given.
        ``paragraph``: between paragraphs. ``heading``: before Markdown headings.
        ``delimiter``: before each occurrence of a literal text. ``pattern``: before each match of
        a regular expression. ``exact``: by size alone. ``tokens``: like ``sentence``, but sizes
        count tokens.
    parts
        Into this many parts of about the same size; fewer when the text has too few places.
    size
        Into parts of about this size.
    max_size
        Into as few parts as can be, none larger than this.
    **options
        ``per_part``: paragraphs in a part (1). ``min_size``: shorter paragraphs join a neighbour
        (0). ``level``: the deepest headings that begin a part (6). ``delimiter``: the literal
        text. ``pattern``: the regular expression, or ``preset``: ``chapters``, ``numbering`` or
        ``dates``, in English and Russian. ``keep``: what was matched stays at the head of its
        part (true), or is left out. ``case_sensitive`` (true). ``time_limit``: seconds for a
        regular expression (2). ``count_tokens``: a function from a text to its number of tokens.

    Raises
    ------
    SplitError
        An option is wrong (code ``VALIDATION_ERROR``).
    PatternError
        The regular expression cannot be used (code ``INVALID_PATTERN``).

    Examples
    --------
    >>> [part.text for part in split_text("One. Two. Three. Four.", parts=2)]
    ['One. Two. ', 'Three. Four.']
    >>> [part.text for part in split_text("a---b", "delimiter", delimiter="---", keep=False)]
    ['a', 'b']
    """
    wanted = checked(method, parts, size, max_size, options)
    if not text:
        return []
    if method in ("delimiter", "pattern"):
        spans = _around(text, _matches(text, method, options), keep=options.get("keep", True))
        if wanted and wanted.most:
            spans = _no_larger(text, spans, wanted.most)
        return _parts(text, spans)
    if wanted:
        refuse_too_many(len(text), wanted, tokens=method == "tokens")
    return _parts(text, _between(text, _cuts(text, method, wanted, options)))


def _cuts(text: str, method: str, size: Size | None, options: Options) -> Sequence[int]:
    if method == "paragraph":
        return _paragraphs(text, size, options)
    if method == "heading":
        return _sections(text, size, options.get("level", 6))
    if size is None:
        return find_cuts(text)[0]
    if method == "exact":
        return _exact(text, size)
    if method == "tokens":
        return sized.by_tokens(text, size, options["count_tokens"])
    return sized.by_characters(text, size)


def _paragraphs(text: str, size: Size | None, options: Options) -> Sequence[int]:
    grades = scan(newlines(text)).edges
    starts = sorted(
        offset for offset, grade in grades.items() if grade >= PARAGRAPH and is_edge(text, offset)
    )
    starts = _joined(text, starts, options.get("min_size", 0))
    if size:
        return sized.among(text, starts, grades, size)
    each = options.get("per_part", 1)
    return starts[each - 1 :: each]


def _joined(text: str, starts: list[int], least: int) -> list[int]:
    """Leave out the cuts that would make a paragraph shorter than `least`."""
    kept: list[int] = []
    before = 0
    for start in starts:
        if len(text[before:start].strip()) >= least:
            kept.append(start)
            before = start
    if kept and len(text[kept[-1] :].strip()) < least:
        kept.pop()
    return kept


def _sections(text: str, size: Size | None, level: int) -> Sequence[int]:
    lines = newlines(text)
    grades = scan(lines).edges
    starts = sorted(
        offset
        for offset, grade in grades.items()
        if grade == HEADING and _depth(lines, offset) <= level
    )
    return sized.among(text, starts, grades, size) if size else starts


_HASHES = re.compile(r"[ \t]*(#{1,6})")
_UNDERLINE = re.compile(r"[^\n]*\n[ \t]*(=)?")


def _depth(text: str, offset: int) -> int:
    hashes = _HASHES.match(text, offset)
    if hashes:
        return len(hashes[1])
    line = _UNDERLINE.match(text, offset)
    return 1 if line and line[1] else 2


def _exact(text: str, size: Size) -> list[int]:
    if size.parts is not None:
        wanted = [len(text) * number // size.parts for number in range(1, size.parts)]
        return sorted({_edge_near(text, cut) for cut in wanted} - {0, len(text)})
    step = size.limit(len(text))
    cuts: list[int] = []
    before = 0
    while len(text) - before > step:
        cut = before + step
        while cut > before and not is_edge(text, cut):
            cut -= 1
        before = cut if cut > before else before + step
        cuts.append(before)
    return cuts


def _edge_near(text: str, offset: int) -> int:
    while not is_edge(text, offset):
        offset -= 1
    return offset


def _matches(text: str, method: str, options: Options) -> Iterable[tuple[int, int]]:
    case_sensitive = options.get("case_sensitive", True)
    if method == "delimiter":
        literal = re.compile(
            re.escape(options["delimiter"]), re.NOFLAG if case_sensitive else re.IGNORECASE
        )
        return (found.span() for found in literal.finditer(text))
    if "preset" in options:
        return find_preset(options["preset"], text)
    return find_matches(
        options["pattern"],
        text,
        ignore_case=not case_sensitive,
        most=MOST_PARTS,
        time_limit=options.get("time_limit", 2.0),
    )


def _around(text: str, matches: Iterable[tuple[int, int]], *, keep: bool) -> list[tuple[int, int]]:
    """Give the spans between the matches, each with the match before it or without."""
    spans: list[tuple[int, int]] = []
    before = 0
    for start, end in matches:
        if not (is_edge(text, start) and (keep or is_edge(text, end))):
            continue
        spans.append((before, start))
        before = start if keep else end
    spans.append((before, len(text)))
    return [span for span in spans if span[0] < span[1]]


def _no_larger(text: str, spans: list[tuple[int, int]], limit: int) -> list[tuple[int, int]]:
    cuts = sized.within(text, spans, limit)
    pieces: list[tuple[int, int]] = []
    index = 0
    for start, end in spans:
        before = start
        while index < len(cuts) and cuts[index] < end:
            pieces.append((before, cuts[index]))
            before = cuts[index]
            index += 1
        pieces.append((before, end))
    return pieces


def _between(text: str, cuts: Sequence[int]) -> list[tuple[int, int]]:
    return list(zip([0, *cuts], [*cuts, len(text)], strict=True))


def _parts(text: str, spans: Sequence[tuple[int, int]]) -> list[Part]:
    if len(spans) > MOST_PARTS:
        raise SplitError(
            "method", f"more than {MOST_PARTS:,} parts", reason="too_many_parts", limit=MOST_PARTS
        )
    return [Part(start, end, text[start:end]) for start, end in spans]
