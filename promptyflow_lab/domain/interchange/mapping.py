"""From the forms of older versions to today's, and ids that repeat to ids of their own.

What comes out is a document still, each thing at the place where it stood: it is read and checked
as any other, so that a refusal names the place in what was given.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import count
from typing import TYPE_CHECKING, Final

from promptyflow_lab.domain.model import NodeKey
from promptyflow_lab.domain.reading import at

from .selections import named_pieces, selected_now, selected_then, whole_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from promptyflow_lab.domain.source import Json

    from .selections import Address

_BELOW: Final = ("contextBlocks", "items", "subItems")
"""What each level of a context is called in the one above."""


def project_document(data: Mapping[str, object], path: str, *, is_old: bool) -> Json:
    """Return what a project holds as today's document, in which no id occurs twice.

    Parameters
    ----------
    data, path
        The object with ``contextBlocks`` and ``promptBlocks``, and its place.
    is_old
        Prompts select by ``selectedContexts`` and ``selectionOrder``.
    """
    prompts = data.get("promptBlocks")
    numbering = _Numbering(
        piece
        for prompt in (prompts if isinstance(prompts, list) else ())
        for piece in named_pieces(prompt)
    )
    blocks = numbering.children(data.get("contextBlocks"), (), ())
    place = at(path, "promptBlocks")
    if isinstance(prompts, list):
        prompts = [
            _prompt(prompt, own_id, at(place, index), numbering.homes, is_old=is_old)
            for index, (prompt, own_id) in enumerate(zip(prompts, _own_ids(prompts), strict=True))
        ]
    return {"contextBlocks": blocks, "promptBlocks": prompts}


def block_document(document: Mapping[str, object]) -> Json:
    """Return one block with everything in it numbered from 1: nothing else names it."""
    return {**document, "id": 1, "items": _from_one(document.get("items"))}


class _Numbering:
    """Gives ids of their own to what shares one, and remembers where each address now leads.

    Parameters
    ----------
    named
        The addresses that prompts name: what is not there must not come to be there.
    """

    def __init__(self, named: Iterable[Address]) -> None:
        self._named: dict[Address, set[int]] = defaultdict(set)
        for address in named:
            for depth, own_id in enumerate(address):
                self._named[address[:depth]].add(own_id)
        self.homes: dict[Address, NodeKey] = {}
        """For each address of an item or a sub-item, the first that is there."""

    def children(self, value: object, old: Address, new: Address) -> object:
        """Return a list of nodes with ids that occur once; what is no such list as it is."""
        if not isinstance(value, list):
            return value
        ids = _own_ids(value, self._named.get(old, ()))
        return [
            element if own_id is None else self._node(element, own_id, old, new)
            for element, own_id in zip(value, ids, strict=True)
        ]

    def _node(self, element: Json, own_id: int, old: Address, new: Address) -> Json:
        was = whole_number(element["id"])
        old, new = (*old, was or own_id), (*new, own_id)
        if len(new) > 1:
            self.homes.setdefault(old, NodeKey(*new))
        node = {**element, "id": own_id}
        if len(new) < len(_BELOW):
            below = _BELOW[len(new)]
            node[below] = self.children(element.get(below), old, new)
        return node


def _prompt(
    prompt: object,
    own_id: int | None,
    path: str,
    homes: Mapping[Address, NodeKey],
    *,
    is_old: bool,
) -> object:
    if not isinstance(prompt, dict) or own_id is None:
        return prompt
    changed = {**prompt, "id": own_id}
    if not is_old or prompt.get("selectedContext") is not None:
        changed["selectedContext"] = selected_now(prompt, homes)
        return changed
    changed["selectedContext"] = selected_then(prompt, path, homes)
    if prompt.get("wrapInTags") is None and isinstance(prompt.get("wrapWithTags"), bool):
        changed["wrapInTags"] = prompt["wrapWithTags"]
    return changed


def _own_ids(elements: Sequence[object], named: Iterable[int] = ()) -> Iterator[int | None]:
    """Yield the id of each element, another one where it repeats, None where there is none."""
    ids = [whole_number(e.get("id")) if isinstance(e, dict) else None for e in elements]
    taken = {*ids, *named}
    free = (number for number in count(1) if number not in taken)
    seen: set[int] = set()
    for own_id in ids:
        if own_id is not None and own_id in seen:
            yield next(free)
        else:
            yield own_id
            if own_id is not None:
                seen.add(own_id)


def _from_one(value: object) -> object:
    if not isinstance(value, list):
        return value
    return [
        {**element, "id": number, "subItems": _from_one(element.get("subItems"))}
        if isinstance(element, dict)
        else element
        for number, element in enumerate(value, start=1)
    ]
