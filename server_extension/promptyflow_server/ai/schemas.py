"""What the AI endpoints take and give."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from promptyflow_server.http.models import ErrorReply, WireModel

Status = Literal["running", "done", "cancelled", "interrupted", "blocked", "failed"]


class ProviderRow(WireModel):
    """A provider, and what it needs to be set up."""

    id: str
    name: str
    needs_key: bool
    needs_base_url: bool
    default_base_url: str | None


class ListModelsQuery(WireModel):
    """Whose models; without a provider those of all that are set up."""

    provider: str | None = Field(default=None, max_length=100)
    refresh: bool = False


class PriceTier(WireModel):
    """Prices of requests with more input tokens than this, for the whole request."""

    above: int
    input: float
    output: float
    cached: float | None = None
    cache_write: float | None = None
    reasoning: float | None = None


class PriceRow(WireModel):
    """US dollars for a million tokens; null: as any other input, or output."""

    input: float
    output: float
    cached: float | None = None
    cache_write: float | None = None
    reasoning: float | None = None
    tiers: list[PriceTier] = Field(default_factory=list)
    source: Literal["live", "catalogue", "settings"]


class ModelRow(WireModel):
    """A model, as far as it is described; null: not known."""

    provider: str
    id: str
    name: str | None
    context_window: int | None
    max_output: int | None
    prices: PriceRow | None
    parameters: list[str] | None = Field(
        description="which of temperature, topP, maxTokens, schema it takes"
    )
    reasoning: bool | None
    retires_at: str | None
    retires_in_days: int | None = Field(description="negative: it has retired")
    exact_tokens: bool = Field(description="its tokens are counted exactly, without asking")
    source: Literal["live", "catalogue", "settings"]


class ModelList(WireModel):
    """The models, and the providers that could not be asked, with the reason."""

    items: list[ModelRow]
    next_cursor: str | None = None
    catalogue_made: str = Field(description="the day of the shipped catalogue")
    errors: dict[str, dict[str, Any]] = Field(default_factory=dict)


class TryConnection(WireModel):
    """A provider, with a key and an address that are not stored yet, or with those that are."""

    provider: str = Field(max_length=100)
    api_key: str | None = Field(default=None, max_length=4096)
    base_url: str | None = Field(default=None, max_length=2000)


class ConnectionTest(WireModel):
    """How a test went."""

    success: bool
    status: Literal["active", "error", "unverified"]
    models: int | None
    error: ErrorReply | None


class SendMessage(WireModel):
    """A message to a model."""

    role: Literal["system", "user", "assistant"]
    content: str = Field(max_length=50_000_000)


class Send(WireModel):
    """A question: messages as they are, a prompt of a project, compiled, or those of a run."""

    provider: str = Field(max_length=100)
    model: str = Field(min_length=1, max_length=300)
    messages: list[SendMessage] | None = Field(default=None, min_length=1, max_length=1000)
    project_id: UUID | None = None
    prompt_block_id: int | None = Field(default=None, ge=1)
    repeat: UUID | None = Field(
        default=None, description="a run: what was sent there is sent again, to the letter"
    )
    variables: dict[str, str] | None = None
    system: str | None = Field(default=None, max_length=10_000_000)
    temperature: float | None = Field(
        default=None, ge=0, le=2, description="left out: the model's own; many models refuse any"
    )
    top_p: float | None = Field(default=None, gt=0, le=1)
    max_tokens: int | None = Field(default=None, ge=1, le=10_000_000)
    json_schema: dict[str, Any] | None = Field(default=None, alias="schema")
    timeout: float | None = Field(default=None, ge=1, le=7200, description="seconds for everything")
    max_cost: float | None = Field(
        default=None,
        gt=0,
        description="US dollars; refused if it may cost more, and the answer ends where they do",
    )
    stream: bool = False


class CountTokens(WireModel):
    """A text, or a prompt of a project, for a model; its provider may be left out if known."""

    model: str = Field(min_length=1, max_length=300)
    provider: str | None = Field(default=None, max_length=100)
    text: str | None = Field(default=None, max_length=50_000_000)
    project_id: UUID | None = None
    prompt_block_id: int | None = Field(default=None, ge=1)
    variables: dict[str, str] | None = None
    system: str | None = Field(default=None, max_length=10_000_000)
    max_tokens: int | None = Field(default=None, ge=1, le=10_000_000)
    exact: bool = Field(default=False, description="ask the provider, if it counts and we do not")


class BudgetRow(WireModel):
    """What a person may spend in this month, and has spent; null: as much as they like."""

    since: datetime
    dollars: float
    dollars_limit: float | None
    tokens: int
    tokens_limit: int | None


class UsageRow(WireModel):
    """Tokens as the provider counts them; what is left out, it does not tell."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    reasoning_tokens: int | None = None


class AnswerRow(WireModel):
    """A whole answer."""

    success: bool
    run_id: UUID
    status: Status
    provider: str
    model: str
    response: str
    reasoning: str | None
    usage: UsageRow | None
    cost: float | None
    cost_source: str | None
    finish_reason: str | None
    duration_ms: int


class ListRunsQuery(WireModel):
    """Which runs."""

    project_id: UUID | None = None
    prompt_block_id: int | None = Field(default=None, ge=1)
    status: Status | None = None
    provider: str | None = Field(default=None, max_length=100)
    model: str | None = Field(default=None, max_length=300)
    q: str | None = Field(
        default=None,
        max_length=200,
        description="words that all occur in what was sent, in the answer or in the titles",
    )
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(default=None, max_length=200)


class RunRow(WireModel):
    """A run in a list: its answer only begins here."""

    id: UUID
    status: Status
    provider: str
    model: str
    project_id: UUID | None
    prompt_block_id: int | None
    prompt_title: str | None
    parameters: dict[str, Any]
    sha256: str | None
    preview: str | None = None
    usage: UsageRow | None
    cost: float | None
    cost_source: str | None
    finish_reason: str | None
    request_id: str | None
    error: ErrorReply | None
    started_at: datetime
    first_output_at: datetime | None
    finished_at: datetime | None
    duration_ms: int | None


class RunDetail(RunRow):
    """A run with exactly what was sent and what came."""

    messages: list[SendMessage] | None
    response: str | None
    reasoning: str | None


class RunReference(WireModel):
    """A run that was started."""

    run_id: UUID
