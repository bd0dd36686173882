"""Replacing the whole context: found out what differs, so that everything else stays untouched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptyflow_server.projects.positions import kept_in_place
from promptyflow_server.projects.records import ROOT, Key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from promptyflow_lab.domain import ContextBlock, ContextItem, SubItem
    from promptyflow_server.projects.context.tree import ContextTree

    Document = ContextBlock | ContextItem | SubItem


async def replace_context(tree: ContextTree, blocks: Sequence[ContextBlock]) -> None:
    """Make the tree what the document says. Nodes are the same if their ids are."""
    await tree.load_all()
    await _replace_children(tree, ROOT, blocks)


async def append_block(tree: ContextTree, key: Key, block: ContextBlock) -> None:
    """Add a block with all it holds behind the last one; taken back in one step."""
    with tree.as_one([{"op": "remove", "node": key}]):
        await _insert(tree, key, block, (await tree.order(ROOT)).last)
        await _replace_children(tree, key, block.items)


async def _replace_children(tree: ContextTree, parent: Key, wanted: Sequence[Document]) -> None:
    order = await tree.order(parent)
    ids = {document.id for document in wanted}
    gone = [parent.child(own_id) for own_id in order.ids if own_id not in ids]
    if gone:
        await tree.remove_all(gone)
    known = [document.id for document in wanted if document.id in order.positions]
    kept = {known[place] for place in kept_in_place([order.positions[own] for own in known])}
    after: int | None = None
    for document in wanted:
        key = parent.child(document.id)
        if document.id not in order.positions:
            await _insert(tree, key, document, after)
        else:
            if document.id not in kept:
                await tree.place(key, after)
            await _update(tree, key, document)
        after = document.id
        await _replace_children(tree, key, _children(document))


async def _insert(tree: ContextTree, key: Key, document: Document, after: int | None) -> None:
    content = "" if key.depth == 1 else document.content  # type: ignore[union-attr]
    await tree.insert(key, document.title, content, _source(document), after)


async def _update(tree: ContextTree, key: Key, document: Document) -> None:
    await tree.rename(key, document.title)
    if key.depth > 1:
        await tree.write(key, document.content)  # type: ignore[union-attr]
        await tree.set_source(key, _source(document))


def _source(document: Document) -> dict[str, object] | None:
    source = getattr(document, "source", None)
    return None if source is None else source.to_dict()


def _children(document: Document) -> Sequence[Document]:
    found: Sequence[Document] = getattr(document, "items", getattr(document, "sub_items", ()))
    return found
