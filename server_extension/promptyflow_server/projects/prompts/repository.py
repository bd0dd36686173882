"""SQL of prompts and of what they select."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    Integer,
    and_,
    bindparam,
    delete,
    insert,
    literal,
    select,
    update,
)

from promptyflow_server.projects.bulk import arrays_of, values_table
from promptyflow_server.projects.prompts.records import Prompt
from promptyflow_server.storage.tables import node_chunks, nodes, prompts, selections

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from sqlalchemy import Table
    from sqlalchemy.ext.asyncio import AsyncConnection

    from promptyflow_server.projects.prompts.records import Selected

_FIELDS: Final = {
    "prompt_id": "id",
    "title": "title",
    "position": "position",
    "version": "version",
    "template": "template",
    "wrap_in_tags": "wrap_in_tags",
    "variables": "variables",
    "template_id": "template_id",
    "config_id": "config_id",
}
_READ: Final = [prompts.c[name] for name in _FIELDS]
_NODE: Final = ("block_id", "item_id", "sub_item_id")
_PIECE: Final = ("prompt_id", *_NODE, "position")
_ROWS: Final = values_table(
    "rows", {**dict.fromkeys(_PIECE[:4], BigInteger()), "position": Integer()}
)
_WANTED: Final = values_table("wanted", {"prompt_id": BigInteger()})


class PieceRow(NamedTuple):
    """A selected piece with the titles it is shown under; titles are None where it is gone."""

    block_id: int
    item_id: int
    sub_item_id: int
    order: int
    block_title: str | None
    item_title: str | None
    sub_item_title: str | None


class PromptRepository:
    """The prompts of one project."""

    def __init__(self, connection: AsyncConnection, owner_id: UUID, project_id: UUID) -> None:
        self._connection = connection
        self._owner_id = owner_id
        self._project_id = project_id

    async def find(self, ids: Iterable[int]) -> list[Prompt]:
        """Return those of the prompts that exist."""
        query = (
            select(*_READ)
            .join(_WANTED, _WANTED.c.prompt_id == prompts.c.prompt_id)
            .where(self._in(prompts))
        )
        wanted = arrays_of("wanted", ["prompt_id"], [(own_id,) for own_id in ids])
        return [_prompt(row) for row in await self._connection.execute(query, wanted)]

    async def all(self) -> list[Prompt]:
        """Return the prompts in their order."""
        query = (
            select(*_READ)
            .where(self._in(prompts))
            .order_by(prompts.c.position, prompts.c.prompt_id)
        )
        return [_prompt(row) for row in await self._connection.execute(query)]

    async def titles(self) -> list[tuple[int, str, str]]:
        """Return id, position and title of every prompt."""
        query = select(prompts.c.prompt_id, prompts.c.position, prompts.c.title).where(
            self._in(prompts)
        )
        return [(row[0], row[1], row[2]) for row in await self._connection.execute(query)]

    async def changed_since(self, version: int, limit: int) -> list[Prompt]:
        """Return prompts that were changed after a version."""
        query = (
            select(*_READ)
            .where(self._in(prompts), prompts.c.version > version)
            .order_by(prompts.c.version.desc(), prompts.c.prompt_id)
            .limit(limit)
        )
        return [_prompt(row) for row in await self._connection.execute(query)]

    async def insert(self, added: Sequence[Prompt]) -> None:
        """Add rows."""
        address = {"owner_id": self._owner_id, "project_id": self._project_id}
        rows = [
            {**address, **{column: getattr(prompt, name) for column, name in _FIELDS.items()}}
            for prompt in added
        ]
        await self._connection.execute(insert(prompts), rows)

    async def update(self, changed: Sequence[Prompt]) -> None:
        """Write rows anew."""
        columns = [column for column in _FIELDS if column != "prompt_id"]
        query = (
            update(prompts)
            .where(self._in(prompts), prompts.c.prompt_id == bindparam("own_id"))
            .values({column: bindparam(f"new_{column}") for column in columns})
        )
        rows = [
            {
                "own_id": prompt.id,
                **{f"new_{column}": getattr(prompt, _FIELDS[column]) for column in columns},
            }
            for prompt in changed
        ]
        await self._connection.execute(query, rows)

    async def delete(self, ids: Iterable[int]) -> None:
        """Delete prompts with what they select."""
        query = delete(prompts).where(self._in(prompts), prompts.c.prompt_id == _WANTED.c.prompt_id)
        wanted = arrays_of("wanted", ["prompt_id"], [(own_id,) for own_id in ids])
        await self._connection.execute(query, wanted)

    async def selected(self, prompt_id: int | None = None) -> dict[int, list[Selected]]:
        """Return what a prompt selects, or every prompt, in order."""
        columns = [selections.c[name] for name in _PIECE]
        query = select(*columns).where(self._in(selections)).order_by(selections.c.position)
        if prompt_id is not None:
            query = query.where(selections.c.prompt_id == prompt_id)
        found: dict[int, list[Selected]] = {}
        for own_id, *row in await self._connection.execute(query):
            found.setdefault(own_id, []).append((row[0], row[1], row[2], row[3]))
        return found

    async def select(self, chosen: Mapping[int, Sequence[Selected]]) -> None:
        """Set what prompts select."""
        wanted = arrays_of("wanted", ["prompt_id"], [(own_id,) for own_id in chosen])
        query = delete(selections).where(
            self._in(selections), selections.c.prompt_id == _WANTED.c.prompt_id
        )
        await self._connection.execute(query, wanted)
        rows = [(own_id, *row) for own_id, selected in chosen.items() for row in selected]
        if rows:
            values = select(literal(self._owner_id), literal(self._project_id), *_ROWS.c)
            names = ["owner_id", "project_id", *_PIECE]
            await self._connection.execute(
                insert(selections).from_select(names, values), arrays_of("rows", _PIECE, rows)
            )

    async def pieces(self, prompt_id: int) -> list[PieceRow]:
        """Return what a prompt selects in its order, with titles."""
        block, item, sub = nodes.alias("block"), nodes.alias("item"), nodes.alias("sub")
        chosen = selections
        query = (
            select(
                *(chosen.c[name] for name in _PIECE[1:]), block.c.title, item.c.title, sub.c.title
            )
            .outerjoin(block, _joined(chosen, block, 1))
            .outerjoin(item, _joined(chosen, item, 2))
            .outerjoin(sub, and_(_joined(chosen, sub, 3), chosen.c.sub_item_id > 0))
            .where(self._in(chosen), chosen.c.prompt_id == prompt_id)
            .order_by(chosen.c.position)
        )
        return [PieceRow._make(row) for row in await self._connection.execute(query)]

    async def selected_texts(self, prompt_id: int) -> dict[tuple[int, int, int], str]:
        """Return the texts that a prompt selects."""
        query = (
            select(*(node_chunks.c[name] for name in _NODE), node_chunks.c.text)
            .join(selections, _joined(selections, node_chunks, 3))
            .where(self._in(selections), selections.c.prompt_id == prompt_id)
            .order_by(node_chunks.c.seq)
        )
        parts: dict[tuple[int, int, int], list[str]] = {}
        for *key, text in await self._connection.execute(query):
            parts.setdefault((key[0], key[1], key[2]), []).append(text)
        return {key: "".join(found) for key, found in parts.items()}

    def _in(self, table: Table) -> Any:  # noqa: ANN401 - a condition of SQLAlchemy's
        return and_(table.c.owner_id == self._owner_id, table.c.project_id == self._project_id)


def _prompt(row: Any) -> Prompt:  # noqa: ANN401 - a row of SQLAlchemy's
    prompt = Prompt(*row)
    prompt.stored = True
    return prompt


def _joined(chosen: Any, other: Any, depth: int) -> Any:  # noqa: ANN401
    """Return the condition of being the selected node, or what it stands in."""
    same = [
        other.c.owner_id == chosen.c.owner_id,
        other.c.project_id == chosen.c.project_id,
        *(other.c[name] == chosen.c[name] for name in _NODE[:depth]),
    ]
    return and_(*same, *(other.c[name] == 0 for name in _NODE[depth:]))
