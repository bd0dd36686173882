"""Endpoints of context blocks."""

from __future__ import annotations

from uuid import UUID

from promptyflow_server.http.call import Call
from promptyflow_server.http.models import Reply
from promptyflow_server.http.routing import Routes
from promptyflow_server.projects.context.schemas import (
    ContextChanged,
    ContextStats,
    FileMoved,
    NodeContent,
    PatchContext,
    SourcesMoved,
    StatsQuery,
    TokensOfNodes,
    TokensQuery,
)
from promptyflow_server.projects.records import Key

routes = Routes("Context blocks")


@routes.patch("/api/projects/{project_id:uuid}/context-blocks")
async def patch_context_blocks(
    call: Call, project_id: UUID, body: PatchContext
) -> Reply[ContextChanged]:
    """Apply operations to the context, or replace all of it."""
    return await call.services.context.patch(call, project_id, body)


@routes.get("/api/projects/{project_id:uuid}/context-blocks/stats")
async def get_context_stats(call: Call, project_id: UUID, query: StatsQuery) -> ContextStats:
    """Tell how much the context holds, in characters and, if that is wanted, in tokens."""
    return await call.services.context.stats(call.user, project_id, tokens=query.tokens)


@routes.get("/api/projects/{project_id:uuid}/context-blocks/tokens")
async def get_context_tokens(call: Call, project_id: UUID, query: TokensQuery) -> TokensOfNodes:
    """Tell how many tokens the texts of some nodes have: of those that have changed."""
    keys = [Key(*map(int, name.split("."))) for name in query.nodes.split(",")]
    return await call.services.context.tokens(call.user, project_id, keys)


@routes.get("/api/projects/{project_id:uuid}/context-blocks/{block:int}/items/{item:int}")
async def get_item(call: Call, project_id: UUID, block: int, item: int) -> NodeContent:
    """Return one item with its content."""
    return await call.services.context.node(call.user, project_id, Key(block, item))


@routes.get(
    "/api/projects/{project_id:uuid}/context-blocks/{block:int}/items/{item:int}/sub-items/{sub:int}"
)
async def get_sub_item(
    call: Call, project_id: UUID, block: int, item: int, sub: int
) -> NodeContent:
    """Return one sub-item with its content."""
    return await call.services.context.node(call.user, project_id, Key(block, item, sub))


@routes.post("/api/sources/moved")
async def move_sources(call: Call, body: FileMoved) -> SourcesMoved:
    """Follow a file or folder that got another name: texts taken from it remember the new one.

    Of all projects of whoever asks, and of no other.
    """
    return await call.services.moving.follow(call, body)
