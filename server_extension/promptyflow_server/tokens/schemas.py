"""What is told of a prompt's tokens."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from promptyflow_server.http.models import WireModel


class CostEstimate(WireModel):
    """US dollars, nothing of it taken from a cache."""

    input: float
    output: float | None = Field(description="of an answer of maxTokens; null: no limit was given")
    total: float
    source: Literal["live", "catalogue", "settings"] = Field(description="whose prices these are")


class TokenCount(WireModel):
    """How many tokens a text has for a model."""

    provider: str | None
    model: str
    tokens: int
    exact: bool = Field(description="false: an estimate, to be shown with ≈")
    counted_by: Literal["provider", "server"]
    window: int | None = Field(description="null: not known")
    share: float | None = Field(description="of the window, 1 is all of it")
    max_output: int | None
    cost: CostEstimate | None


class FamilyTokens(WireModel):
    """How many tokens texts have for the models of a family."""

    family: str = Field(description="a provider's id")
    tokens: int
    exact: bool = Field(description="false: an estimate, to be shown with ≈")
