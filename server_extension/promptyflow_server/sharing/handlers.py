"""Endpoints of sharing."""

from __future__ import annotations

from uuid import UUID

from promptyflow_server.http.call import Call
from promptyflow_server.http.models import Reply
from promptyflow_server.http.routing import Routes
from promptyflow_server.projects.schemas import ListProjectsQuery, ProjectPage
from promptyflow_server.sharing.schemas import CreateShare, ShareOut, SharePage, UpdateShare

routes = Routes("Sharing")


@routes.get("/api/shares")
async def list_received(call: Call, query: ListProjectsQuery) -> ProjectPage:
    """List the projects that others share with me, the one changed last first."""
    return await call.services.projects.page(call.user, query, own=False)


@routes.get("/api/projects/{project_id:uuid}/shares")
async def list_shares(call: Call, project_id: UUID) -> SharePage:
    """List with whom a project is shared; for its owner."""
    return await call.services.sharing.all(call.user, project_id)


@routes.post("/api/projects/{project_id:uuid}/shares", status=201, may_exist=True)
async def create_share(call: Call, project_id: UUID, body: CreateShare) -> Reply[ShareOut]:
    """Share a project with a person or a group; who has it already has this role from now on."""
    return await call.services.sharing.share(call, project_id, body)


@routes.patch("/api/projects/{project_id:uuid}/shares/{share_id:uuid}")
async def update_share(
    call: Call, project_id: UUID, share_id: UUID, body: UpdateShare
) -> Reply[ShareOut]:
    """Change what somebody may do, at once."""
    return await call.services.sharing.change(call, project_id, share_id, body.role)


@routes.delete("/api/projects/{project_id:uuid}/shares/{share_id:uuid}")
async def delete_share(call: Call, project_id: UUID, share_id: UUID) -> None:
    """Take a share back, at once."""
    await call.services.sharing.end(call, project_id, share_id)
