"""Texts in chunks: an edit of a large text writes the chunks it touches and no other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from promptyflow_server.projects import positions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SMALLEST: Final = 16_384
"""A chunk has at least as many characters, unless it is the only one of its text."""

LARGEST: Final = 65_536
"""A chunk never has more characters."""


class Splice(NamedTuple):
    """One replacement in a text, counted in code points."""

    start: int
    delete_count: int
    insert: str


def split_text(text: str) -> list[str]:
    """Cut a text into new chunks, at line ends where there are any.

    They are as small as may be: an edit writes a whole chunk, and chunks have room to grow.
    """
    pieces = []
    start, end = 0, len(text)
    while end - start > 2 * SMALLEST:
        latest = min(start + 2 * SMALLEST, end - SMALLEST)
        cut = text.find("\n", start + SMALLEST - 1, latest) + 1 or start + SMALLEST
        pieces.append(text[start:cut])
        start = cut
    if start < end:
        pieces.append(text[start:])
    return pieces


def splice_between(old: str, new: str) -> Splice:
    """Return the one replacement that makes `new` of `old`."""
    start = _common_prefix(old, new)
    tail = _common_suffix(old, new, min(len(old), len(new)) - start)
    return Splice(start, len(old) - start - tail, new[start : len(new) - tail])


@dataclass(slots=True)
class Chunk:
    """A part of a text; `text` is None as long as it was not loaded."""

    seq: str
    chars: int
    text: str | None
    stored: bool = False
    changed: bool = False


@dataclass(slots=True)
class ChunkedText:
    """The chunks of one text, in order, and which of the stored ones have gone."""

    chunks: list[Chunk] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, text: str) -> ChunkedText:
        """Return a text that is not stored yet."""
        pieces = split_text(text)
        keys = positions.spread(len(pieces))
        return cls([Chunk(k, len(t), t) for k, t in zip(keys, pieces, strict=True)])

    @property
    def chars(self) -> int:
        """The number of code points."""
        return sum(chunk.chars for chunk in self.chunks)

    @property
    def text(self) -> str:
        """The whole text; every chunk must have been loaded."""
        return "".join(_loaded(chunk) for chunk in self.chunks)

    def missing(self, splice: Splice) -> list[str]:
        """Return the keys of the chunks that must be loaded before the splice is applied."""
        first, last, _ = self._touched(splice)
        return [chunk.seq for chunk in self.chunks[first:last] if chunk.text is None]

    def missing_all(self) -> list[str]:
        """Return the keys of all chunks that were not loaded."""
        return [chunk.seq for chunk in self.chunks if chunk.text is None]

    def fill(self, texts: Mapping[str, str]) -> None:
        """Take texts that were loaded, by the keys of their chunks."""
        for chunk in self.chunks:
            if chunk.text is None and chunk.seq in texts:
                chunk.text = texts[chunk.seq]

    def apply(self, splice: Splice) -> Splice:
        """Replace a part of the text and return the splice that takes it back.

        The splice must lie inside the text, and what `missing` named must be loaded.
        """
        first, last, offset = self._touched(splice)
        old = "".join(_loaded(chunk) for chunk in self.chunks[first:last])
        start = splice.start - offset
        end = start + splice.delete_count
        new = old[:start] + splice.insert + old[end:]
        self._replace(first, last, [new] if 0 < len(new) <= LARGEST else split_text(new))
        return Splice(splice.start, len(splice.insert), old[start:end])

    def saved(self) -> None:
        """Note that everything has been written."""
        self.gone.clear()
        for chunk in self.chunks:
            chunk.stored, chunk.changed = True, False

    @property
    def is_unsaved(self) -> bool:
        """Whether anything must be written."""
        return bool(self.gone) or any(chunk.changed or not chunk.stored for chunk in self.chunks)

    @property
    def is_worn(self) -> bool:
        """Whether keys have become so long that the chunks should be cut anew."""
        return any(len(chunk.seq) > positions.LONG for chunk in self.chunks)

    def cut_anew(self) -> None:
        """Cut the text, which must be loaded, into new chunks with short keys."""
        text = self.text
        self.gone.extend(chunk.seq for chunk in self.chunks if chunk.stored)
        self.chunks = ChunkedText.of(text).chunks

    def _touched(self, splice: Splice) -> tuple[int, int, int]:
        """Return the chunks to be written, as a slice, and where the first of them begins."""
        end = splice.start + splice.delete_count
        first, last, offset, seen = 0, 0, 0, 0
        for place, chunk in enumerate(self.chunks):
            if seen + chunk.chars < splice.start and place + 1 < len(self.chunks):
                first, offset = place + 1, seen + chunk.chars
            seen += chunk.chars
            last = place + 1
            if seen >= end and last > first:
                break
        length = sum(chunk.chars for chunk in self.chunks[first:last])
        length += len(splice.insert) - splice.delete_count
        # What became too small joins a neighbour.
        while length < SMALLEST and (first, last) != (0, len(self.chunks)):
            if last < len(self.chunks):
                length += self.chunks[last].chars
                last += 1
            else:
                first -= 1
                length += self.chunks[first].chars
                offset -= self.chunks[first].chars
        return first, last, offset

    def _replace(self, first: int, last: int, pieces: list[str]) -> None:
        old = self.chunks[first:last]
        extra = len(pieces) - len(old)
        if extra > 0:
            low = old[-1].seq if old else None
            high = self.chunks[last].seq if last < len(self.chunks) else None
            old += [Chunk(key, 0, "") for key in positions.between(low, high, extra)]
        for chunk, text in zip(old, pieces, strict=False):
            chunk.changed = chunk.changed or chunk.text != text
            chunk.text, chunk.chars = text, len(text)
        self.gone.extend(chunk.seq for chunk in old[len(pieces) :] if chunk.stored)
        self.chunks[first:last] = old[: len(pieces)]


def stored(rows: Iterable[tuple[str, int, str | None]]) -> ChunkedText:
    """Return the text of rows (key, characters, text) in order."""
    return ChunkedText([Chunk(seq, chars, text, stored=True) for seq, chars, text in rows])


def _loaded(chunk: Chunk) -> str:
    if chunk.text is None:
        raise RuntimeError(f"chunk {chunk.seq} was not loaded")
    return chunk.text


def _common_prefix(a: str, b: str) -> int:
    """Return the length of the common beginning, comparing halves instead of characters."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_suffix(a: str, b: str, most: int) -> int:
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if a[len(a) - middle : len(a) - low] == b[len(b) - middle : len(b) - low]:
            low = middle
        else:
            high = middle - 1
    return low
