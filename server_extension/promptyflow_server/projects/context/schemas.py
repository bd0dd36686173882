"""Context blocks on the wire: operations, and what they answer."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from promptyflow_server.http.models import WireModel
from promptyflow_server.projects.schemas import Absent, ClientId, IdOrRef, SourceOut
from promptyflow_server.tokens.schemas import FamilyTokens

MOST_OPERATIONS = 5_000


class SourceIn(WireModel):
    """Where a content was taken from."""

    kind: str
    reference: str = ""
    content_hash: str | None = None
    captured_at: str


class SpliceIn(WireModel):
    """One replacement in a text, in code points."""

    start: int = Field(ge=0)
    delete_count: int = Field(ge=0)
    insert: str


class AddBlock(WireModel):
    """Add a block behind another one; null: the first place, left out: the last."""

    op: Literal["addBlock"]
    title: str | None = None
    after: IdOrRef | None = None
    client_id: ClientId | None = None


class AddItem(WireModel):
    """Add an item to a block."""

    op: Literal["addItem"]
    block_id: IdOrRef
    title: str | None = None
    content: str = ""
    source: SourceIn | None = None
    after: IdOrRef | None = None
    client_id: ClientId | None = None


class AddSubItem(WireModel):
    """Add a sub-item to an item."""

    op: Literal["addSubItem"]
    block_id: IdOrRef
    item_id: IdOrRef
    title: str | None = None
    content: str = ""
    source: SourceIn | None = None
    after: IdOrRef | None = None
    client_id: ClientId | None = None


class UpdateNode(WireModel):
    """Change what a node says; with `version` only if it is still as it was then."""

    op: Literal["update"]
    block_id: IdOrRef
    item_id: IdOrRef | None = None
    sub_item_id: IdOrRef | None = None
    title: str | None = None
    content: str | None = None
    splice: SpliceIn | None = None
    source: SourceIn | None = None
    version: int | None = Field(default=None, ge=1)


class Target(WireModel):
    """Where a node goes; what is left out stays as it is."""

    block_id: IdOrRef | None = None
    item_id: IdOrRef | None = None
    after: IdOrRef | None = None


class MoveNode(WireModel):
    """Move a node among its siblings, or to another parent, where it gets another id."""

    op: Literal["move"]
    block_id: IdOrRef
    item_id: IdOrRef | None = None
    sub_item_id: IdOrRef | None = None
    to: Target


class DeleteNode(WireModel):
    """Delete a node with all in it, and take it out of every prompt."""

    op: Literal["delete"]
    block_id: IdOrRef
    item_id: IdOrRef | None = None
    sub_item_id: IdOrRef | None = None


ContextOperation = Annotated[
    AddBlock | AddItem | AddSubItem | UpdateNode | MoveNode | DeleteNode,
    Field(discriminator="op"),
]


class PatchContext(WireModel):
    """Either every block anew, or operations that are applied in order, all or nothing."""

    context_blocks: list[Any] | None = None
    operations: list[ContextOperation] | None = Field(default=None, max_length=MOST_OPERATIONS)


class NodeIds(WireModel):
    """The ids that name a node."""

    block_id: int
    item_id: int | None = Absent
    sub_item_id: int | None = Absent


class NodeState(NodeIds):
    """A node that was changed."""

    version: int
    title: str
    chars: int
    content_chars: int | None = Absent
    deleted: bool | None = Absent


class FileMoved(WireModel):
    """A file or folder that got another name, as the file browser shows both."""

    from_: str = Field(alias="from", max_length=4096)
    to: str = Field(max_length=4096)


class SourcesMoved(WireModel):
    """In how many projects how many texts remember the new name."""

    projects: int
    sources: int


class Moved(WireModel):
    """A node that has another address now; what stands in it has kept its own ids."""

    from_: NodeIds = Field(alias="from")
    to: NodeIds


class ContextChanged(WireModel):
    """What has become of the project; as large as the change, not as the project."""

    version: int
    chars: int
    nodes: list[NodeState]
    created: dict[str, NodeIds]
    moved: list[Moved]


class NodeContent(WireModel):
    """One node with its content."""

    id: int
    title: str
    content: str
    chars: int
    version: int
    source: SourceOut | None = Absent


class NodeTokens(WireModel):
    """How many tokens the text of an item or a sub-item has."""

    item_id: int
    sub_item_id: int | None = Absent
    tokens: int


class NamedTokens(NodeTokens):
    """How many tokens the text of a node has, which is named by all its ids."""

    block_id: int


class TokensQuery(WireModel):
    """Whose tokens are wanted."""

    nodes: str = Field(
        min_length=3,
        max_length=8_000,
        pattern=r"^[0-9]{1,18}(\.[0-9]{1,18}){1,2}(,[0-9]{1,18}(\.[0-9]{1,18}){1,2})*$",
        description="Nodes by their ids: `1.2,1.3.4` is an item and a sub-item.",
    )


class TokensOfNodes(WireModel):
    """Tokens of the texts of some nodes; those that are not there are left out."""

    nodes: list[NamedTokens]


class BlockStats(WireModel):
    """How much a block holds; `nodes` are those whose own text counts."""

    id: int
    title: str
    items: int
    sub_items: int
    chars: int
    tokens: int | None = Absent
    nodes: list[NodeTokens] | None = Absent


class StatsQuery(WireModel):
    """What is wanted besides sizes."""

    tokens: bool = Field(default=False, description="Count tokens too: every text is read.")


class ContextStats(WireModel):
    """How much a project's context holds."""

    total_blocks: int
    total_items: int
    total_sub_items: int
    total_chars: int
    largest_block_chars: int
    blocks: list[BlockStats]
    tokens: list[FamilyTokens] | None = Absent
