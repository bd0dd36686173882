"""The context tree while it is changed: steps applied in memory, written at once, reversible.

Each step notes in the session what takes it back, so that a history of steps can be undone
exactly. Counters follow by differences.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from promptyflow_server.projects import positions
from promptyflow_server.projects.context.loaded import LoadedTree, Source
from promptyflow_server.projects.context.nodes import Node, Siblings
from promptyflow_server.projects.records import Key
from promptyflow_server.projects.texts import ChunkedText, Splice, splice_between

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from promptyflow_server.projects.writing import Entry, Session

_MANY = 50
"""From more nodes on it takes less time to load everything than each of them."""


class ContextTree(LoadedTree):
    """The blocks, items and sub-items of the project of a session."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.gone: set[Key] = set()
        """Where nodes were that were removed or moved away."""
        self.removed: dict[Key, Node] = {}
        """Nodes that were removed by name, not with what they stood in."""

    @contextmanager
    def as_one(self, inverse: Sequence[Entry]) -> Iterator[None]:
        """Take back by these steps all that is done in the meantime."""
        begin = self._session.done
        yield
        self._session.take_back(begin, inverse)

    async def insert(
        self, key: Key, title: str, content: str, source: Source, after: int | None
    ) -> Node:
        """Add a node without children behind a sibling; None: in front of all."""
        await self.load([key])
        siblings = await self.order(key.parent)
        node = Node(key, title, siblings.put(key.own_id, after), self._session.next_version)
        node.source = source
        if content:
            node.text = ChunkedText.of(content)
            node.chars = node.total = len(content)
        self._nodes[key] = node
        self._order[key] = Siblings()
        self.gone.discard(key)
        self.removed.pop(key, None)
        self.totals.attach(node)
        self.totals.mark(node)
        await self._spread_if_worn(key)
        done = {"op": "insert", "node": key, "title": title, "chars": len(content), "after": after}
        self._session.record(done, [{"op": "remove", "node": key}])
        return node

    async def insert_all(
        self, keys: Sequence[Key], parts: Sequence[tuple[str, str]], after: int | None
    ) -> None:
        """Add new siblings with their titles and texts, side by side; taken back in one step."""
        siblings = await self.order(keys[0].parent)
        places = siblings.put_all([key.own_id for key in keys], after)
        for key, (title, content), position in zip(keys, parts, places, strict=True):
            node = Node(key, title, position, self._session.next_version)
            node.text = ChunkedText.of(content)
            node.chars = node.total = len(content)
            self._nodes[key] = node
            self._order[key] = Siblings()
            self.totals.attach(node)
            self.totals.mark(node)
            done = {"op": "insert", "node": key, "title": title, "chars": len(content)}
            inverse = [{"op": "removeAll", "nodes": keys}] if key == keys[-1] else []
            self._session.record({**done, "after": after}, inverse)
            after = key.own_id
        await self._spread_if_worn(max(keys, key=lambda key: len(siblings.positions[key.own_id])))

    async def remove_all(self, keys: Sequence[Key]) -> None:
        """Delete nodes, none of which stands in another, and take them out of every prompt."""
        await self.flush()
        if len(keys) > _MANY and not self._is_complete:
            await self.load_all()
        subtrees = [await self.below(key) for key in keys]
        gone = [node.key for nodes in subtrees for node in nodes]
        unselected = await self._rows.unselect(gone)
        rows = [row for found in unselected.values() for row in found]
        # The first node's way back is the last to be gone: everything stands again by then.
        reselect = [{"op": "reselect", "rows": rows}] if rows else []
        for key, (node, *below) in zip(keys, subtrees, strict=True):
            inverse = [*await self._insertions(key, [node, *below]), *reselect]
            reselect = []
            self.totals.detach(node, below)
            (await self.order(key.parent)).drop(key.own_id)
            done = {"op": "remove", "node": key, "title": node.title, "chars": node.total}
            self._session.record(done, inverse)
            self.removed[key] = node
        for key in gone:
            self._nodes[key] = None
            self._order.pop(key, None)
        self.gone.update(gone)
        self._deleted.extend(gone)

    async def rename(self, key: Key, title: str) -> None:
        """Give a node another title."""
        node = await self.get(key)
        if node.title == title:
            return
        inverse = [{"op": "rename", "node": key, "title": node.title}]
        node.title = title
        self._touch(node)
        self._session.record({"op": "rename", "node": key, "title": title}, inverse)

    async def set_source(self, key: Key, source: Source) -> None:
        """Say where a node's content was taken from."""
        node = await self.get(key)
        if node.source == source:
            return
        inverse = [{"op": "source", "node": key, "source": node.source}]
        node.source = source
        self._touch(node)
        self._session.record({"op": "source", "node": key, "source": source}, inverse)

    async def write(self, key: Key, content: str) -> None:
        """Replace a node's text; only what differs is written."""
        text = await self._text(await self.get(key), None)
        await self.splice(key, splice_between(text.text, content))

    async def splice(self, key: Key, splice: Splice) -> None:
        """Replace a part of a node's text; the part must lie inside the text."""
        if not (splice.delete_count or splice.insert):
            return
        node = await self.get(key)
        text = await self._text(node, splice)
        inverse = text.apply(splice)
        if text.is_worn:
            text.fill(await self._texts.contents(key, text.missing_all()))
            text.cut_anew()
        self.totals.resize(node, node.chars + len(splice.insert) - splice.delete_count)
        self._touch(node)
        start, deleted, inserted = splice.start, splice.delete_count, len(splice.insert)
        done = {"op": "splice", "node": key, "start": start, "deleted": deleted}
        self._session.record(
            {**done, "inserted": inserted}, [{"op": "splice", "node": key, "splice": inverse}]
        )

    async def place(self, key: Key, after: int | None) -> None:
        """Put a node behind another sibling; None: in front of all."""
        node = await self.get(key)
        siblings = await self.order(key.parent)
        before = siblings.before(key.own_id)
        if before == after:
            return
        siblings.drop(key.own_id)
        node.position = siblings.put(key.own_id, after)
        self.totals.mark(node)
        await self._spread_if_worn(key)
        done = {"op": "place", "node": key, "after": after}
        self._session.record(done, [{**done, "after": before}])

    async def rekey(self, old: Key, new: Key, after: int | None) -> None:
        """Move a node with all in it to another parent, where it has another id."""
        await self.flush()
        node, *below = await self.below(old)
        siblings = await self.order(old.parent)
        before = siblings.before(old.own_id)
        await self.load([new])
        new_siblings = await self.order(new.parent)
        self.totals.detach(node, below)
        siblings.drop(old.own_id)
        await self._rows.move(old, new)
        for each in (node, *below):
            del self._nodes[each.key]
            children = self._order.pop(each.key, Siblings())
            self.gone.add(each.key)
            each.key = each.key.moved(old, new)
            self.gone.discard(each.key)
            self._nodes[each.key] = each
            self._order[each.key] = children
        node.position = new_siblings.put(new.own_id, after)
        self.totals.attach(node, below)
        self.totals.mark(node)
        for each in below:
            self.totals.tell(each)
        await self._spread_if_worn(new)
        done = {"op": "rekey", "node": old, "to": new, "after": after}
        self._session.record(done, [{"op": "rekey", "node": new, "to": old, "after": before}])

    async def select_again(self, rows: Sequence[Sequence[int]]) -> None:
        """Put selections back that a removal had taken."""
        await self.flush()
        chosen = [(row[0], row[1], row[2], row[3], row[4]) for row in rows]
        await self._rows.select_again(chosen)
        keys = sorted({Key(*row[1:4]) for row in chosen})
        done = {"op": "reselect", "count": len(rows)}
        self._session.record(done, [{"op": "unselect", "nodes": keys}])

    async def unselect(self, keys: Sequence[Key]) -> None:
        """Take nodes out of every prompt."""
        rows = [row for found in (await self._rows.unselect(keys)).values() for row in found]
        done = {"op": "unselect", "nodes": keys}
        self._session.record(done, [{"op": "reselect", "rows": rows}])

    def _touch(self, node: Node) -> None:
        node.version = self._session.next_version
        self.totals.mark(node)

    async def _insertions(self, key: Key, below: Sequence[Node]) -> list[Entry]:
        """Return the steps that bring nodes back."""
        if self._is_complete:
            texts = {node.key: await self.content(node.key) for node in below}
        else:
            texts = await self._texts.texts_below(key)
        return [
            {
                "op": "insert",
                "node": node.key,
                "title": node.title,
                "content": texts.get(node.key, ""),
                "source": node.source,
                "after": (await self.order(node.key.parent)).before(node.key.own_id),
            }
            for node in below
        ]

    async def _spread_if_worn(self, key: Key) -> None:
        siblings = await self.order(key.parent)
        if len(siblings.positions[key.own_id]) <= positions.LONG:
            return
        siblings.spread()
        await self.load([key.parent.child(own_id) for own_id in siblings.ids])
        for own_id in siblings.ids:
            sibling = await self.get(key.parent.child(own_id))
            sibling.position = siblings.positions[own_id]
            sibling.changed = True
