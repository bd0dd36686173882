"""From the ids of an operation to the node they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptyflow_server.projects.conflicts import deleted_node
from promptyflow_server.projects.records import ROOT, Key
from promptyflow_server.projects.schemas import Ref
from promptyflow_server.shared.errors import Conflict, ValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from promptyflow_server.projects.context.nodes import Node
    from promptyflow_server.projects.context.tree import ContextTree
    from promptyflow_server.projects.records import ProjectRecord

ID_NAMES = ("blockId", "itemId", "subItemId")


class Addresses:
    """Knows what a request calls its nodes: by ids, by references, by addresses they had before.

    Parameters
    ----------
    tree
        Where the nodes are.
    project
        Whose counters tell which ids were ever given.
    """

    def __init__(self, tree: ContextTree, project: ProjectRecord) -> None:
        self._tree = tree
        self._project = project
        self.created: dict[str, Key] = {}
        self.moved: dict[Key, Key] = {}

    def add(self, client_id: str | None, key: Key, path: str) -> None:
        """Remember what a client calls a node that was added.

        Raises
        ------
        ValidationError
            It has called another one so.
        """
        if client_id is None:
            return
        if client_id in self.created:
            raise ValidationError.at(f"{path}.clientId", "duplicate")
        self.created[client_id] = key

    def move(self, old: Key, new: Key) -> None:
        """Remember that what a client knows under one address has another now."""
        for known, current in self.moved.items():
            if old.holds(current):
                self.moved[known] = current.moved(old, new)
        self.moved[old] = new
        for client_id, key in self.created.items():
            if old.holds(key):
                self.created[client_id] = key.moved(old, new)

    def key(self, ids: Mapping[str, int | Ref | None], path: str) -> Key:
        """Return the address that the ids of an operation tell.

        Raises
        ------
        ValidationError
            A reference is not known, is to another kind of node, or an id between is missing.
        """
        steps: list[int] = []
        ends = False
        for depth, name in enumerate(ID_NAMES, start=1):
            own = ids.get(name)
            if own is None:
                ends = True
            elif ends:
                raise ValidationError.at(f"{path}.{ID_NAMES[len(steps)]}", "missing")
            elif isinstance(own, Ref):
                known = self.created.get(own.ref)
                if known is None or known.depth != depth:
                    raise ValidationError.at(f"{path}.{name}.ref", "unknown_node")
                steps.append(known.own_id)
            else:
                steps.append(own)
        return self._current(Key(*steps))

    def sibling(self, own: int | Ref, parent: Key, path: str) -> int:
        """Return the id that names a sibling."""
        if not isinstance(own, Ref):
            return own
        known = self.created.get(own.ref)
        if known is None or known.parent != parent:
            raise ValidationError.at(f"{path}.ref", "unknown_node")
        return known.own_id

    async def node(self, key: Key, path: str) -> Node:
        """Return a node that exists.

        Raises
        ------
        Conflict
            It was deleted in the meantime.
        ValidationError
            It never was.
        """
        node = await self._tree.find(key)
        if node is None:
            raise await self.absent(key, path)
        return node

    async def absent(self, key: Key, path: str) -> Conflict | ValidationError:
        """Return the error for a node that is not there."""
        if key not in self._tree.gone and await self.was_given(key):
            return Conflict(version=self._project.version, nodes=[deleted_node(key)])
        return ValidationError.at(f"{path}.{ID_NAMES[key.depth - 1]}", "unknown_node")

    async def was_given(self, key: Key) -> bool:
        """Whether there ever was a node of this address."""
        if key.parent == ROOT:
            return key.own_id < self._project.next_block_id
        parent = await self._tree.find(key.parent)
        if parent is None:
            return await self.was_given(key.parent)
        return key.own_id < parent.next_child_id

    def _current(self, key: Key) -> Key:
        for old in sorted(self.moved, key=lambda known: -known.depth):
            if old.holds(key):
                return key.moved(old, self.moved[old])
        return key
