"""The counters of a project and its nodes, kept up to date by differences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptyflow_lab.domain import SizeLimitError
from promptyflow_server.projects.records import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from promptyflow_lab.domain import Limits
    from promptyflow_server.projects.context.nodes import Node
    from promptyflow_server.projects.records import Key, ProjectRecord


class Totals:
    """Counts what a tree holds, without looking at more than a node and those it stands in.

    Parameters
    ----------
    project
        The project's row; its counters are changed.
    nodes
        The tree's nodes; whatever a changed node stands in must have been loaded.
    """

    def __init__(self, project: ProjectRecord, nodes: Mapping[Key, Node | None]) -> None:
        self._project = project
        self._nodes = nodes
        self._news: set[Key] = set()
        self._chars_before = project.chars
        self._blocks_before: dict[Key, int] = {}

    def mark(self, node: Node) -> None:
        """Note that a node must be written, and told of in the answer."""
        node.changed = True
        self.tell(node)

    def tell(self, node: Node) -> None:
        """Note that the answer tells of a node."""
        self._news.add(node.key)

    def is_news(self, node: Node) -> bool:
        """Whether the answer tells of a node."""
        return node.key in self._news

    def attach(self, node: Node, below: Iterable[Node] = ()) -> None:
        """Count a node, with all `below` it, that has come to its parent."""
        self._count_kinds([node, *below], 1)
        parent = self._parent(node)
        if parent is None:
            self._project.next_block_id = max(self._project.next_block_id, node.key.own_id + 1)
            self._project.chars += node.total
            return
        parent.next_child_id = max(parent.next_child_id, node.key.own_id + 1)
        # An item counts its own text until it has sub-items, and from then on only those.
        begins = parent.key.depth > 1 and not parent.children
        parent.children += 1
        parent.changed = True
        self._set(parent, node.total if begins else parent.total + node.total)

    def detach(self, node: Node, below: Iterable[Node]) -> None:
        """Count no longer a node, with all `below` it, that leaves its parent."""
        self._count_kinds([node, *below], -1)
        parent = self._parent(node)
        if parent is None:
            self._project.chars -= node.total
            return
        parent.children -= 1
        parent.changed = True
        ends = parent.key.depth > 1 and not parent.children
        self._set(parent, parent.chars if ends else parent.total - node.total)

    def resize(self, node: Node, chars: int) -> None:
        """Take over the new length of a node's own text."""
        node.chars = chars
        if not node.children:
            self._set(node, chars)

    def check(self, limits: Limits) -> None:
        """Refuse what has grown over a limit; the project's is told first.

        Raises
        ------
        SizeLimitError
            With both numbers.
        """
        actual = self._project.chars
        if actual > limits.project and actual > self._chars_before:
            raise SizeLimitError("project", limit=limits.project, actual=actual)
        for key, before in self._blocks_before.items():
            block = self._nodes.get(key)
            if block is not None and block.total > limits.block and block.total > before:
                raise SizeLimitError("block", limit=limits.block, actual=block.total)

    def _count_kinds(self, nodes: Iterable[Node], sign: int) -> None:
        for node in nodes:
            kind = ("blocks", "items", "sub_items")[node.key.depth - 1]
            setattr(self._project, kind, getattr(self._project, kind) + sign)

    def _set(self, node: Node, total: int) -> None:
        change = total - node.total
        if not change:
            return
        if node.key.depth == 1:
            self._blocks_before.setdefault(node.key, node.total)
        node.total = total
        self.mark(node)
        parent = self._parent(node)
        if parent is None:
            self._project.chars += change
        else:
            self._set(parent, parent.total + change)

    def _parent(self, node: Node) -> Node | None:
        if node.key.parent == ROOT:
            return None
        parent = self._nodes[node.key.parent]
        if parent is None:
            raise LookupError(f"the parent of {node.key} was not loaded")
        return parent
