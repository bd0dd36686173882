"""Splitting on the wire: how, what of it, and what came of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, RootModel

from promptyflow_server.http.models import WireModel
from promptyflow_server.projects.context.schemas import (
    MOST_OPERATIONS,
    Moved,
    NodeIds,
    NodeState,
)
from promptyflow_server.projects.schemas import Absent, NodeId

MOST_PARTS = MOST_OPERATIONS
"""A split adds no more nodes than one request of operations may."""

_LONGEST_DELIMITER = 10_000
_LONGEST_PATTERN = 10_000  # from where on it is too long for the domain is the domain's to say

Method = Literal["sentence", "paragraph", "heading", "delimiter", "pattern", "exact", "tokens"]
Preset = Literal["chapters", "numbering", "dates"]
Warning_ = Literal["blank", "long", "midWord"]
Count = Annotated[int, Field(ge=1)]


class SplitNode(WireModel):
    """How to split the own text of an item or a sub-item; options belong to methods."""

    block_id: NodeId
    item_id: NodeId
    sub_item_id: NodeId | None = None
    preview: bool = Field(default=False, description="Only tell the parts; change nothing.")
    version: Count | None = Field(
        default=None, description="Of the node: refused (409) if it is another one by now."
    )

    method: Method
    parts: Annotated[int, Field(ge=1, le=MOST_PARTS)] | None = Field(
        default=None, description="Into so many parts of about the same size."
    )
    size: Count | None = Field(default=None, description="About so many characters each.")
    max_size: Count | None = Field(default=None, description="At most so many characters each.")
    per_part: Count | None = Field(default=None, description="paragraph: how many in a part (1).")
    min_size: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="paragraph: shorter ones join a neighbour (0)."
    )
    level: Annotated[int, Field(ge=1, le=6)] | None = Field(
        default=None, description="heading: the deepest one that begins a part (6)."
    )
    delimiter: Annotated[str, Field(min_length=1, max_length=_LONGEST_DELIMITER)] | None = Field(
        default=None, description="delimiter: this very text."
    )
    pattern: Annotated[str, Field(min_length=1, max_length=_LONGEST_PATTERN)] | None = Field(
        default=None, description="pattern: a regular expression (Python), line by line."
    )
    preset: Preset | None = Field(default=None, description="pattern: a ready one.")
    keep: bool | None = Field(
        default=None,
        description="delimiter, pattern: what was matched begins its part (true) or is left out.",
    )
    case_sensitive: bool | None = Field(default=None, description="delimiter, pattern (true).")
    model: Annotated[str, Field(min_length=1, max_length=300)] | None = Field(
        default=None, description="tokens: whose; size and maxSize are in tokens then."
    )
    provider: Annotated[str, Field(max_length=100)] | None = Field(
        default=None, description="tokens: of the model; left out: as its id tells."
    )

    into: Literal["subItems", "items"] = "subItems"
    keep_original: bool = Field(
        default=True, description="Otherwise what becomes a part leaves the original."
    )
    chosen: list[Annotated[int, Field(ge=0)]] | None = Field(
        default=None,
        min_length=1,
        max_length=MOST_PARTS,
        description="Places of the wanted parts in the preview, which needs its version; all.",
    )


class PartOut(WireModel):
    """One part, as a span of the node's text in characters (code points).

    `warnings`: nothing but white space; much longer than asked for; begins inside a word.
    """

    start: int
    end: int
    chars: int
    tokens: int | None = Absent
    first_line: str
    warnings: list[Warning_]


class SplitPreview(WireModel):
    """What a split would make; part n is called `titleHead` + n + `titleTail`."""

    version: int
    chars: int
    title_head: str
    title_tail: str
    exact_tokens: bool | None = Absent
    parts: list[PartOut]


class SplitApplied(WireModel):
    """What a split has made: the nodes that hold the parts, in their order."""

    version: int
    chars: int
    parts: list[NodeIds]
    nodes: list[NodeState]
    moved: list[Moved]


class SplitAnswer(RootModel[SplitPreview | SplitApplied]):
    """The preview, or what was done."""
