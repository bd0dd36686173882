"""Endpoints of a project's history."""

from __future__ import annotations

from uuid import UUID

from promptyflow_server.http.call import Call
from promptyflow_server.http.models import Reply
from promptyflow_server.http.routing import Routes
from promptyflow_server.projects.history.schemas import HistoryPage, ListHistoryQuery
from promptyflow_server.projects.schemas import ProjectSummary

routes = Routes("History")


@routes.get("/api/projects/{project_id:uuid}/history")
async def list_history(call: Call, project_id: UUID, query: ListHistoryQuery) -> HistoryPage:
    """List versions with author, time and what was changed, the newest first."""
    return await call.services.history.page(call.user, project_id, query)


@routes.post("/api/projects/{project_id:uuid}/history/{version:int}/restore")
async def restore_version(call: Call, project_id: UUID, version: int) -> Reply[ProjectSummary]:
    """Make the project what it was at a version, as a new version."""
    return await call.services.history.restore(call, project_id, version)
