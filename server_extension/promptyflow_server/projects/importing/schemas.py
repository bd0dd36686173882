"""Imports on the wire."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field

from promptyflow_server.http.models import WireModel
from promptyflow_server.projects.context.schemas import NodeIds
from promptyflow_server.projects.schemas import Absent, ProjectSummary
from promptyflow_server.templates.schemas import AddedTemplate


class ImportQuery(WireModel):
    """Where a block goes, and what a file is called."""

    project_id: UUID | None = Field(
        default=None, description="The open project: one context block is added to it."
    )
    filename: str | None = Field(
        default=None,
        min_length=1,
        max_length=1_000,
        description="What a text is called, where the body is nothing but the text.",
    )


class ImportTemplatesQuery(WireModel):
    """What a file is called."""

    filename: str | None = Field(default=None, min_length=1, max_length=1_000)


class Imported(WireModel):
    """What was recognised, and what has become of it."""

    recognised: Literal["promptyflow", "saas", "desktop", "contextBlock", "templates"] = Field(
        description=(
            "`promptyflow`: an export of ours; `saas`, `desktop`: a project of an ancestor;"
            " `contextBlock`: one block, added to the project; `templates`: texts."
        )
    )
    project: ProjectSummary | None = Absent
    block: NodeIds | None = Absent
    templates: list[AddedTemplate] | None = Absent


class BlockAdded(WireModel):
    """A block that was added to a project, and the project as it is then."""

    block_id: int
    project: ProjectSummary
