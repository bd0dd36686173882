"""Endpoints of imports."""

from __future__ import annotations

from promptyflow_server.http.call import Call
from promptyflow_server.http.models import Reply
from promptyflow_server.http.routing import Routes
from promptyflow_server.projects.importing.schemas import (
    Imported,
    ImportQuery,
    ImportTemplatesQuery,
)

routes = Routes("Import")


@routes.post("/api/projects/import", status=201)
async def import_project(call: Call, query: ImportQuery, body: bytes) -> Reply[Imported]:
    """Take in a file, whichever of the known forms it has.

    The body is the file, or a form (`multipart/form-data`) with the file. It is recognised by what
    it holds: a project becomes a project, one context block is added to the project of `projectId`,
    texts and zips of texts become templates. All of it is taken in, or nothing.
    """
    return await call.services.importing.any(call, body, query)


@routes.post("/api/templates/import", status=201)
async def import_templates(call: Call, query: ImportTemplatesQuery, body: bytes) -> Reply[Imported]:
    """Add texts to the template library, whatever they look like: files or zips of files."""
    return await call.services.importing.templates(call, body, query.filename)
