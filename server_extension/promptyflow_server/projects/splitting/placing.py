"""Where the parts of a text go: beside it or into it, and what becomes of the original."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptyflow_server.projects.records import Key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from promptyflow_server.projects.context.tree import ContextTree
    from promptyflow_server.projects.prompts.sheet import PromptSheet
    from promptyflow_server.projects.splitting.planning import Part, Plan
    from promptyflow_server.projects.splitting.schemas import SplitNode

_ITEM, _SUB_ITEM = 2, 3


@dataclass(frozen=True, slots=True)
class Placed:
    """The nodes that hold the parts, and where the source has gone if it moved."""

    parts: list[Key]
    source: Key


async def place_parts(
    tree: ContextTree, sheet: PromptSheet, plan: Plan, parts: Sequence[Part], body: SplitNode
) -> Placed:
    """Make nodes of the chosen parts.

    They stand right behind the source, or in it behind what is there already. If the original is
    not kept, the chosen parts leave its text; what was not chosen stays in it. A source that would
    be left with nothing becomes the first part itself, unless it is what the parts are put into.
    Prompts that select it take the parts in its place.
    """
    source = plan.key
    holds_parts = body.into == "subItems" and source.depth == _ITEM
    goes_up = body.into == "items" and source.depth == _SUB_ITEM
    is_used_up = not body.keep_original and len(parts) == len(plan.spans)
    is_first_part = is_used_up and not holds_parts
    if is_first_part:
        await tree.rename(source, parts[0].title)
        await tree.write(source, parts[0].text)
    elif not body.keep_original:
        await tree.write(source, "" if is_used_up else _without(plan.text, parts))
    if not body.keep_original:
        # What was captured is not what stands here any more: a refresh would bring it all back.
        await tree.set_source(source, None)
    if is_first_part and goes_up:
        source = await _move_up(tree, source)
    made = await _insert(tree, source, parts[1:] if is_first_part else parts, body)
    await tree.flush()
    if not body.keep_original:
        await _select(sheet, source, made, keep_source=not (is_used_up and holds_parts))
    return Placed([source, *made] if is_first_part else made, source)


def _without(text: str, parts: Sequence[Part]) -> str:
    kept, before = [], 0
    for part in parts:
        kept.append(text[before : part.start])
        before = part.start + len(part.text)
    return "".join([*kept, text[before:]])


async def _move_up(tree: ContextTree, sub_item: Key) -> Key:
    """Make an item of a sub-item, behind the one it was in."""
    item = sub_item.parent
    block = await tree.get(item.parent)
    target = block.key.child(block.next_child_id)
    await tree.rekey(sub_item, target, item.own_id)
    return target


async def _insert(
    tree: ContextTree, source: Key, parts: Sequence[Part], body: SplitNode
) -> list[Key]:
    after: int | None
    if body.into == "items":
        item = source if source.depth == _ITEM else source.parent
        parent, after = item.parent, item.own_id
    elif source.depth == _ITEM:
        parent, after = source, (await tree.order(source)).last
    else:
        parent, after = source.parent, source.own_id
    next_id = (await tree.get(parent)).next_child_id
    keys = [parent.child(next_id + place) for place in range(len(parts))]
    if keys:
        await tree.insert_all(keys, [(part.title, part.text) for part in parts], after)
    return keys


async def _select(
    sheet: PromptSheet, source: Key, made: Sequence[Key], *, keep_source: bool
) -> None:
    """Let the prompts that select the source go on with the same text."""
    for prompt in await sheet.selecting(source):
        pieces: list[Key] = []
        for block_id, item_id, sub_item_id, _ in await sheet.selected(prompt):
            piece = Key(block_id, item_id, sub_item_id)
            if piece != source or keep_source:
                pieces.append(piece)
            if piece == source:
                pieces += made
        await sheet.select(prompt, [(*piece, n) for n, piece in enumerate(pieces, start=1)])
