"""The endpoint of search in a project."""

from __future__ import annotations

from uuid import UUID

from promptyflow_server.http.call import Call
from promptyflow_server.http.routing import Routes
from promptyflow_server.projects.search.schemas import ProjectSearch, SearchProjectQuery

routes = Routes("Search")


@routes.get("/api/projects/{project_id:uuid}/search")
async def search_project(call: Call, project_id: UUID, query: SearchProjectQuery) -> ProjectSearch:
    """Find words in a project: in titles and texts of context and prompts, and in answers."""
    return await call.services.project_search.search(call.user, project_id, query)
