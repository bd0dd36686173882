"""The history of a project on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from promptyflow_server.http.models import Page, WireModel
from promptyflow_server.projects.schemas import Absent

Kind = Literal[
    "create",
    "copy",
    "import",
    "restore",
    "rename",
    "add",
    "edit",
    "retitle",
    "source",
    "move",
    "delete",
    "select",
    "addPrompt",
    "editPrompt",
    "movePrompt",
    "deletePrompt",
]


class ListHistoryQuery(WireModel):
    """Which part of the list."""

    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(default=None, max_length=200)


class Author(WireModel):
    """Who made a version; the name is null where the account is gone."""

    id: UUID
    name: str | None


class HistoryChange(WireModel):
    """One thing that a version did, without the texts."""

    kind: Kind
    block_id: int | None = Absent
    item_id: int | None = Absent
    sub_item_id: int | None = Absent
    prompt_block_id: int | None = Absent
    title: str | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="What it was called then, or is called now.",
    )
    inserted: int | None = Absent
    deleted: int | None = Absent
    selected: int | None = Absent
    version: int | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="The version that was brought back.",
    )


class HistoryEntry(WireModel):
    """One version: who made it, when, and by which changes; at most 20 of them are told."""

    version: int
    at: datetime
    author: Author
    changes: list[HistoryChange]
    total_changes: int


class HistoryPage(Page[HistoryEntry]):
    """Versions, the newest first."""
