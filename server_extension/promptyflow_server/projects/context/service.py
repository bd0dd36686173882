"""The rules of context blocks: who may change them, how, and what is told."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from promptyflow_lab.domain.model import read_context_blocks
from promptyflow_server.projects.access import access
from promptyflow_server.projects.context.operations import Operations
from promptyflow_server.projects.context.replacement import append_block, replace_context
from promptyflow_server.projects.context.repository import NodeRepository
from promptyflow_server.projects.context.schemas import (
    BlockStats,
    ContextChanged,
    ContextStats,
    Moved,
    NamedTokens,
    NodeContent,
    NodeIds,
    NodeState,
    NodeTokens,
    TokensOfNodes,
)
from promptyflow_server.projects.context.text_repository import TextRepository
from promptyflow_server.projects.context.tree import ContextTree
from promptyflow_server.projects.importing.schemas import BlockAdded
from promptyflow_server.projects.records import ROOT, Key
from promptyflow_server.projects.schemas import SourceOut, summary
from promptyflow_server.shared.errors import NotFound, ValidationError

if TYPE_CHECKING:
    from uuid import UUID

    from promptyflow_lab.domain import ContextBlock
    from promptyflow_server.ai.counting import Counting
    from promptyflow_server.http.call import Call, User
    from promptyflow_server.http.models import Reply
    from promptyflow_server.projects.context.schemas import PatchContext
    from promptyflow_server.projects.writing import ProjectWriter, Session


class ContextService:
    """Context blocks of projects."""

    def __init__(self, writer: ProjectWriter, counting: Counting) -> None:
        self._writer = writer
        self._counting = counting
        self._database = writer.database

    async def patch(
        self, call: Call, project_id: UUID, body: PatchContext
    ) -> Reply[ContextChanged]:
        """Apply operations, or replace all blocks."""
        operations, documents = body.operations, body.context_blocks
        if (operations is None) == (documents is None):
            raise ValidationError.at("operations", "missing" if operations is None else "invalid")
        blocks: list[ContextBlock] | None = None
        if documents is not None:
            document = {"contextBlocks": documents}
            blocks = await asyncio.to_thread(read_context_blocks, document)

        async def change(session: Session) -> ContextChanged:
            tree = ContextTree(session)
            work = Operations(tree, session.project)
            if blocks is not None:
                await replace_context(tree, blocks)
            else:
                await work.apply(operations or [])
            tree.totals.check(self._writer.limits)
            await tree.flush()
            version = await session.save()
            told, removed = (tree.changed(), tree.removed) if blocks is None else ([], {})
            addresses = work.addresses
            return ContextChanged(
                version=version,
                chars=session.project.chars,
                nodes=[
                    *(NodeState(**node.wire()) for node in told),
                    *(
                        NodeState(**node.wire() | {"chars": 0, "deleted": True})
                        for node in removed.values()
                    ),
                ],
                created={name: NodeIds(**key.wire()) for name, key in addresses.created.items()},
                moved=[
                    Moved.model_validate({"from": old.wire(), "to": new.wire()})
                    for old, new in addresses.moved.items()
                ],
            )

        return await self._writer.write(call, project_id, ContextChanged, change)

    async def append_block(
        self, call: Call, project_id: UUID, block: ContextBlock
    ) -> Reply[BlockAdded]:
        """Add a block with all it holds behind the last one.

        Raises
        ------
        SizeLimitError
            The block or the project would become too large.
        """

        async def change(session: Session) -> BlockAdded:
            tree = ContextTree(session)
            key = Key(session.project.next_block_id)
            await append_block(tree, key, block)
            tree.totals.check(self._writer.limits)
            await tree.flush()
            await session.save()
            return BlockAdded(block_id=key.block_id, project=summary(session.project))

        return await self._writer.write(call, project_id, BlockAdded, change)

    async def node(self, user: User, project_id: UUID, key: Key) -> NodeContent:
        """Return one item or sub-item with its content."""
        async with self._database.read(snapshot=True) as connection:
            project = await access(connection, user, project_id, "view")
            address = (connection, project.owner_id, project.id)
            found = await NodeRepository(*address).nodes([key])
            if not found:
                raise NotFound
            content = await TextRepository(*address).text(key)
        node = found[0]
        return NodeContent(
            id=key.own_id,
            title=node.title,
            content=content,
            chars=node.total,
            version=node.version,
            source=None if node.source is None else SourceOut.model_validate(node.source),
        )

    async def tokens(self, user: User, project_id: UUID, keys: list[Key]) -> TokensOfNodes:
        """Count the tokens of some texts; nothing of the others is read."""
        async with self._database.read() as connection:
            project = await access(connection, user, project_id, "view")
            below = TextRepository(connection, project.owner_id, project.id)
            texts = await below.texts(keys)
        _, counts = await self._counting.families(user, list(texts.values()))
        return TokensOfNodes(
            nodes=[
                NamedTokens(
                    block_id=key.block_id,
                    item_id=key.item_id,
                    sub_item_id=key.sub_item_id or None,
                    tokens=count,
                )
                for key, count in zip(texts, counts, strict=True)
            ]
        )

    async def stats(self, user: User, project_id: UUID, *, tokens: bool) -> ContextStats:
        """Return how much a project's context holds; tokens are counted where they are wanted."""
        texts: dict[Key, str] = {}
        async with self._database.read(snapshot=True) as connection:
            project = await access(connection, user, project_id, "view")
            nodes = NodeRepository(connection, project.owner_id, project.id)
            blocks = await nodes.blocks()
            sub_items = await nodes.sub_items_by_block()
            if tokens:
                with_children = {node.key for node in await nodes.all_nodes() if node.children}
                below = TextRepository(connection, project.owner_id, project.id)
                texts = {
                    key: text
                    for key, text in (await below.texts_below(ROOT)).items()
                    if key not in with_children
                }
        stats = ContextStats(
            total_blocks=project.blocks,
            total_items=project.items,
            total_sub_items=project.sub_items,
            total_chars=project.chars,
            largest_block_chars=max((block.total for block in blocks), default=0),
            blocks=[
                BlockStats(
                    id=block.key.block_id,
                    title=block.title,
                    items=block.children,
                    sub_items=sub_items.get(block.key.block_id, 0),
                    chars=block.total,
                )
                for block in blocks
            ],
        )
        if tokens:
            stats.tokens, counts = await self._counting.families(user, list(texts.values()))
            told: dict[int, list[NodeTokens]] = {}
            for (block_id, item_id, sub_item_id), count in zip(texts, counts, strict=True):
                node = NodeTokens(item_id=item_id, sub_item_id=sub_item_id or None, tokens=count)
                told.setdefault(block_id, []).append(node)
            for block in stats.blocks:
                block.nodes = told.get(block.id, [])
                block.tokens = sum(node.tokens for node in block.nodes)
        return stats
