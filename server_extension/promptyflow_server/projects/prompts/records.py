"""Prompts as they are held in memory while a project is changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from promptyflow_lab.domain.selection import in_order, renumbered

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from promptyflow_lab.domain import SelectedContext

_LARGEST_ORDER = 2**31 - 1

Selected = tuple[int, int, int, int]
"""Block, item, sub-item (0 for none), order."""


@dataclass(slots=True)
class Prompt:
    """A prompt's row.

    Attributes
    ----------
    version
        The version of the project in which it was changed last. What it selects does not count:
        that is one value that the last writer sets.
    stored, changed
        Whether the row exists, and whether it must be written.
    """

    id: int
    title: str
    position: str
    version: int
    template: str = ""
    wrap_in_tags: bool = True
    variables: dict[str, str] = field(default_factory=dict)
    template_id: UUID | None = None
    config_id: UUID | None = None
    stored: bool = False
    changed: bool = False

    def wire(self) -> dict[str, Any]:
        """Return what is told of a prompt that was changed."""
        return {"promptBlockId": self.id, "version": self.version, "title": self.title}


def selected_rows(selected: Iterable[SelectedContext]) -> list[Selected]:
    """Return what a prompt selects, each piece once, as it is stored."""
    entries = list(in_order(selected).values())
    orders = {entry.order for entry in entries}
    if len(orders) < len(entries) or max(orders, default=0) > _LARGEST_ORDER:
        entries = renumbered(entries)
    return [(e.block_id, e.item_id, e.sub_item_id or 0, e.order) for e in entries]
