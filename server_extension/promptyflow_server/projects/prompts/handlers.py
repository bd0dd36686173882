"""Endpoints of prompt blocks."""

from __future__ import annotations

from uuid import UUID

from promptyflow_server.http.call import Call
from promptyflow_server.http.models import Reply
from promptyflow_server.http.routing import Routes
from promptyflow_server.projects.prompts.schemas import (
    CompiledPrompt,
    CompilePrompt,
    PatchPrompts,
    PromptsChanged,
)

routes = Routes("Prompt blocks")


@routes.patch("/api/projects/{project_id:uuid}/prompt-blocks")
async def patch_prompt_blocks(
    call: Call, project_id: UUID, body: PatchPrompts
) -> Reply[PromptsChanged]:
    """Apply operations to the prompts, or replace all of them."""
    return await call.services.prompts.patch(call, project_id, body)


@routes.post("/api/projects/{project_id:uuid}/prompt-blocks/compile")
async def compile_prompt_block(call: Call, project_id: UUID, body: CompilePrompt) -> CompiledPrompt:
    """Return the exact text that a prompt sends."""
    return await call.services.prompts.compile(call.user, project_id, body)
