"""SQL of the context tree: nodes, their order, and what prompts select of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    BigInteger,
    Integer,
    Text,
    and_,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from promptyflow_server.projects.bulk import arrays_of, looked_up, values_table
from promptyflow_server.projects.context.nodes import Node
from promptyflow_server.projects.records import Key
from promptyflow_server.storage.tables import node_chunks, nodes, prompts, selections

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from sqlalchemy import Table
    from sqlalchemy.ext.asyncio import AsyncConnection
    from sqlalchemy.types import TypeEngine

_KEYS: Final = ("block_id", "item_id", "sub_item_id")
_COLUMNS: Final[dict[str, TypeEngine[Any]]] = {
    **dict.fromkeys(_KEYS, BigInteger()),
    "title": Text(),
    "position": Text(),
    "version": BigInteger(),
    "chars": Integer(),
    "total": BigInteger(),
    "children": Integer(),
    "next_child_id": BigInteger(),
    "source": Text(),
}
_READ: Final = [nodes.c[name] for name in _COLUMNS]
_WANTED: Final = values_table("wanted", dict.fromkeys(_KEYS, BigInteger()))
_ROWS: Final = values_table("rows", _COLUMNS)
_SELECTED: Final = (selections.c.prompt_id, *(selections.c[name] for name in _KEYS))

SelectionRow = tuple[int, int, int, int, int]
"""Prompt, block, item, sub-item, position."""


class NodeRepository:
    """The nodes of one project."""

    def __init__(self, connection: AsyncConnection, owner_id: UUID, project_id: UUID) -> None:
        self._connection = connection
        self._owner_id = owner_id
        self._project_id = project_id

    async def nodes(self, keys: Iterable[Key]) -> list[Node]:
        """Return those of the nodes that exist."""
        own = select(*_READ).where(self._in(nodes), _same(nodes, _WANTED))
        joined, node = looked_up(_WANTED, own)
        query = select(*node.c).select_from(joined)
        found = await self._connection.execute(query, arrays_of("wanted", _KEYS, keys))
        return [_node(row) for row in found]

    async def subtree(self, key: Key) -> list[Node]:
        """Return a node and all in it, parents before their children."""
        query = (
            select(*_READ)
            .where(self._in(nodes), _below(nodes, key))
            .order_by(nodes.c.item_id, nodes.c.sub_item_id)
        )
        return [_node(row) for row in await self._connection.execute(query)]

    async def all_nodes(self) -> list[Node]:
        """Return every node of the project, in any order."""
        query = select(*_READ).where(self._in(nodes))
        return [_node(row) for row in (await self._connection.execute(query)).all()]

    async def children(self, parent: Key) -> list[tuple[int, str]]:
        """Return id and position of each child."""
        own_id = nodes.c[_KEYS[parent.depth]]
        query = select(own_id, nodes.c.position).where(self._in(nodes), _children(parent))
        return [(row[0], row[1]) for row in await self._connection.execute(query)]

    async def newest_child(self, parent: Key) -> tuple[int, str] | None:
        """Return id and title of the child with the largest id."""
        own_id = nodes.c[_KEYS[parent.depth]]
        query = (
            select(own_id, nodes.c.title)
            .where(self._in(nodes), _children(parent))
            .order_by(own_id.desc())
            .limit(1)
        )
        row = (await self._connection.execute(query)).first()
        return None if row is None else (row[0], row[1])

    async def block_titles(self) -> list[str]:
        """Return the titles of all blocks."""
        query = select(nodes.c.title).where(self._in(nodes), _children(Key(0)))
        return list((await self._connection.execute(query)).scalars())

    async def insert(self, added: Sequence[Node]) -> None:
        """Add rows."""
        names = ["owner_id", "project_id", *_COLUMNS]
        values = [_ROWS.c[name] for name in _COLUMNS if name != "source"]
        source = cast(_ROWS.c.source, JSONB)
        rows = select(literal(self._owner_id), literal(self._project_id), *values, source)
        await self._connection.execute(
            insert(nodes).from_select(names, rows), arrays_of("rows", _COLUMNS, map(_row, added))
        )

    async def update(self, changed: Sequence[Node]) -> None:
        """Write rows anew."""
        values: dict[str, Any] = {
            name: bindparam(f"new_{name}", type_=kind)
            for name, kind in _COLUMNS.items()
            if name not in _KEYS
        }
        values["source"] = cast(values["source"], JSONB)
        query = update(nodes).values(values).where(self._in(nodes), *_named(nodes))
        rows = [
            {f"new_{name}": value for name, value in zip(_COLUMNS, _row(node), strict=True)}
            for node in changed
        ]
        await self._connection.execute(query, rows)

    async def delete(self, keys: Iterable[Key]) -> None:
        """Delete nodes with their texts; what stands in them must be named too."""
        rows = _names(keys)
        for table in (node_chunks, nodes):
            query = delete(table).where(self._in(table), *_named(table))
            await self._connection.execute(query, rows)

    async def move(self, old: Key, new: Key) -> None:
        """Give a node another address, and all in it; texts follow by their foreign key."""
        # Nothing stands in what changes between item and sub-item.
        names = _KEYS[: old.depth] if old.depth == new.depth else _KEYS
        values = {name: new[_KEYS.index(name)] for name in names}
        for table in (nodes, selections):
            query = update(table).values(values).where(self._in(table), _below(table, old))
            await self._connection.execute(query)

    async def unselect(self, keys: Iterable[Key]) -> dict[Key, list[SelectionRow]]:
        """Take nodes out of every prompt; return what was selected of each."""
        own = select(*_SELECTED, selections.c.position).where(
            self._in(selections), _same(selections, _WANTED)
        )
        joined, chosen = looked_up(_WANTED, own)
        query = select(*chosen.c).select_from(joined)
        found: dict[Key, list[SelectionRow]] = {}
        for row in await self._connection.execute(query, arrays_of("wanted", _KEYS, keys)):
            key = Key(row[1], row[2], row[3])
            found.setdefault(key, []).append((row[0], row[1], row[2], row[3], row[4]))
        if found:
            gone = delete(selections).where(self._in(selections), *_named(selections))
            await self._connection.execute(gone, _names(found))
        return found

    async def select_again(self, rows: Sequence[SelectionRow]) -> None:
        """Put selections back, where their prompts still are."""
        names = ("prompt_id", *_KEYS, "position")
        table = values_table(
            "rows", {**dict.fromkeys(names[:4], BigInteger()), "position": Integer()}
        )
        found = (
            select(literal(self._owner_id), literal(self._project_id), *table.c)
            .join(prompts, prompts.c.prompt_id == table.c.prompt_id)
            .where(self._in(prompts))
        )
        query = (
            upsert(selections)
            .from_select(["owner_id", "project_id", *names], found)
            .on_conflict_do_nothing()
        )
        await self._connection.execute(query, arrays_of("rows", names, rows))

    async def sub_items_by_block(self) -> dict[int, int]:
        """Return how many sub-items each block has."""
        query = (
            select(nodes.c.block_id, func.sum(nodes.c.children))
            .where(self._in(nodes), nodes.c.item_id > 0, nodes.c.sub_item_id == 0)
            .group_by(nodes.c.block_id)
        )
        return {row[0]: int(row[1]) for row in await self._connection.execute(query)}

    async def blocks(self) -> list[Node]:
        """Return the blocks in their order."""
        query = (
            select(*_READ)
            .where(self._in(nodes), _children(Key(0)))
            .order_by(nodes.c.position, nodes.c.block_id)
        )
        return [_node(row) for row in await self._connection.execute(query)]

    async def changed_since(self, version: int, limit: int) -> list[Node]:
        """Return nodes that were changed after a version."""
        query = (
            select(*_READ)
            .where(self._in(nodes), nodes.c.version > version)
            .order_by(nodes.c.version.desc(), *(nodes.c[name] for name in _KEYS))
            .limit(limit)
        )
        return [_node(row) for row in await self._connection.execute(query)]

    def _in(self, table: Table) -> Any:  # noqa: ANN401 - a condition of SQLAlchemy's
        return and_(table.c.owner_id == self._owner_id, table.c.project_id == self._project_id)


def _node(row: Any) -> Node:  # noqa: ANN401 - a row of SQLAlchemy's
    node = Node(Key._make(row[:3]), *row[3:])
    node.stored = True
    return node


def _row(node: Node) -> tuple[Any, ...]:
    source = None if node.source is None else json.dumps(node.source, ensure_ascii=False)
    return (
        *node.key,
        node.title,
        node.position,
        node.version,
        node.chars,
        node.total,
        node.children,
        node.next_child_id,
        source,
    )


def _named(table: Any) -> list[Any]:  # noqa: ANN401 - conditions of SQLAlchemy's
    """Return the condition of being the row that is named by `new_` and its key."""
    return [table.c[name] == bindparam(f"new_{name}") for name in _KEYS]


def _names(keys: Iterable[Key]) -> list[dict[str, int]]:
    return [{f"new_{name}": own for name, own in zip(_KEYS, key, strict=True)} for key in keys]


def _same(table: Any, other: Any) -> Any:  # noqa: ANN401
    return and_(*(table.c[name] == other.c[name] for name in _KEYS))


def _below(table: Any, key: Key) -> Any:  # noqa: ANN401
    return and_(*(table.c[name] == own for name, own in zip(_KEYS, key[: key.depth], strict=False)))


def _children(parent: Key) -> Any:  # noqa: ANN401
    """Return the condition of being a child, written such that the key's index answers it."""
    names = _KEYS[parent.depth :]
    return and_(
        *(nodes.c[name] == own for name, own in zip(_KEYS, parent[: parent.depth], strict=False)),
        nodes.c[names[0]] > 0,
        *(nodes.c[name] == 0 for name in names[1:]),
    )
