"""A project's own row, and the addresses of what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

Role = Literal["view", "edit", "owner"]

RANK: Final[dict[Role, int]] = {"view": 0, "edit": 1, "owner": 2}
"""Who may do more is higher."""


@dataclass(slots=True)
class ProjectRecord:
    """The row of a project; its counters change in memory before they are saved.

    The last two are not of the row: what whoever asks may do with it, and, where it is not theirs,
    who its owner is.
    """

    owner_id: UUID
    id: UUID
    name: str
    version: int
    chars: int
    blocks: int
    items: int
    sub_items: int
    prompts: int
    next_block_id: int
    next_prompt_id: int
    created_at: datetime
    updated_at: datetime
    role: Role = "owner"
    owner_name: str | None = None


class Key(NamedTuple):
    """The address of a node: 0 where a block has no item, an item no sub-item."""

    block_id: int
    item_id: int = 0
    sub_item_id: int = 0

    @property
    def depth(self) -> int:
        """1 for a block, 2 for an item, 3 for a sub-item, 0 for the project itself."""
        return 3 if self.sub_item_id else 2 if self.item_id else 1 if self.block_id else 0

    @property
    def own_id(self) -> int:
        """The id among its siblings."""
        return self[self.depth - 1]

    @property
    def parent(self) -> Key:
        """The node it stands in; `ROOT` for a block."""
        if self.sub_item_id:
            return Key(self.block_id, self.item_id)
        return Key(self.block_id) if self.item_id else ROOT

    def child(self, own_id: int) -> Key:
        """Return the address of a child."""
        if self.item_id:
            return Key(self.block_id, self.item_id, own_id)
        return Key(self.block_id, own_id) if self.block_id else Key(own_id)

    def holds(self, other: Key) -> bool:
        """Whether the other is this node or stands somewhere in it."""
        return self[: self.depth] == other[: self.depth]

    def moved(self, old: Key, new: Key) -> Key:
        """Return its address after `old`, which holds it, has become `new`."""
        key = new
        for own_id in self[old.depth : self.depth]:
            key = key.child(own_id)
        return key

    def wire(self) -> dict[str, Any]:
        """Return the ids as the contract names them."""
        names = ("blockId", "itemId", "subItemId")
        return dict(zip(names, self[: self.depth], strict=False))


ROOT = Key(0)
"""The parent of blocks: the project."""
