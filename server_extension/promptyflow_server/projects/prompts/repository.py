"""SQL of prompts and of what they select."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Integer,
    and_,
    any_,
    bindparam,
    case,
    delete,
    insert,
    literal,
    select,
    update,
)

from promptyflow_server.projects.bulk import arrays_of, looked_up, values_table
from promptyflow_server.projects.prompts.records import Prompt
from promptyflow_server.storage.tables import node_chunks, nodes, prompts, selections, templates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from sqlalchemy import FromClause, Table
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
        query = select(*_READ).where(self._in(prompts), _any_of(prompts, ids))
        return [_prompt(row) for row in await self._connection.execute(query)]

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
        query = delete(prompts).where(self._in(prompts), _any_of(prompts, ids))
        await self._connection.execute(query)

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
        query = delete(selections).where(self._in(selections), _any_of(selections, chosen))
        await self._connection.execute(query)
        rows = [(own_id, *row) for own_id, selected in chosen.items() for row in selected]
        if rows:
            values = select(literal(self._owner_id), literal(self._project_id), *_ROWS.c)
            names = ["owner_id", "project_id", *_PIECE]
            await self._connection.execute(
                insert(selections).from_select(names, values), arrays_of("rows", _PIECE, rows)
            )

    async def pieces(self, prompt_id: int) -> list[PieceRow]:
        """Return what a prompt selects in its order, with titles."""
        chosen = selections
        block, item = self._title(chosen, 1), self._title(chosen, 2)
        sub = case((chosen.c.sub_item_id > 0, self._title(chosen, 3)))
        query = (
            select(*(chosen.c[name] for name in _PIECE[1:]), block, item, sub)
            .where(self._in(chosen), chosen.c.prompt_id == prompt_id)
            .order_by(chosen.c.position)
        )
        return [PieceRow._make(row) for row in await self._connection.execute(query)]

    async def selected_texts(self, prompt_id: int) -> dict[tuple[int, int, int], str]:
        """Return the texts that a prompt selects."""
        own = select(node_chunks.c.seq, node_chunks.c.text).where(
            self._in(node_chunks), *_at(node_chunks, selections, 3)
        )
        joined, chunk = looked_up(selections, own)
        query = (
            select(*(selections.c[name] for name in _NODE), chunk.c.text)
            .select_from(joined)
            .where(self._in(selections), selections.c.prompt_id == prompt_id)
            .order_by(chunk.c.seq)
        )
        parts: dict[tuple[int, int, int], list[str]] = {}
        for *key, text in await self._connection.execute(query):
            parts.setdefault((key[0], key[1], key[2]), []).append(text)
        return {key: "".join(found) for key, found in parts.items()}

    async def existing_templates(self, ids: Iterable[UUID]) -> set[UUID]:
        """Return which of the owner's templates exist, and see to it that they stay for now."""
        mine = and_(templates.c.owner_id == self._owner_id, templates.c.id.in_(list(ids)))
        query = select(templates.c.id).where(mine).with_for_update(read=True, key_share=True)
        return set((await self._connection.execute(query)).scalars())

    def _title(self, chosen: Table, depth: int) -> Any:  # noqa: ANN401 - an expression
        """Return the title of a selected node (3), or of what it stands in."""
        node = nodes.alias()
        query = select(node.c.title).where(self._in(node), *_at(node, chosen, depth))
        return query.correlate(chosen).scalar_subquery()

    def _in(self, table: FromClause) -> Any:  # noqa: ANN401 - a condition of SQLAlchemy's
        return and_(table.c.owner_id == self._owner_id, table.c.project_id == self._project_id)


def _prompt(row: Any) -> Prompt:  # noqa: ANN401 - a row of SQLAlchemy's
    prompt = Prompt(*row)
    prompt.stored = True
    return prompt


def _any_of(table: Table, ids: Iterable[int]) -> Any:  # noqa: ANN401 - a condition
    return table.c.prompt_id == any_(literal(list(ids), ARRAY(BigInteger)))


def _at(other: Any, chosen: Any, depth: int) -> list[Any]:  # noqa: ANN401
    """Return the condition of being the selected node, or what it stands in."""
    same = [other.c[name] == chosen.c[name] for name in _NODE[:depth]]
    return [*same, *(other.c[name] == 0 for name in _NODE[depth:])]
