"""Choosing context as in a file manager: what each gesture makes of a selection.

A selection is a list of keys in their order. Every function takes one and returns a new one:
adding appends, removing closes the gap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from .model import NodeKey, SelectedContext

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .model import ContextBlock

TriState = Literal["none", "some", "all"]

Band = Literal["add", "toggle", "remove"]
"""What a rubber band does with the tiles it touched: plain, with Ctrl/Cmd, with Alt."""


class Tile(NamedTuple):
    """What stands for an item or a sub-item in the selector."""

    key: NodeKey
    title: str
    chars: int
    available: bool


def tiles_of(blocks: Iterable[ContextBlock]) -> list[Tile]:
    """Return the tiles of a project in visual order: each item, then its sub-items.

    A tile is available if it has characters, an item's also if it has sub-items.
    """
    tiles: list[Tile] = []
    for block in blocks:
        for item in block.items:
            available = item.chars > 0 or bool(item.sub_items)
            tiles.append(Tile(NodeKey(block.id, item.id), item.title, item.chars, available))
            tiles.extend(
                Tile(NodeKey(block.id, item.id, sub.id), sub.title, sub.chars, sub.chars > 0)
                for sub in item.sub_items
            )
    return tiles


def tiles_under(tiles: Iterable[Tile], block_id: int, item_id: int | None = None) -> list[Tile]:
    """Return the tiles that a header stands for: of a block all, of an item its sub-items."""
    return [
        tile
        for tile in tiles
        if tile.key.block_id == block_id
        and (item_id is None or (tile.key.item_id == item_id and tile.key.sub_item_id is not None))
    ]


def toggle(selection: Sequence[NodeKey], tile: Tile) -> list[NodeKey]:
    """Click on a tile: add it or take it out."""
    return paint(selection, [tile])


def paint(selection: Sequence[NodeKey], entered: Sequence[Tile]) -> list[NodeKey]:
    """Press on a tile and drag over others.

    The first available tile decides whether all are added or removed; each tile gets it once,
    however often it was entered.
    """
    keys = _available(entered)
    if not keys:
        return list(selection)
    return _without(selection, keys) if keys[0] in selection else _with(selection, keys)


def rubber_band(
    selection: Sequence[NodeKey], touched: Iterable[Tile], band: Band = "add"
) -> list[NodeKey]:
    """Draw a band over tiles, given in visual order."""
    keys = _available(touched)
    if band == "add":
        return _with(selection, keys)
    if band == "remove":
        return _without(selection, keys)
    present = set(selection)
    return _with(_without(selection, keys), [key for key in keys if key not in present])


def extend_to(
    selection: Sequence[NodeKey], tiles: Sequence[Tile], anchor: NodeKey | None, target: NodeKey
) -> list[NodeKey]:
    """Shift+click: add all from the tile clicked last to this one, in visual order.

    Without such a tile, or when it is gone, only the target is added.
    """
    places = {tile.key: place for place, tile in enumerate(tiles)}
    end = places[target]
    start = places.get(anchor, end) if anchor is not None else end
    return _with(selection, _available(tiles[min(start, end) : max(start, end) + 1]))


def select_all(tiles: Iterable[Tile]) -> list[NodeKey]:
    """Return everything that is available, in document order."""
    return _available(tiles)


def header_state(selection: Iterable[NodeKey], under: Iterable[Tile]) -> TriState:
    """Return what a header shows for the available tiles under it."""
    keys = _available(under)
    count = len(set(keys).intersection(selection))
    if not count:
        return "none"
    return "all" if count == len(keys) else "some"


def click_header(selection: Sequence[NodeKey], under: Sequence[Tile]) -> list[NodeKey]:
    """Click on a header: none and some become all, all becomes none."""
    keys = _available(under)
    if header_state(selection, under) == "all":
        return _without(selection, keys)
    return _with(selection, keys)


def in_order(selected: Iterable[SelectedContext]) -> dict[NodeKey, SelectedContext]:
    """Return what is selected by ascending order, each piece once, at its first place.

    Equal orders keep the order of the list.
    """
    first: dict[NodeKey, SelectedContext] = {}
    for entry in sorted(selected, key=lambda entry: entry.order):
        first.setdefault(entry.key, entry)
    return first


def keys_of(selected: Iterable[SelectedContext]) -> list[NodeKey]:
    """Return the selection that a prompt keeps."""
    return list(in_order(selected))


def selected_from(selection: Iterable[NodeKey]) -> list[SelectedContext]:
    """Return a selection as a prompt keeps it, numbered from 0 without gaps."""
    return [SelectedContext(*key, order=place) for place, key in enumerate(selection)]


def renumbered(selected: Iterable[SelectedContext]) -> list[SelectedContext]:
    """Return the same selection, numbered from 0 without gaps."""
    return selected_from(keys_of(selected))


def without_node(
    selected: Iterable[SelectedContext],
    block_id: int,
    item_id: int | None = None,
    sub_item_id: int | None = None,
) -> list[SelectedContext]:
    """Return a prompt's selection after a block, an item or a sub-item was deleted.

    With a block go its items, with an item its sub-items; the numbers close up.
    """
    gone = (block_id, item_id, sub_item_id)
    depth = 1 if item_id is None else 2 if sub_item_id is None else 3
    return selected_from(key for key in keys_of(selected) if key[:depth] != gone[:depth])


def _available(tiles: Iterable[Tile]) -> list[NodeKey]:
    return list(dict.fromkeys(tile.key for tile in tiles if tile.available))


def _with(selection: Iterable[NodeKey], keys: Iterable[NodeKey]) -> list[NodeKey]:
    return list(dict.fromkeys((*selection, *keys)))


def _without(selection: Iterable[NodeKey], keys: Iterable[NodeKey]) -> list[NodeKey]:
    gone = set(keys)
    return [key for key in selection if key not in gone]
