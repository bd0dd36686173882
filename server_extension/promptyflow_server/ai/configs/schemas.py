"""What the endpoints of model configurations take and give."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from promptyflow_server.http.models import WireModel


class ConfigParameters(WireModel):
    """What is sent with each request; what is left out is the model's own."""

    system: str | None = Field(default=None, max_length=1_000_000)
    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, gt=0, le=1)
    max_tokens: int | None = Field(default=None, ge=1, le=10_000_000)
    json_schema: dict[str, Any] | None = Field(default=None, alias="schema")
    timeout: float | None = Field(default=None, ge=1, le=7200)
    max_cost: float | None = Field(default=None, gt=0, description="US dollars")


class CreateConfig(WireModel):
    """A new configuration."""

    name: str = Field(min_length=1, max_length=200)
    provider: str = Field(min_length=1, max_length=100)
    model: str = Field(min_length=1, max_length=300)
    parameters: ConfigParameters = Field(default_factory=ConfigParameters)
    is_default: bool = False


class UpdateConfig(WireModel):
    """What changes; what is left out stays. Parameters are replaced as a whole."""

    name: str | None = Field(default=None, min_length=1, max_length=200)
    provider: str | None = Field(default=None, min_length=1, max_length=100)
    model: str | None = Field(default=None, min_length=1, max_length=300)
    parameters: ConfigParameters | None = None
    is_default: bool | None = None


class ModelConfig(WireModel):
    """A model with parameters, under a name."""

    id: UUID
    name: str
    provider: str
    model: str
    parameters: ConfigParameters
    is_default: bool
    created_at: datetime
    updated_at: datetime
