"""Endpoint of splitting."""

from __future__ import annotations

from uuid import UUID

from promptyflow_server.http.call import Call
from promptyflow_server.http.models import Reply
from promptyflow_server.http.routing import Routes
from promptyflow_server.projects.splitting.schemas import SplitAnswer, SplitNode

routes = Routes("Context blocks")


@routes.post("/api/projects/{project_id:uuid}/context-blocks/split")
async def split_text(call: Call, project_id: UUID, body: SplitNode) -> Reply[SplitAnswer]:
    """Split the text of an item or a sub-item into nodes, or show how it would be split."""
    return await call.services.splitting.split(call, project_id, body)
