"""Prompt blocks on the wire: operations, compiling, and what they answer."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from promptyflow_lab.domain.reading import MAX_ID
from promptyflow_server.http.models import WireModel
from promptyflow_server.projects.context.schemas import MOST_OPERATIONS, SpliceIn
from promptyflow_server.projects.schemas import Absent, ClientId, IdOrRef, NodeId, SelectedOut
from promptyflow_server.tokens.schemas import TokenCount


class SelectedIn(WireModel):
    """One selected piece; without `order` its place in the list counts."""

    block_id: NodeId
    item_id: NodeId
    sub_item_id: NodeId | None = None
    order: int | None = Field(default=None, ge=0, le=MAX_ID)


class AddPrompt(WireModel):
    """Add a prompt behind another one; null: the first place, left out: the last."""

    op: Literal["addPrompt"]
    title: str | None = None
    template: str = ""
    wrap_in_tags: bool = True
    variables: dict[str, str] | None = None
    template_id: UUID | None = None
    model_config_id: UUID | None = None
    selected_context: list[SelectedIn] | None = None
    after: IdOrRef | None = None
    client_id: ClientId | None = None


class UpdatePrompt(WireModel):
    """Change what a prompt says; with `version` only if it is still as it was then."""

    op: Literal["update"]
    prompt_block_id: IdOrRef
    title: str | None = None
    template: str | None = None
    splice: SpliceIn | None = None
    wrap_in_tags: bool | None = None
    variables: dict[str, str] | None = None
    template_id: UUID | None = None
    model_config_id: UUID | None = None
    version: int | None = Field(default=None, ge=1)


class DuplicatePrompt(WireModel):
    """Copy a prompt with what it selects; without `after` the copy stands behind it."""

    op: Literal["duplicate"]
    prompt_block_id: IdOrRef
    title: str | None = None
    after: IdOrRef | None = None
    client_id: ClientId | None = None


class MovePrompt(WireModel):
    """Move a prompt behind another one; null: the first place, left out: the last."""

    op: Literal["move"]
    prompt_block_id: IdOrRef
    after: IdOrRef | None = None


class DeletePrompt(WireModel):
    """Delete a prompt."""

    op: Literal["delete"]
    prompt_block_id: IdOrRef


class SelectContext(WireModel):
    """Set what a prompt selects."""

    op: Literal["select"]
    prompt_block_id: IdOrRef
    selected_context: list[SelectedIn]


PromptOperation = Annotated[
    AddPrompt | UpdatePrompt | DuplicatePrompt | MovePrompt | DeletePrompt | SelectContext,
    Field(discriminator="op"),
]


class PatchPrompts(WireModel):
    """Either every prompt anew, or operations that are applied in order, all or nothing."""

    prompt_blocks: list[Any] | None = None
    operations: list[PromptOperation] | None = Field(default=None, max_length=MOST_OPERATIONS)


class PromptIds(WireModel):
    """The id that names a prompt."""

    prompt_block_id: int


class PromptState(PromptIds):
    """A prompt that was changed."""

    version: int
    title: str
    deleted: bool | None = Absent


class PromptsChanged(WireModel):
    """What has become of the prompts."""

    version: int
    prompts: list[PromptState]
    created: dict[str, PromptIds]


class CompilePrompt(WireModel):
    """Which prompt, and with what instead of its own settings."""

    prompt_block_id: NodeId
    wrap_in_tags: bool | None = None
    variables: dict[str, str] | None = None
    template: str | None = Field(
        default=None, max_length=1_000_000, description="{{context}} gives the context alone."
    )
    model: str | None = Field(
        default=None, min_length=1, max_length=300, description="Tell the tokens for this model."
    )
    provider: str | None = Field(
        default=None, max_length=100, description="Of the model; left out: as its id tells."
    )
    most_chars: int | None = Field(
        default=None, ge=0, description="Return no more than the beginning of the text."
    )


class Piece(WireModel):
    """Where a selected piece stands in the compiled text, in code points."""

    block_id: int
    item_id: int
    sub_item_id: int | None = Absent
    start: int
    end: int
    chars: int
    tokens: int | None = Absent
    share: float | None = Absent


class CompiledPrompt(WireModel):
    """The exact text that will be sent, and what is worth knowing about it.

    With ``mostChars`` asked for, ``compiled`` may be its beginning only; ``totalChars`` and all
    else are those of the whole text.
    """

    compiled: str
    context_chars: int
    template_chars: int
    total_chars: int
    pieces: list[Piece]
    unresolved: list[SelectedOut]
    missing_variables: list[str]
    context_unused: bool
    sha256: str
    tokens: TokenCount | None = Absent
