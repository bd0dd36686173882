"""What prompts select, as today's documents tell it and as those of the ancestors told it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from promptyflow_lab.domain.errors import DocumentError
from promptyflow_lab.domain.model import SelectedContext
from promptyflow_lab.domain.reading import MAX_ID, at, read_id, read_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from promptyflow_lab.domain.model import NodeKey

Address = tuple[int, ...]
"""Ids as a document tells them: block, item, and sub-item where there is one."""

_SUB_ITEM: Final = re.compile(r"([0-9]{1,16})\.([0-9]{1,16})")
_PLACE: Final = re.compile(r"([0-9]{1,16})-([0-9]{1,16})(?:-([0-9]{1,16}))?")


def whole_number(value: object) -> int | None:
    """Return an id, or None for what is none."""
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_ID:
        return value
    return None


def named_pieces(prompt: object) -> Iterator[Address]:
    """Yield the addresses that a prompt of today's form names, whether or not they are there."""
    selected = prompt.get("selectedContext") if isinstance(prompt, dict) else None
    for entry in selected if isinstance(selected, list) else ():
        address = _address(entry)
        if address is not None:
            yield address


def selected_now(prompt: Mapping[str, object], homes: Mapping[Address, NodeKey]) -> object:
    """Return the selection of a prompt of today's form, naming what now has other ids."""
    selected = prompt.get("selectedContext")
    if not isinstance(selected, list):
        return selected
    return [_moved(entry, homes) for entry in selected]


def selected_then(
    prompt: Mapping[str, object], path: str, homes: Mapping[Address, NodeKey]
) -> list[dict[str, object]]:
    """Return the selection of a prompt of an ancestor, in today's form.

    The order is that of ``selectionOrder`` as far as it goes; what it does not tell follows, each
    block's items before its sub-items. What is not there is left out.

    Raises
    ------
    DocumentError
        A list or an id is not as it should be.
    """
    chosen = dict.fromkeys(_chosen(prompt, at(path, "selectedContexts")))
    order = list(_ordered(prompt, at(path, "selectionOrder")))
    told = [address for address in order if not chosen or address in chosen]
    pieces = dict.fromkeys(homes[a] for a in (*told, *chosen) if a in homes)
    return [SelectedContext(*key, order=place).to_dict() for place, key in enumerate(pieces)]


def _chosen(prompt: Mapping[str, object], path: str) -> Iterator[Address]:
    for index, entry in enumerate(_list(prompt, "selectedContexts", path)):
        place = at(path, index)
        told = read_object(entry, place)
        block = read_id(told, "blockId", place)
        items = at(place, "itemIds")
        for number, own_id in enumerate(_list(told, "itemIds", items)):
            if whole_number(own_id) is None:
                raise DocumentError(at(items, number), "id", "must be a positive integer")
            yield (block, int(str(own_id)))
        subs = at(place, "subItemIds")
        for number, name in enumerate(_list(told, "subItemIds", subs)):
            match = _SUB_ITEM.fullmatch(name) if isinstance(name, str) else None
            if match is None:
                raise DocumentError(at(subs, number), "piece", 'must be of the form "item.subItem"')
            yield (block, int(match[1]), int(match[2]))


def _ordered(prompt: Mapping[str, object], path: str) -> Iterator[Address]:
    for index, name in enumerate(_list(prompt, "selectionOrder", path)):
        if not isinstance(name, str):
            raise DocumentError(at(path, index), "type", "must be a string")
        match = _PLACE.fullmatch(name)
        if match is not None:
            yield tuple(int(part) for part in match.groups() if part is not None)


def _list(data: Mapping[str, object], key: str, path: str) -> list[object]:
    value = data.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise DocumentError(path, "type", "must be a list")
    return value


def _address(entry: object) -> Address | None:
    if not isinstance(entry, dict):
        return None
    ids = [whole_number(entry.get(key)) for key in ("blockId", "itemId")]
    if entry.get("subItemId") is not None:
        ids.append(whole_number(entry["subItemId"]))
    known = tuple(own_id for own_id in ids if own_id is not None)
    return known if len(known) == len(ids) else None


def _moved(entry: object, homes: Mapping[Address, NodeKey]) -> object:
    address = _address(entry)
    home = None if address is None else homes.get(address)
    if home is None or not isinstance(entry, dict) or home == _padded(address):
        return entry
    block_id, item_id, sub_item_id = home
    return {**entry, "blockId": block_id, "itemId": item_id, "subItemId": sub_item_id}


def _padded(address: Address | None) -> tuple[int | None, ...]:
    ids = (*(address or ()), None)
    return ids[:3]
