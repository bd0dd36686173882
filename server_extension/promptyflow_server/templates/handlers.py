"""The template library over HTTP."""

from __future__ import annotations

from uuid import UUID

from promptyflow_server.http.call import Call
from promptyflow_server.http.models import Reply
from promptyflow_server.http.routing import Routes
from promptyflow_server.templates.schemas import (
    CreateTemplate,
    ListTemplatesQuery,
    ListTemplateVersionsQuery,
    SearchTemplatesQuery,
    TemplateOut,
    TemplatePage,
    TemplateSearch,
    TemplateUse,
    TemplateVersionOut,
    TemplateVersionPage,
    UpdateTemplate,
)

routes = Routes("Templates")


@routes.get("/api/templates")
async def list_templates(call: Call, query: ListTemplatesQuery) -> TemplatePage:
    """List the library, without contents."""
    return await call.services.templates.page(call.user, query)


@routes.get("/api/templates/search")
async def search_templates(call: Call, query: SearchTemplatesQuery) -> TemplateSearch:
    """Find templates by words of their names and contents."""
    return await call.services.template_search.search(call.user, query)


@routes.post("/api/templates", status=201)
async def create_template(call: Call, body: CreateTemplate) -> Reply[TemplateOut]:
    """Add a template."""
    return await call.services.templates.create(call, body)


@routes.get("/api/templates/{template_id:uuid}")
async def get_template(call: Call, template_id: UUID) -> Reply[TemplateOut]:
    """Return a template with its content."""
    return await call.services.templates.get(call.user, template_id)


@routes.patch("/api/templates/{template_id:uuid}")
async def update_template(
    call: Call, template_id: UUID, body: UpdateTemplate
) -> Reply[TemplateOut]:
    """Change name or content; what was is kept as a version."""
    return await call.services.templates.update(call, template_id, body)


@routes.delete("/api/templates/{template_id:uuid}")
async def delete_template(call: Call, template_id: UUID) -> None:
    """Delete a template with its versions."""
    await call.services.templates.delete(call, template_id)


@routes.post("/api/templates/{template_id:uuid}/use")
async def use_template(call: Call, template_id: UUID) -> Reply[TemplateUse]:
    """Note that the template was put into a prompt."""
    return await call.services.templates.use(call, template_id)


@routes.get("/api/templates/{template_id:uuid}/versions")
async def list_template_versions(
    call: Call, template_id: UUID, query: ListTemplateVersionsQuery
) -> TemplateVersionPage:
    """List every saved version, the newest first, without contents."""
    return await call.services.templates.versions(call.user, template_id, query)


@routes.get("/api/templates/{template_id:uuid}/versions/{version:int}")
async def get_template_version(call: Call, template_id: UUID, version: int) -> TemplateVersionOut:
    """Return one saved version with its content."""
    return await call.services.templates.version(call.user, template_id, version)


@routes.post("/api/templates/{template_id:uuid}/versions/{version:int}/restore")
async def restore_template_version(
    call: Call, template_id: UUID, version: int
) -> Reply[TemplateOut]:
    """Make an old version the newest again."""
    return await call.services.templates.restore(call, template_id, version)
