"""Search in a project on the wire."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field

from promptyflow_server.http.models import Page, WireModel
from promptyflow_server.projects.schemas import Absent
from promptyflow_server.templates.schemas import Fragment


class SearchProjectQuery(WireModel):
    """What to look for, and which part of what was found."""

    q: str = Field(
        default="",
        description=(
            "Words in any order and form, in English and Russian, in title and text; the last one"
            ' may be unfinished. "A phrase" stands together, -word must not occur, "or" between two'
            " words asks for one of them. Signs and filler words alone are looked for as they"
            " stand. No input is refused."
        ),
    )
    limit: int = Field(default=20, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=200)


class ProjectHit(WireModel):
    """Something in the project that has all the words, and where."""

    kind: Literal["block", "item", "subItem", "prompt", "answer"]
    block_id: int | None = Absent
    item_id: int | None = Absent
    sub_item_id: int | None = Absent
    prompt_block_id: int | None = Absent
    run_id: UUID | None = Absent
    path: list[str] = Field(description="Titles of what it stands in, from the outside.")
    title: str
    marked_title: list[Fragment]
    snippet: list[Fragment] = Field(description="The part of the text with most hits.")
    position: int | None = Field(
        description="Where the first hit shown stands in the text, in code points."
    )
    hits: int = Field(description="How often the words occur in title and text.")


class ProjectSearch(Page[ProjectHit]):
    """What was found, the best first."""

    total: int
    matched: Literal["words", "text"] = Field(
        description="`text`: the query has no word that counts, so it was looked for as it stands."
    )
