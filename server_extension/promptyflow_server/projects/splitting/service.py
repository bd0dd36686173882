"""Splitting a text of the context: shown first, then done as one change that can be undone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from promptyflow_lab.domain import DomainError
from promptyflow_server.http.models import Reply
from promptyflow_server.projects.access import access
from promptyflow_server.projects.conflicts import deleted_node
from promptyflow_server.projects.context.addressing import ID_NAMES, Addresses
from promptyflow_server.projects.context.schemas import Moved, NodeIds, NodeState
from promptyflow_server.projects.context.tree import ContextTree
from promptyflow_server.projects.prompts.sheet import PromptSheet
from promptyflow_server.projects.records import Key
from promptyflow_server.projects.splitting.placing import place_parts
from promptyflow_server.projects.splitting.planning import (
    Plan,
    chosen_parts,
    find_spans,
    preview_of,
)
from promptyflow_server.projects.splitting.schemas import SplitAnswer, SplitApplied
from promptyflow_server.projects.writing import Session
from promptyflow_server.shared.errors import AppError, Conflict, ValidationError

if TYPE_CHECKING:
    from uuid import UUID

    from promptyflow_server.ai.counting import Counting
    from promptyflow_server.ai.gauge import Ruler
    from promptyflow_server.http.call import Call
    from promptyflow_server.projects.context.nodes import Node
    from promptyflow_server.projects.records import ProjectRecord
    from promptyflow_server.projects.splitting.schemas import SplitNode
    from promptyflow_server.projects.writing import ProjectWriter

_AT_ONCE: Final = 2
"""Splits that run at a time: each takes a processor, and previews come as fast as one types."""


class SplitService:
    """Splits texts of projects."""

    def __init__(self, writer: ProjectWriter, counting: Counting) -> None:
        self._writer = writer
        self._counting = counting
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def split(self, call: Call, project_id: UUID, body: SplitNode) -> Reply[SplitAnswer]:
        """Tell the parts, or make nodes of them.

        Raises
        ------
        Conflict
            The node is not of the version that was named, or was deleted.
        """
        if body.preview:
            plan = await self._plan(call, project_id, body)
            preview = await asyncio.to_thread(preview_of, plan, body, call.language)
            return Reply(SplitAnswer(preview))
        # Before the project is locked: a split of millions of characters takes a while. Whether
        # this is a repeat that has its answer already is known only then, so a refusal waits.
        outcome: Plan | AppError | DomainError
        try:
            outcome = await self._plan(call, project_id, body)
        except (AppError, DomainError) as error:
            outcome = error

        async def change(session: Session) -> SplitApplied:
            if not isinstance(outcome, Plan):
                raise outcome
            return await self._apply(call, session, outcome, body)

        reply = await self._writer.write(call, project_id, SplitApplied, change)
        return Reply(SplitAnswer(reply.body), version=reply.version)

    async def _plan(self, call: Call, project_id: UUID, body: SplitNode) -> Plan:
        key = Key(body.block_id, body.item_id, body.sub_item_id or 0)
        async with self._writer.database.read(snapshot=True) as connection:
            project = await access(connection, call.user, project_id, "view")
            tree = ContextTree(Session(connection, project, call.user.id))
            node = await _node(tree, project, key, body.version)
            text = await tree.content(key)
        ruler = await self._ruler(call, body, text)
        async with self._places:
            spans = await asyncio.to_thread(find_spans, text, body, ruler)
        return Plan(key, node.version, node.title, text, spans, ruler)

    async def _ruler(self, call: Call, body: SplitNode, text: str) -> Ruler | None:
        if body.method != "tokens":
            for name, value in (("model", body.model), ("provider", body.provider)):
                if value is not None:
                    raise ValidationError(errors={name: ("not_with", {"method": body.method})})
            return None
        if body.model is None:
            raise ValidationError.at("model", "required")
        return await self._counting.ruler(call.user, body.model, body.provider, text)

    async def _apply(
        self, call: Call, session: Session, plan: Plan, body: SplitNode
    ) -> SplitApplied:
        limits = self._writer.limits
        tree, sheet = ContextTree(session), PromptSheet(session, limits)
        await _node(tree, session.project, plan.key, plan.version)
        parts = chosen_parts(plan, body, call.language)
        placed = await place_parts(tree, sheet, plan, parts, body)
        tree.totals.check(limits)
        await sheet.flush()
        version = await session.save()
        moved = {"from": plan.key.wire(), "to": placed.source.wire()}
        return SplitApplied(
            version=version,
            chars=session.project.chars,
            parts=[NodeIds(**key.wire()) for key in placed.parts],
            nodes=[NodeState(**node.wire()) for node in tree.changed()],
            moved=[Moved.model_validate(moved)] if placed.source != plan.key else [],
        )


async def _node(tree: ContextTree, project: ProjectRecord, key: Key, version: int | None) -> Node:
    """Return a node of this version; any version for None."""
    node = await tree.find(key)
    if node is None:
        if await Addresses(tree, project).was_given(key):
            raise Conflict(version=project.version, nodes=[deleted_node(key)])
        raise ValidationError.at(ID_NAMES[key.depth - 1], "unknown_node")
    if version not in {None, node.version}:
        raise Conflict(version=project.version, nodes=[node.wire()])
    return node
