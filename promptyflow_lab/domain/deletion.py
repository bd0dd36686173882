"""Deleting a node of a project: its selections leave every prompt with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .errors import DocumentError
from .model import ProjectData
from .selection import without_node

if TYPE_CHECKING:
    from .model import ContextBlock, ContextItem


def delete_node(
    project: ProjectData, block_id: int, item_id: int | None = None, sub_item_id: int | None = None
) -> ProjectData:
    """Return the project without a block, an item or a sub-item; `project` stays as it was.

    Raises
    ------
    DocumentError
        There is no such node.
    """
    if item_id is None:
        gone = _block(project, block_id)
        blocks = [block for block in project.context_blocks if block is not gone]
    else:
        old = _block(project, block_id)
        new = (
            _without_item(old, item_id)
            if sub_item_id is None
            else _without_sub_item(old, item_id, sub_item_id)
        )
        blocks = [new if block is old else block for block in project.context_blocks]
    prompts = [
        replace(
            prompt,
            selected_context=without_node(prompt.selected_context, block_id, item_id, sub_item_id),
        )
        for prompt in project.prompt_blocks
    ]
    return ProjectData(blocks, prompts)


def _without_item(block: ContextBlock, item_id: int) -> ContextBlock:
    gone = _item(block, item_id)
    return replace(block, items=[item for item in block.items if item is not gone])


def _without_sub_item(block: ContextBlock, item_id: int, sub_item_id: int) -> ContextBlock:
    old = _item(block, item_id)
    kept = [sub for sub in old.sub_items if sub.id != sub_item_id]
    if len(kept) == len(old.sub_items):
        raise _unknown(block.id, item_id, sub_item_id)
    new = replace(old, sub_items=kept)
    return replace(block, items=[new if item is old else item for item in block.items])


def _block(project: ProjectData, block_id: int) -> ContextBlock:
    for block in project.context_blocks:
        if block.id == block_id:
            return block
    raise _unknown(block_id)


def _item(block: ContextBlock, item_id: int) -> ContextItem:
    for item in block.items:
        if item.id == item_id:
            return item
    raise _unknown(block.id, item_id)


def _unknown(*ids: int) -> DocumentError:
    kinds = ("blockId", "itemId", "subItemId")
    return DocumentError(
        kinds[len(ids) - 1], "unknown", f"there is no node {'/'.join(map(str, ids))}"
    )
