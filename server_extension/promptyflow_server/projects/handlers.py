"""Endpoints of projects."""

from __future__ import annotations

from uuid import UUID

from promptyflow_server.http.call import Call
from promptyflow_server.http.models import Download, Reply
from promptyflow_server.http.routing import Routes
from promptyflow_server.projects.schemas import (
    CreateProject,
    GetProjectQuery,
    ListProjectsQuery,
    ProjectOut,
    ProjectPage,
    ProjectSummary,
    Undone,
    UpdateProject,
)

routes = Routes("Projects")


@routes.get("/api/projects")
async def list_projects(call: Call, query: ListProjectsQuery) -> ProjectPage:
    """List projects, the one changed last first."""
    return await call.services.projects.page(call.user, query)


@routes.post("/api/projects", status=201)
async def create_project(call: Call, body: CreateProject) -> Reply[ProjectSummary]:
    """Make a project."""
    return await call.services.projects.create_from_document(call, body)


@routes.post("/api/projects/sample", status=201)
async def create_sample(call: Call) -> Reply[ProjectSummary]:
    """Make the sample project of the tour, in the language of the request."""
    return await call.services.projects.create_sample(call)


@routes.get("/api/projects/{project_id:uuid}")
async def get_project(call: Call, project_id: UUID, query: GetProjectQuery) -> Reply[ProjectOut]:
    """Return a whole project, or its outline."""
    contents = query.contents == "all"
    return await call.services.projects.get(call.user, project_id, contents=contents)


@routes.patch("/api/projects/{project_id:uuid}")
async def update_project(
    call: Call, project_id: UUID, body: UpdateProject
) -> Reply[ProjectSummary]:
    """Rename a project, or replace all it holds."""
    return await call.services.projects.update(call, project_id, body)


@routes.delete("/api/projects/{project_id:uuid}")
async def delete_project(call: Call, project_id: UUID) -> None:
    """Delete a project with all it holds."""
    await call.services.projects.delete(call, project_id)


@routes.post("/api/projects/{project_id:uuid}/duplicate", status=201)
async def duplicate_project(call: Call, project_id: UUID) -> Reply[ProjectSummary]:
    """Copy a project under a name of its own."""
    return await call.services.projects.duplicate(call, project_id)


@routes.post("/api/projects/{project_id:uuid}/history/{version:int}/undo")
async def undo_version(call: Call, project_id: UUID, version: int) -> Reply[Undone]:
    """Take back what one version changed, unless that has been changed since."""
    return await call.services.projects.undo(call, project_id, version)


@routes.get("/api/projects/{project_id:uuid}/export")
async def export_project(call: Call, project_id: UUID) -> Download:
    """Return a project as one document that can be imported again."""
    return await call.services.projects.export(call.user, project_id)
