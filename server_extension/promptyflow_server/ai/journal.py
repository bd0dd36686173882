"""What a run has told so far: reasoning and answer, in the order in which they came.

A place in it is a number of characters. A reader remembers the place and gets what lies behind
it, however much that is: a slow one gets larger pieces, and none is held up by another.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind = Literal["delta", "reasoning"]

_JOINED_BELOW: Final = 4096
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


class Piece(NamedTuple):
    """A piece of text, and the place behind it."""

    kind: Kind
    text: str
    end: int


class Journal:
    """Grows at its end; memory is that of the text.

    Parameters
    ----------
    pieces
        What was told before.
    """

    def __init__(self, pieces: Iterable[tuple[Kind, str]] = ()) -> None:
        self._pieces: list[Piece] = []
        self._halves: dict[Kind, str] = {}
        self.chars = 0
        for kind, text in pieces:
            self._append(kind, text)

    def add(self, kind: Kind, text: str) -> bool:
        """Add a piece, made storable; return whether anything was added."""
        half = self._halves.pop(kind, "")
        if half:
            text = half + text
        if "\ud800" <= text[-1:] <= "\udbff":  # a pair may have been cut between two events
            self._halves[kind], text = text[-1], text[:-1]
        if _UNSTORABLE.search(text):
            text = text.replace("\x00", "\ufffd")
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if text:
            self._append(kind, text)
        return bool(text)

    def since(self, place: int) -> list[Piece]:
        """Return what lies behind a place, neighbours of one kind as one piece."""
        first = bisect_right(self._pieces, place, key=lambda piece: piece.end)
        joined: list[tuple[Kind, list[str], int]] = []
        for kind, text, end in self._pieces[first:]:
            start = end - len(text)
            rest = text[place - start :] if start < place else text
            if joined and joined[-1][0] == kind:
                joined[-1][1].append(rest)
                joined[-1] = (kind, joined[-1][1], end)
            else:
                joined.append((kind, [rest], end))
        return [Piece(kind, "".join(texts), end) for kind, texts, end in joined]

    def text(self, kind: Kind) -> str | None:
        """Return everything of one kind; None where nothing came."""
        texts = [piece.text for piece in self._pieces if piece.kind == kind]
        return "".join(texts) if texts else None

    def layout(self) -> list[tuple[Kind, int]]:
        """Return kinds and lengths in their order."""
        return [(piece.kind, len(piece.text)) for piece in self.since(0)]

    def _append(self, kind: Kind, text: str) -> None:
        self.chars += len(text)
        last = self._pieces[-1] if self._pieces else None
        if last is not None and last.kind == kind and len(last.text) < _JOINED_BELOW:
            self._pieces[-1] = Piece(kind, last.text + text, self.chars)
        else:
            self._pieces.append(Piece(kind, text, self.chars))


def laid_out(
    layout: Iterable[tuple[Kind, int]], reasoning: str | None, response: str | None
) -> Journal:
    """Return the journal of a run that has ended, from its texts and their layout.

    Without a layout the reasoning came first, as it nearly always does.
    """
    texts: dict[Kind, str] = {"reasoning": reasoning or "", "delta": response or ""}
    taken: dict[Kind, int] = {"reasoning": 0, "delta": 0}
    pieces: list[tuple[Kind, str]] = []
    for kind, chars in layout:
        pieces.append((kind, texts[kind][taken[kind] : taken[kind] + chars]))
        taken[kind] += chars
    pieces.extend((kind, texts[kind][start:]) for kind, start in taken.items())
    return Journal((kind, text) for kind, text in pieces if text)
