"""The part of a context tree that is in memory: loaded when asked for, written at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from promptyflow_server.projects.context.nodes import Node, Siblings
from promptyflow_server.projects.context.repository import NodeRepository
from promptyflow_server.projects.context.text_repository import TextRepository
from promptyflow_server.projects.context.totals import Totals
from promptyflow_server.projects.records import ROOT, Key
from promptyflow_server.projects.texts import LARGEST, ChunkedText, Splice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from promptyflow_server.projects.writing import Session

Source = dict[str, Any] | None


class LoadedTree:
    """Nodes, the order of their children, and texts, each loaded when it is first looked at."""

    def __init__(self, session: Session) -> None:
        project = session.project
        address = (session.connection, project.owner_id, project.id)
        self._session = session
        self._rows = NodeRepository(*address)
        self._texts = TextRepository(*address)
        self._nodes: dict[Key, Node | None] = {}
        self._order: dict[Key, Siblings] = {}
        self._deleted: list[Key] = []
        self._is_complete = False
        self.totals = Totals(project, self._nodes)

    async def load(self, keys: Iterable[Key]) -> None:
        """Load nodes, with those they stand in."""
        wanted: dict[Key, None] = {}
        for key in keys:
            step = key
            while step != ROOT:
                if step not in self._nodes:
                    wanted[step] = None
                step = step.parent
        if not wanted:
            return
        self._nodes.update(dict.fromkeys(wanted))
        if not self._is_complete:
            self._nodes.update((node.key, node) for node in await self._rows.nodes(wanted))

    async def load_all(self) -> None:
        """Load every node with its text."""
        nodes = await self._rows.all_nodes()
        texts = await self._texts.all_chunked()
        for node in nodes:
            node.text = texts.get(node.key, ChunkedText())
            known = self._nodes.get(node.key)
            if known is not None and known.text is None:
                known.text = node.text
        self._take_below(ROOT, nodes)
        self._is_complete = True

    async def load_texts(self, keys: Iterable[Key]) -> None:
        """Load the texts of nodes that are loaded, but for those that are read in parts."""
        nodes = [node for key in keys if (node := self._nodes.get(key)) is not None]
        wanted = {
            node.key: node
            for node in nodes
            if node.text is None and node.stored and 0 < node.chars <= LARGEST
        }
        if len(wanted) > 1:
            for key, text in (await self._texts.some_chunked(wanted)).items():
                wanted[key].text = text

    async def find(self, key: Key) -> Node | None:
        """Return a node, or None where there is none."""
        await self.load([key])
        return self._nodes[key]

    async def get(self, key: Key) -> Node:
        """Return a node that exists."""
        node = await self.find(key)
        if node is None:
            raise LookupError(f"there is no node {key}")
        return node

    async def order(self, parent: Key) -> Siblings:
        """Return the order of a node's children; of the blocks for `ROOT`."""
        if parent not in self._order:
            is_new = parent != ROOT and not (await self.get(parent)).stored
            rows = [] if is_new else await self._rows.children(parent)
            self._order[parent] = Siblings.of(rows)
        return self._order[parent]

    async def content(self, key: Key) -> str:
        """Return a node's whole text."""
        return (await self._text(await self.get(key), None)).text

    async def block_titles(self) -> list[str]:
        """Return the titles of all blocks, those made a moment ago too."""
        await self.flush()
        return await self._rows.block_titles()

    async def newest_child(self, parent: Key) -> tuple[int, str] | None:
        """Return id and title of the child with the largest id."""
        node = await self.get(parent)
        for own_id in range(node.next_child_id - 1, 0, -1):
            child = self._nodes.get(parent.child(own_id))
            if child is not None:
                return own_id, child.title
            if parent.child(own_id) not in self._nodes:
                break
        await self.flush()
        return await self._rows.newest_child(parent)

    def changed(self) -> list[Node]:
        """Return the nodes that the answer tells of."""
        return [node for node in self._nodes.values() if node and self.totals.is_news(node)]

    async def flush(self) -> None:
        """Write what was changed, in as few statements as there are kinds of change."""
        if self._deleted:
            await self._rows.delete(self._deleted)
            self._deleted.clear()
        nodes = [node for node in self._nodes.values() if node]
        added = [node for node in nodes if not node.stored]
        changed = [node for node in nodes if node.stored and node.changed]
        texts = [(node.key, node.text) for node in nodes if node.text and node.text.is_unsaved]
        if added:
            await self._rows.insert(added)
        if changed:
            await self._rows.update(changed)
        if texts:
            await self._texts.save(texts)
        for node in (*added, *changed):
            node.stored, node.changed = True, False

    async def _text(self, node: Node, splice: Splice | None) -> ChunkedText:
        """Return a node's text with all that a splice needs; with everything for none."""
        if node.text is None:
            if not (node.stored and node.chars):
                node.text = ChunkedText()
                return node.text
            contents = splice is None or node.chars <= LARGEST
            node.text = await self._texts.chunked(node.key, contents=contents)
        missing = node.text.missing_all() if splice is None else node.text.missing(splice)
        if missing:
            node.text.fill(await self._texts.contents(node.key, missing))
        return node.text

    async def below(self, key: Key) -> list[Node]:
        """Return a node and all in it, parents before their children, in their order.

        Whatever was changed must have been written.
        """
        if not self._is_complete:
            self._take_below(key, await self._rows.subtree(key))
        found = []
        waiting = [key]
        while waiting:
            found.append(await self.get(waiting.pop()))
            step = found[-1].key
            waiting.extend(step.child(own_id) for own_id in reversed(self._order[step].ids))
        return found

    def _take_below(self, top: Key, nodes: Sequence[Node]) -> None:
        """Take all nodes below one, and so the order of everybody's children."""
        children: dict[Key, list[tuple[int, str]]] = {top: []}
        children.update((node.key, []) for node in nodes)
        for node in nodes:
            self._nodes[node.key] = self._nodes.get(node.key) or node
            if node.key.parent in children and node.key != top:
                children[node.key.parent].append((node.key.own_id, node.position))
        self._order.update((parent, Siblings.of(rows)) for parent, rows in children.items())
