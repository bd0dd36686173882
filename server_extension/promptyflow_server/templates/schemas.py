"""Templates on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from promptyflow_server.http.models import Page, WireModel

Name = Annotated[str, Field(description="1 to 200 characters after trimming.")]
Content = Annotated[str, Field(description="Up to 1,000,000 characters, unless set otherwise.")]
Sort = Literal["updated", "name", "used"]


class ListTemplatesQuery(WireModel):
    """Which order, and which part of the list."""

    sort: Sort = Field(
        default="updated",
        description="The last changed first, by name, or the last used first.",
    )
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(default=None, max_length=2_000)


class SearchTemplatesQuery(WireModel):
    """What to look for."""

    q: str = Field(
        default="",
        description=(
            "Words in any order and form, in English and Russian, in name and content; the last one"
            ' may be unfinished. "A phrase" stands together, -word must not occur, "or" between two'
            " words asks for one of them. No input is refused."
        ),
    )
    limit: int = Field(default=20, ge=1, le=100)


class ListTemplateVersionsQuery(WireModel):
    """Which part of the list."""

    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(default=None, max_length=200)


class CreateTemplate(WireModel):
    """A new template."""

    name: Name
    content: Content = ""


class UpdateTemplate(WireModel):
    """Another name, another content, or both; what is left out stays."""

    name: Name | None = None
    content: Content | None = None


class TemplateBase(WireModel):
    """What every view of a template tells."""

    id: UUID
    name: str
    version: int
    chars: int
    uses: int
    used_at: datetime | None
    created_at: datetime
    updated_at: datetime


class TemplateOut(TemplateBase):
    """A template."""

    content: str


class AddedTemplate(WireModel):
    """A template that was added with others."""

    id: UUID
    name: str
    chars: int


class AddedTemplates(WireModel):
    """Templates that were added at once."""

    items: list[AddedTemplate]


class TemplateSummary(TemplateBase):
    """A template without its content."""

    excerpt: str = Field(description="The beginning of the content, on one line.")


class TemplatePage(Page[TemplateSummary]):
    """A part of the library."""


class Fragment(WireModel):
    """A piece of a text; what was looked for has `hit`. No HTML: show `text` as it is."""

    text: str
    hit: bool


class TemplateHit(TemplateBase):
    """A template that was found, and why."""

    found_in: Literal["name", "content"] | None = Field(
        description="Where all the words are: in the name alone, or not in it alone. Null in lists "
        "that no words were looked for in."
    )
    marked_name: list[Fragment] = Field(description="The name in pieces.")
    snippet: list[Fragment] = Field(description="The part of the content with most hits.")


class TemplateSearch(WireModel):
    """What was found, the best first."""

    items: list[TemplateHit]
    matched: Literal["words", "similar", "names", "recent"] = Field(
        description=(
            "`words`: as asked. `similar`: nothing has these words, so `suggestion` was looked for."
            " `names`: the query has signs or filler words only, looked for in names as they stand."
            " `recent`: the query names no word that must occur; the newest that may be meant."
        )
    )
    suggestion: str | None = Field(description="What may have been meant: “Did you mean …?”")


class TemplateVersionSummary(WireModel):
    """A version of a template, without its content."""

    version: int
    name: str
    chars: int
    created_at: datetime


class TemplateVersionOut(TemplateVersionSummary):
    """A version of a template."""

    content: str


class TemplateVersionPage(Page[TemplateVersionSummary]):
    """Versions, the newest first."""


class TemplateUse(WireModel):
    """How often a template was used, and when last."""

    uses: int
    used_at: datetime
