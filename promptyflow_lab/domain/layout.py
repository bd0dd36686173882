"""How selected pieces are laid out as one context: plain, or under headings and in tags."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from .tags import free_tag_name, heading_title, tag_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .source import Json


class SelectedPiece(NamedTuple):
    """A selected text with the titles it is shown under: what a prompt is compiled from."""

    block_id: int
    block_title: str
    item_id: int
    item_title: str
    content: str
    sub_item_id: int | None = None
    sub_item_title: str = ""


class PieceSpan(NamedTuple):
    """Where a piece's content stands in the compiled text, in code points."""

    block_id: int
    item_id: int
    sub_item_id: int | None
    start: int
    end: int
    chars: int

    def to_dict(self) -> Json:
        """Return the JSON form."""
        data: Json = {"blockId": self.block_id, "itemId": self.item_id}
        if self.sub_item_id is not None:
            data["subItemId"] = self.sub_item_id
        return data | {"start": self.start, "end": self.end, "chars": self.chars}


class _Writer:
    """Collects the layout and remembers where each piece went."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self.spans: list[PieceSpan] = []

    def write(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def write_piece(self, piece: SelectedPiece) -> None:
        start = self._length
        self.write(piece.content)
        self.spans.append(
            PieceSpan(
                piece.block_id,
                piece.item_id,
                piece.sub_item_id,
                start,
                self._length,
                self._length - start,
            )
        )

    def text(self) -> str:
        return "".join(self._parts)


def plain(pieces: Sequence[SelectedPiece]) -> tuple[str, list[PieceSpan]]:
    """Lay out contents as they are, one blank line between them."""
    writer = _Writer()
    for index, piece in enumerate(pieces):
        writer.write(_blank_line(index))
        writer.write_piece(piece)
    return writer.text(), writer.spans


class _Wrapper(NamedTuple):
    """A heading and the name of the tag below it."""

    heading: str
    tag: str


class _Run(NamedTuple):
    """Consecutive pieces of one block, with the wrappers around them."""

    wrapper: _Wrapper
    pieces: list[tuple[_Wrapper, SelectedPiece]]


def wrapped(pieces: Sequence[SelectedPiece]) -> tuple[str, list[PieceSpan]]:
    """Lay out pieces under headings and in tags: one wrapper for each run of the same block.

    Between a tag and its closing tag that closing tag occurs nowhere else, neither in a content
    nor in a heading, nor as the tag of something inside.
    """
    if not pieces:
        return "", []
    # Names are found from the inside out: a wrapper must know all that will stand in it.
    runs = [_run(list(run)) for _, run in groupby(pieces, key=lambda piece: piece.block_id)]
    inner = {run.wrapper.tag for run in runs}
    inner.update(wrapper.tag for run in runs for wrapper, _ in run.pieces)
    outer = free_tag_name("Context", [piece.content for piece in pieces], inner)
    writer = _Writer()
    writer.write(f"### Context:\n<{outer}>\n")
    for index, ((heading, tag), run_pieces) in enumerate(runs):
        writer.write(f"{_blank_line(index)}{heading}\n<{tag}>\n")
        for place, ((piece_heading, piece_tag), piece) in enumerate(run_pieces):
            writer.write(f"{_blank_line(place)}{piece_heading}\n<{piece_tag}>\n")
            writer.write_piece(piece)
            writer.write(f"\n</{piece_tag}>")
        writer.write(f"\n</{tag}>")
    writer.write(f"\n</{outer}>")
    return writer.text(), writer.spans


def _run(pieces: list[SelectedPiece]) -> _Run:
    wrappers = [_around(piece) for piece in pieces]
    block = pieces[0]
    fallback = f"block-{block.block_id}"
    tag = free_tag_name(
        tag_name(block.block_title, fallback),
        [piece.content for piece in pieces],
        {wrapper.tag for wrapper in wrappers},
    )
    heading = f"### {heading_title(block.block_title, fallback)}"
    return _Run(_Wrapper(heading, tag), list(zip(wrappers, pieces, strict=True)))


def _around(piece: SelectedPiece) -> _Wrapper:
    if piece.sub_item_id is None:
        marks, title, fallback = "###", piece.item_title, f"item-{piece.item_id}"
    else:
        marks, title, fallback = "####", piece.sub_item_title, f"subitem-{piece.sub_item_id}"
    tag = free_tag_name(tag_name(title, fallback), [piece.content])
    return _Wrapper(f"{marks} {heading_title(title, fallback)}", tag)


def _blank_line(place: int) -> str:
    """Return what stands before the piece at this place: nothing before the first."""
    return "\n\n" if place else ""
