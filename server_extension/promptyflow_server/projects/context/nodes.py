"""Nodes of the context tree as they are held in memory while a project is changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from promptyflow_server.projects import positions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from promptyflow_server.projects.records import Key
    from promptyflow_server.projects.texts import ChunkedText


@dataclass(slots=True)
class Node:
    """A block, an item or a sub-item.

    Attributes
    ----------
    version
        The version of the project in which title, content or source was changed last. So it grows
        with every change, and no successor under the same address can be taken for this one.
    chars, total
        Of its own content, and as it counts: the children's sum where there are any.
    text
        The content; None as long as it was not looked at.
    stored, changed
        Whether the row exists, and whether it must be written.
    """

    key: Key
    title: str
    position: str
    version: int
    chars: int = 0
    total: int = 0
    children: int = 0
    next_child_id: int = 1
    source: dict[str, Any] | None = None
    text: ChunkedText | None = None
    stored: bool = False
    changed: bool = False

    def wire(self) -> dict[str, Any]:
        """Return what is told of a node that was changed."""
        told = {**self.key.wire(), "version": self.version, "title": self.title}
        told["chars"] = self.total
        if self.key.depth > 1:
            told["contentChars"] = self.chars
        return told


@dataclass(slots=True)
class Siblings:
    """The order of the children of one node."""

    ids: list[int] = field(default_factory=list)
    positions: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[tuple[int, str]]) -> Siblings:
        """Return the order of rows (id, position)."""
        placed = dict(rows)
        # Two never have the same position; the id decides if they ever should.
        return cls(sorted(placed, key=lambda own_id: (placed[own_id], own_id)), placed)

    @property
    def last(self) -> int | None:
        """The id of the last child."""
        return self.ids[-1] if self.ids else None

    def before(self, own_id: int) -> int | None:
        """Return the id of the child before this one; None where it is the first."""
        place = self.ids.index(own_id)
        return self.ids[place - 1] if place else None

    def put(self, own_id: int, after: int | None) -> str:
        """Take a new child in behind another one and return its position."""
        return self.put_all([own_id], after)[0]

    def put_all(self, own_ids: Sequence[int], after: int | None) -> list[str]:
        """Take new children in, side by side, behind another one and return their positions."""
        place = self._place_behind(after)
        low = self.positions[self.ids[place - 1]] if place else None
        high = self.positions[self.ids[place]] if place < len(self.ids) else None
        placed = positions.between(low, high, len(own_ids))
        self.ids[place:place] = own_ids
        self.positions.update(zip(own_ids, placed, strict=True))
        return placed

    def drop(self, own_id: int) -> None:
        """Let a child go."""
        self.ids.remove(own_id)
        del self.positions[own_id]

    def spread(self) -> None:
        """Give all children new, short positions."""
        self.positions = dict(zip(self.ids, positions.spread(len(self.ids)), strict=True))

    def _place_behind(self, after: int | None) -> int:
        if after is None:
            return 0
        if after == self.ids[-1]:
            return len(self.ids)
        return self.ids.index(after) + 1
