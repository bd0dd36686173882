"""Where sentences end, in English, Russian and what is mixed with them, without a language flag."""

from __future__ import annotations

from heapq import merge
from typing import TYPE_CHECKING, Final

from .abbreviations import ANY, LEADING
from .endings import EXCLAIMING
from .graphemes import is_edge, joins
from .inline import inline_spans
from .judge import Judge
from .marks import END, OPENING, STOPS
from .structure import newlines, scan

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNSURE: Final = ANY | EXCLAIMING
_NEVER_BEFORE_SMALL: Final = frozenset(")…")
_MAY_LEAD: Final = OPENING | {"@"}
_PLAIN_STOPS: Final = frozenset(".!?")
_LINK_FIRST: Final = frozenset("hw")
_ROMAN: Final = frozenset("IVXLCDM")
_SHORT: Final = 2
_WORD: Final = 30


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Find the sentences of a text, Markdown or not, English, Russian or mixed.

    The spans lie side by side and cover the whole text: white space belongs to the sentence before
    it. A heading, a table and a fence of code count as one sentence each.

    Examples
    --------
    >>> text = "Dr. Smith left. Он вернулся в 5 ч. утра."
    >>> [text[start:end] for start, end in sentence_spans(text)]
    ['Dr. Smith left. ', 'Он вернулся в 5 ч. утра.']
    """
    if not text:
        return []
    cuts = find_cuts(text)[0]
    return list(zip([0, *cuts], [*cuts, len(text)], strict=True))


def find_cuts(text: str) -> tuple[list[int], dict[int, int]]:
    """Find the offsets where sentences begin, in order, and the grades of those that are edges.

    An offset without a grade is `structure.SENTENCE`.
    """
    text = newlines(text)
    skeleton = scan(text)
    closed = list(merge(skeleton.closed, inline_spans(text)))
    cuts = _sentence_cuts(text, sorted(skeleton.edges), closed)
    offsets = sorted({*cuts, *skeleton.edges})
    # Few texts hold characters that join what is before them, so look at the kinds of them first.
    if any(joins(character) for character in {text[offset] for offset in offsets}):
        offsets = [offset for offset in offsets if is_edge(text, offset)]
    while offsets and text[offsets[-1] :].isspace():
        offsets.pop()
    while offsets and text[: offsets[0]].isspace():
        offsets.pop(0)
    return offsets, skeleton.edges


def _sentence_cuts(  # noqa: C901, PLR0912, PLR0915 - one loop, flat for its speed
    text: str, edges: Sequence[int], closed: Sequence[tuple[int, int]]
) -> list[int]:
    judge = Judge(text, edges)
    cuts: list[int] = []
    length = len(text)
    spans = iter(closed)
    low, high = next(spans, (length, length))
    last = 0
    rfind = text.rfind
    for found in END.finditer(text):
        begin, end = found.span()
        if end >= length:
            break
        while end >= high:
            low, high = next(spans, (length, length))
        if end > low:
            continue
        # Most ends are "word. Word": a word, one stop, one space, a letter. Decided here; what is
        # less plain goes to the judge.
        if end == begin + 2:
            stop = text[begin]
            first = text[end]
            capital = first.isupper()
            if stop in _PLAIN_STOPS:
                floor = begin - _WORD
                if floor < last:  # noqa: PLR1730 - max() takes three times as long
                    floor = last
                space = rfind(" ", floor, begin)
                word = text[floor if space < 0 else space + 1 : begin]
                if not word.isalpha() and word and not word[-1].isspace():
                    word = word.rsplit(None, 1)[-1]
                if word.isalpha():
                    small = word.lower()
                    if not capital:
                        settled = first.islower() and (stop == "." or first not in _LINK_FIRST)
                        ends = small not in EXCLAIMING if stop != "." else judge.plain(small)
                    elif len(word) > 1:
                        ends = small not in _UNSURE and (
                            len(word) > _SHORT or word[0] not in _ROMAN
                        )
                        settled = ends or (stop == "." and small in LEADING)
                    elif word != small:
                        settled = stop == "."
                        ends = settled and judge.opens(end)
                    elif stop == ".":
                        answer = judge.lettered(begin, word, end, last)
                        settled, ends = answer is not None, bool(answer)
                    else:
                        settled = ends = False
                    if settled:
                        if ends:
                            cuts.append(end)
                            last = end
                        continue
            elif not capital and first not in _MAY_LEAD:
                if first.islower():
                    if stop in _NEVER_BEFORE_SMALL:
                        continue
                elif stop not in STOPS and not first.isalpha():
                    continue
        cut = judge.cut(found, last)
        if cut > last:
            cuts.append(cut)
            last = cut
    return cuts
