"""A whole project put together from its rows: for the wire, and as the domain knows it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from promptyflow_lab.domain import (
    ContextBlock,
    ContextItem,
    ProjectData,
    PromptBlock,
    SelectedContext,
    Source,
    SubItem,
)
from promptyflow_server.projects.context.repository import NodeRepository
from promptyflow_server.projects.context.text_repository import TextRepository
from promptyflow_server.projects.prompts.repository import PromptRepository
from promptyflow_server.projects.records import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from promptyflow_server.projects.context.nodes import Node
    from promptyflow_server.projects.prompts.records import Prompt, Selected
    from promptyflow_server.projects.records import Key, ProjectRecord


@dataclass(frozen=True, slots=True)
class ProjectRows:
    """All rows of a project; `texts` is None for an outline."""

    children: Mapping[tuple[int, int, int], Sequence[Node]]
    texts: Mapping[Key, str] | None
    prompts: Sequence[Prompt]
    selected: Mapping[int, Sequence[Selected]]

    def text(self, node: Node) -> str:
        """Return a node's text."""
        return (self.texts or {}).get(node.key, "")

    def below(self, key: Key) -> Sequence[Node]:
        """Return a node's children in their order."""
        return self.children.get(key, ())


async def read_rows(
    connection: AsyncConnection, project: ProjectRecord, *, contents: bool
) -> ProjectRows:
    """Read a project, in a transaction that sees one state of it."""
    address = (connection, project.owner_id, project.id)
    prompts = PromptRepository(*address)
    children: defaultdict[tuple[int, int, int], list[Node]] = defaultdict(list)
    for node in await NodeRepository(*address).all_nodes():
        block_id, item_id, sub_item_id = node.key  # of thousands: `Key.parent` takes its time
        parent = (block_id, item_id if sub_item_id else 0, 0) if item_id else ROOT
        children[parent].append(node)
    for nodes in children.values():
        nodes.sort(key=attrgetter("position"))
    return ProjectRows(
        children=children,
        texts=await TextRepository(*address).texts_below(ROOT) if contents else None,
        prompts=await prompts.all(),
        selected=await prompts.selected(),
    )


def wire_data(rows: ProjectRows) -> dict[str, Any]:
    """Return the project as the contract shows it, with sizes and versions."""
    return {
        "contextBlocks": [
            {
                "id": block.key.own_id,
                "title": block.title,
                "chars": block.total,
                "version": block.version,
                "items": [
                    {
                        **_wire_node(item, rows),
                        "contentChars": item.chars,
                        "subItems": [_wire_node(sub, rows) for sub in rows.below(item.key)]
                        if item.children
                        else [],
                    }
                    for item in rows.below(block.key)
                ],
            }
            for block in rows.below(ROOT)
        ],
        "promptBlocks": [_wire_prompt(prompt, rows) for prompt in rows.prompts],
    }


def domain_data(rows: ProjectRows) -> ProjectData:
    """Return the project as the domain knows it."""
    return ProjectData(
        [
            ContextBlock(
                block.key.own_id,
                block.title,
                [
                    ContextItem(
                        item.key.own_id,
                        item.title,
                        rows.text(item),
                        [
                            SubItem(sub.key.own_id, sub.title, rows.text(sub), _source(sub))
                            for sub in rows.below(item.key)
                        ],
                        _source(item),
                    )
                    for item in rows.below(block.key)
                ],
            )
            for block in rows.below(ROOT)
        ],
        [
            PromptBlock(
                prompt.id,
                prompt.title,
                prompt.template,
                prompt.wrap_in_tags,
                [
                    SelectedContext(block_id, item_id, sub_item_id or None, order)
                    for block_id, item_id, sub_item_id, order in rows.selected.get(prompt.id, ())
                ],
                prompt.variables,
                None if prompt.template_id is None else str(prompt.template_id),
                None if prompt.config_id is None else str(prompt.config_id),
            )
            for prompt in rows.prompts
        ],
    )


def _wire_node(node: Node, rows: ProjectRows) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": node.key.own_id,
        "title": node.title,
        "chars": node.total,
        "version": node.version,
    }
    if node.source is not None:
        told["source"] = node.source
    if rows.texts is not None:
        told["content"] = rows.text(node)
    return told


def _wire_prompt(prompt: Prompt, rows: ProjectRows) -> dict[str, Any]:
    return {
        "id": prompt.id,
        "title": prompt.title,
        "template": prompt.template,
        "wrapInTags": prompt.wrap_in_tags,
        "variables": prompt.variables,
        "templateId": prompt.template_id,
        "modelConfigId": prompt.config_id,
        "version": prompt.version,
        "selectedContext": [
            {
                "blockId": block_id,
                "itemId": item_id,
                "subItemId": sub_item_id or None,
                "order": order,
            }
            for block_id, item_id, sub_item_id, order in rows.selected.get(prompt.id, ())
        ],
    }


def _source(node: Node) -> Source | None:
    return None if node.source is None else Source.from_dict(node.source)
