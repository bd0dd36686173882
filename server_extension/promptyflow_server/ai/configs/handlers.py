"""Endpoints of model configurations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from promptyflow_server.ai.configs.schemas import (
    ConfigParameters,
    CreateConfig,
    ModelConfig,
    UpdateConfig,
)
from promptyflow_server.http.call import Call
from promptyflow_server.http.models import Page, Reply
from promptyflow_server.http.routing import Routes

if TYPE_CHECKING:
    from sqlalchemy import Row

routes = Routes("ai")


@routes.get("/ai/configs")
async def list_configs(call: Call) -> Page[ModelConfig]:
    """List one's model configurations, by name."""
    rows = await call.services.configs.all(call.user)
    return Page[ModelConfig](items=[_config(row) for row in rows])


@routes.post("/ai/configs", status=201)
async def create_config(call: Call, body: CreateConfig) -> Reply[ModelConfig]:
    """Make a model configuration."""
    config = _config(await call.services.configs.create(call.user, body))
    return Reply(config, 201, location=f"/ai/configs/{config.id}")


@routes.patch("/ai/configs/{config_id:uuid}")
async def update_config(call: Call, config_id: UUID, body: UpdateConfig) -> ModelConfig:
    """Change a model configuration."""
    return _config(await call.services.configs.change(call.user, config_id, body))


@routes.delete("/ai/configs/{config_id:uuid}")
async def delete_config(call: Call, config_id: UUID) -> None:
    """Delete a model configuration."""
    await call.services.configs.remove(call.user, config_id)


def _config(row: Row[Any]) -> ModelConfig:
    return ModelConfig(
        id=row.id,
        name=row.name,
        provider=row.provider,
        model=row.model,
        parameters=ConfigParameters.model_validate(row.parameters),
        is_default=row.is_default,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
