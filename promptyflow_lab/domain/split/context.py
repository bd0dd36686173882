"""What stands around an offset: the sentence so far, the word before, the word behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .marks import NAME, OPENERS, OPENING
from .starters import OPENING_VERB, STARTERS

if TYPE_CHECKING:
    from collections.abc import Sequence

_WINDOW: Final = 400
_LONGEST_WORD: Final = 40


class Context:
    """A text, and the sentence in it that is being judged.

    Parameters
    ----------
    text
        The text; its only line end is a line feed.
    edges
        Offsets known to begin something (paragraphs, items), in order.
    """

    def __init__(self, text: str, edges: Sequence[int]) -> None:
        self.text = text
        self.since = 0
        """Where the sentence begins that is being judged, as far as that is known."""
        self._edges = [*edges, len(text) + 1]
        self._next = 0

    def move(self, offset: int, last: int) -> None:
        """Go on to `offset`, with the last cut at `last`; there is no way back."""
        edges, place = self._edges, self._next
        while edges[place] <= offset:
            place += 1
        self._next = place
        edge = edges[place - 1] if place else 0
        self.since = edge if edge > last else last  # noqa: FURB136 - max() takes three times as long

    def low(self, offset: int) -> int:
        """Give how far back to look: no further than a window, or each look would cost more."""
        return max(self.since, offset - _WINDOW)

    def word_before(self, begin: int) -> str:
        """Give the word that ends at `begin`, without what opens before it."""
        chunk = self.text[max(0, begin - _LONGEST_WORD) : begin]
        if not chunk or chunk[-1].isspace():
            return ""
        word = chunk.rsplit(None, 1)[-1]
        return word if word[0].isalnum() else word.lstrip("«\"“„‘'‹([{*_~<>•⁃●▪")

    def letter(self, offset: int) -> int:
        """Give the offset of what comes after the quotes and brackets that open at `offset`."""
        if self.text[offset : offset + 1] not in OPENING:
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
        small = name.lower()
        return small in STARTERS or bool(OPENING_VERB.match(small))

    def inside(self, offset: int) -> bool:
        """Whether something of the sentence stands before `offset` already."""
        return bool(self.text[self.low(offset) : offset].strip(" •⁃●▪-*+#>\n\t("))
