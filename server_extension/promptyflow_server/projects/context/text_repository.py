"""SQL of the nodes' texts, which are stored in chunks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    BigInteger,
    Integer,
    Text,
    and_,
    bindparam,
    delete,
    insert,
    literal,
    select,
    update,
)

from promptyflow_server.projects.bulk import arrays_of, looked_up, values_table
from promptyflow_server.projects.records import Key
from promptyflow_server.projects.texts import ChunkedText, stored
from promptyflow_server.storage.tables import node_chunks as chunks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from sqlalchemy.ext.asyncio import AsyncConnection
    from sqlalchemy.types import TypeEngine

_ADDRESS: Final[dict[str, TypeEngine[Any]]] = {
    "block_id": BigInteger(),
    "item_id": BigInteger(),
    "sub_item_id": BigInteger(),
}
_KEYS: Final = (*_ADDRESS, "seq")
_COLUMNS: Final[dict[str, TypeEngine[Any]]] = {
    **_ADDRESS,
    "seq": Text(),
    "chars": Integer(),
    "text": Text(),
}
_WANTED: Final = values_table("wanted", _ADDRESS)
_ROWS: Final = values_table("rows", _COLUMNS)


class TextRepository:
    """The texts of one project."""

    def __init__(self, connection: AsyncConnection, owner_id: UUID, project_id: UUID) -> None:
        self._connection = connection
        self._mine = and_(chunks.c.owner_id == owner_id, chunks.c.project_id == project_id)
        self._owner = (literal(owner_id), literal(project_id))

    async def chunked(self, key: Key, *, contents: bool) -> ChunkedText:
        """Return the chunks of a text, with their contents or only their sizes."""
        text = chunks.c.text if contents else literal(None, Text)
        query = (
            select(chunks.c.seq, chunks.c.chars, text)
            .where(self._mine, *_at(key))
            .order_by(chunks.c.seq)
        )
        found = await self._connection.execute(query)
        return stored((row[0], row[1], row[2]) for row in found)

    async def all_chunked(self) -> dict[Key, ChunkedText]:
        """Return every text of the project that is not empty, in its chunks."""
        query = select(*_chunk()).where(self._mine)
        return _chunked(await self._connection.execute(query))

    async def some_chunked(self, keys: Iterable[Key]) -> dict[Key, ChunkedText]:
        """Return the texts of some nodes that are not empty, in their chunks."""
        joined, chunk = looked_up(_WANTED, select(*_chunk()).where(self._mine, _is_wanted()))
        query = select(*chunk.c).select_from(joined)
        return _chunked(await self._connection.execute(query, arrays_of("wanted", _ADDRESS, keys)))

    async def contents(self, key: Key, keys: Sequence[str]) -> dict[str, str]:
        """Return the contents of some chunks of a text."""
        query = select(chunks.c.seq, chunks.c.text).where(
            self._mine, *_at(key), chunks.c.seq.in_(keys)
        )
        return {row[0]: row[1] for row in await self._connection.execute(query)}

    async def text(self, key: Key) -> str:
        """Return a whole text."""
        query = select(chunks.c.text).where(self._mine, *_at(key)).order_by(chunks.c.seq)
        return "".join((await self._connection.execute(query)).scalars())

    async def texts(self, keys: Iterable[Key]) -> dict[Key, str]:
        """Return the texts of some nodes; those that are empty are left out."""
        own = select(*(chunks.c[name] for name in (*_KEYS, "text"))).where(self._mine, _is_wanted())
        joined, chunk = looked_up(_WANTED, own)
        query = select(*chunk.c).select_from(joined)
        found = await self._connection.execute(query, arrays_of("wanted", _ADDRESS, keys))
        return _joined(found)

    async def texts_below(self, key: Key) -> dict[Key, str]:
        """Return the texts of a node and all in it; of the whole project for `ROOT`."""
        below = zip(_ADDRESS, key[: key.depth], strict=False)
        query = select(*(chunks.c[name] for name in (*_KEYS, "text"))).where(
            self._mine, *(chunks.c[name] == own for name, own in below)
        )
        return _joined(await self._connection.execute(query))

    async def save(self, texts: Sequence[tuple[Key, ChunkedText]]) -> None:
        """Write the chunks that were changed, of all these texts at once."""
        gone = [(*key, seq) for key, text in texts for seq in text.gone]
        if gone:
            query = delete(chunks).where(self._mine, *_named())
            await self._connection.execute(query, [_row(_KEYS, row) for row in gone])
        added = [
            (*key, chunk.seq, chunk.chars, chunk.text)
            for key, text in texts
            for chunk in text.chunks
            if not chunk.stored
        ]
        if added:
            rows = select(*self._owner, *(_ROWS.c[name] for name in _COLUMNS))
            insertion = insert(chunks).from_select(["owner_id", "project_id", *_COLUMNS], rows)
            await self._connection.execute(insertion, arrays_of("rows", _COLUMNS, added))
        changed = [
            (*key, chunk.seq, chunk.chars, chunk.text)
            for key, text in texts
            for chunk in text.chunks
            if chunk.stored and chunk.changed
        ]
        if changed:
            values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in ("chars", "text")}
            change = update(chunks).values(values).where(self._mine, *_named())
            await self._connection.execute(change, [_row(_COLUMNS, row) for row in changed])
        for _, text in texts:
            text.saved()


def _at(key: Key) -> list[Any]:
    return [chunks.c[name] == own for name, own in zip(_ADDRESS, key, strict=True)]


def _is_wanted() -> Any:  # noqa: ANN401 - a condition of SQLAlchemy's
    return and_(*(chunks.c[name] == _WANTED.c[name] for name in _ADDRESS))


def _chunk() -> list[Any]:
    return [chunks.c[name] for name in (*_KEYS, "chars", "text")]


def _chunked(rows: Iterable[Any]) -> dict[Key, ChunkedText]:
    """Sort chunks, which come in any order, into the texts of their nodes."""
    found: dict[Key, list[tuple[str, int, str]]] = {}
    for block_id, item_id, sub_item_id, *row in rows:
        found.setdefault(Key(block_id, item_id, sub_item_id), []).append((*row,))
    return {key: stored(sorted(own)) for key, own in found.items()}


def _named() -> list[Any]:
    """Return the condition of being the chunk that is named by `new_` and its key."""
    return [chunks.c[name] == bindparam(f"new_{name}") for name in _KEYS]


def _row(names: Iterable[str], values: tuple[Any, ...]) -> dict[str, Any]:
    return {f"new_{name}": value for name, value in zip(names, values, strict=True)}


def _joined(rows: Iterable[Any]) -> dict[Key, str]:
    """Join chunks, which come in any order, into the texts of their nodes."""
    parts: dict[Key, list[tuple[str, str]]] = {}
    for block_id, item_id, sub_item_id, seq, text in rows:
        parts.setdefault(Key(block_id, item_id, sub_item_id), []).append((seq, text))
    return {
        key: found[0][1] if len(found) == 1 else "".join(text for _, text in sorted(found))
        for key, found in parts.items()
    }
