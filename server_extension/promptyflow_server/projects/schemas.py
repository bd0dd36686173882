"""Projects on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Discriminator, Field, Tag

from promptyflow_lab.domain.reading import MAX_ID
from promptyflow_server.http.models import Page, WireModel
from promptyflow_server.projects.records import ProjectRecord, Role


def _is_none(value: object) -> bool:
    return value is None


Absent = Field(default=None, exclude_if=_is_none)
"""A field that is left out where there is nothing to tell."""

NodeId = Annotated[int, Field(ge=1, le=MAX_ID)]
Document = Annotated[
    dict[str, Any],
    Field(
        description="ProjectData: contextBlocks and promptBlocks. `chars` in it is not looked at."
    ),
]


class Ref(WireModel):
    """Something that an earlier operation of the same request adds, by its clientId."""

    ref: str = Field(min_length=1, max_length=200)


def _form(value: object) -> str:
    return "ref" if isinstance(value, dict | Ref) else "id"


IdOrRef = Annotated[Annotated[NodeId, Tag("id")] | Annotated[Ref, Tag("ref")], Discriminator(_form)]
ClientId = Annotated[str, Field(min_length=1, max_length=200)]


class ListProjectsQuery(WireModel):
    """Which projects, and how many of them."""

    q: str = Field(default="", max_length=200, description="A part of the name.")
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(default=None, max_length=200)


class GetProjectQuery(WireModel):
    """How much of a project."""

    contents: Literal["all", "none"] = "all"


class CreateProject(WireModel):
    """A new project, empty or with all it holds."""

    name: str
    data: Document | None = None


class UpdateProject(WireModel):
    """Another name, or everything anew: what is the same as before keeps its version."""

    name: str | None = None
    data: Document | None = None


class Owner(WireModel):
    """Whose a project is."""

    id: UUID
    name: str


class ProjectSummary(WireModel):
    """A project without what it holds; `owner` where it is somebody else's."""

    id: UUID
    name: str
    version: int
    chars: int
    blocks: int
    items: int
    sub_items: int
    prompts: int
    created_at: datetime
    updated_at: datetime
    role: Role
    owner: Owner | None = Absent


class ProjectPage(Page[ProjectSummary]):
    """Projects, the one changed last first."""


class SourceOut(WireModel):
    """Where a content was taken from."""

    kind: str
    reference: str
    content_hash: str
    captured_at: str


class SubItemOut(WireModel):
    """A sub-item; `content` is left out of an outline."""

    id: int
    title: str
    chars: int
    version: int
    source: SourceOut | None = Absent
    content: str | None = Absent


class ItemOut(WireModel):
    """An item: `chars` as it counts, `contentChars` of its own content."""

    id: int
    title: str
    chars: int
    content_chars: int
    version: int
    source: SourceOut | None = Absent
    content: str | None = Absent
    sub_items: list[SubItemOut]


class BlockOut(WireModel):
    """A context block."""

    id: int
    title: str
    chars: int
    version: int
    items: list[ItemOut]


class SelectedOut(WireModel):
    """One selected piece and its place in the order."""

    block_id: int
    item_id: int
    sub_item_id: int | None = Absent
    order: int


class PromptOut(WireModel):
    """A prompt block."""

    id: int
    title: str
    template: str
    wrap_in_tags: bool
    variables: dict[str, str]
    template_id: UUID | None
    model_config_id: UUID | None
    version: int
    selected_context: list[SelectedOut]


class DataOut(WireModel):
    """What a project holds."""

    context_blocks: list[BlockOut]
    prompt_blocks: list[PromptOut]


class ProjectOut(WireModel):
    """A whole project, or its outline."""

    id: UUID
    name: str
    version: int
    chars: int
    created_at: datetime
    updated_at: datetime
    role: Role
    owner: Owner | None = Absent
    data: DataOut


class Undone(WireModel):
    """The project's new version and size."""

    version: int
    chars: int


class Nothing(WireModel):
    """The answer to a deletion, which has no body."""


def summary(project: ProjectRecord) -> ProjectSummary:
    """Return what a list tells of a project."""
    return ProjectSummary(
        **told(project),
        blocks=project.blocks,
        items=project.items,
        sub_items=project.sub_items,
        prompts=project.prompts,
    )


def told(project: ProjectRecord) -> dict[str, Any]:
    """Return what every view of a project tells."""
    names = ("id", "name", "version", "chars", "created_at", "updated_at", "role")
    whose = None
    if project.owner_name is not None:
        whose = Owner(id=project.owner_id, name=project.owner_name)
    return {**{name: getattr(project, name) for name in names}, "owner": whose}
