"""What stands around an offset: the sentence so far, the word before, the word behind."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from .marks import NAME, OPENERS
from .starters import STARTERS

if TYPE_CHECKING:
    from collections.abc import Sequence

_WINDOW: Final = 400
_LONGEST_WORD: Final = 40


class Context:
    """A text with the cuts found so far.

    Parameters
    ----------
    text
        The text; its only line end is a line feed.
    edges
        Offsets known to begin something (paragraphs, items), in order.
    """

    def __init__(self, text: str, edges: Sequence[int]) -> None:
        self.text = text
        self.edges = edges
        self.cuts: list[int] = []

    def start(self, offset: int) -> int:
        """Give the start of the sentence that `offset` lies in, as far as it is known."""
        place = bisect_right(self.edges, offset)
        edge = self.edges[place - 1] if place else 0
        return max(edge, self.cuts[-1]) if self.cuts else edge

    def low(self, offset: int) -> int:
        """Give how far back to look: no further than a window, or each look would cost more."""
        return max(self.start(offset), offset - _WINDOW)

    def word_before(self, begin: int) -> str:
        """Give the word that ends at `begin`, without what opens before it."""
        chunk = self.text[max(0, begin - _LONGEST_WORD) : begin]
        if not chunk or chunk[-1].isspace():
            return ""
        word = chunk.rsplit(None, 1)[-1]
        return word if word[0].isalnum() else word.lstrip("«\"“„‘'‹([{*_~<>•⁃●▪")

    def letter(self, offset: int) -> int:
        """Give the offset of what comes after the quotes and brackets that open at `offset`."""
        if self.text[offset : offset + 1].isalnum():
            return offset
        opened = OPENERS.match(self.text, offset)
        return opened.end() if opened else offset

    def capital(self, target: int) -> bool:
        """Whether a letter stands there that is not a small one."""
        letter = self.text[target : target + 1]
        return letter.isalpha() and not letter.islower()

    def opens(self, target: int) -> bool:
        """Whether a typical first word of a sentence stands there."""
        found = NAME.match(self.text, target)
        if not found:
            return False
        name = found[0]
        if len(name) == 1 and self.text[found.end() : found.end() + 1] == ".":
            return False
        return name.lower() in STARTERS

    def inside(self, offset: int) -> bool:
        """Whether something of the sentence stands before `offset` already."""
        return bool(self.text[self.low(offset) : offset].strip(" •⁃●▪-*+#>\n\t("))
