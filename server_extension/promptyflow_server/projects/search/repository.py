"""SQL of searching a project: stems of words, and the answers to its prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ARRAY, Text, bindparam, func, select, text

from promptyflow_server.storage.tables import runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from sqlalchemy import Row, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

ANSWERS: Final = 1_000
"""The newest answers are looked through, as many."""

ANSWER_BYTES: Final = 20_000_000
"""And no more than that of them."""

_STEMS: Final = text("""
    SELECT word, tsvector_to_array(to_tsvector('pg_catalog.russian', word))
    FROM unnest(:words) AS word
""").bindparams(bindparam("words", type_=ARRAY(Text)))


class ProjectSearchRepository:
    """Reads what only the database knows."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def stems(self, words: Iterable[str]) -> dict[str, frozenset[str]]:
        """Return the stems of words in English and Russian; of fillers there are none."""
        found = await self._connection.execute(_STEMS, {"words": sorted(words)})
        return {row[0]: frozenset(row[1]) for row in found}

    async def answers(self, user_id: UUID, project_id: UUID) -> Sequence[Row[Any]]:
        """Return what models answered to this person's prompts of the project, newest first."""
        order = (runs.c.started_at.desc(), runs.c.id.desc())
        bytes_so_far = func.sum(func.octet_length(runs.c.response)).over(order_by=order)
        newest = (
            select(runs.c.id, bytes_so_far.label("bytes"))
            .where(runs.c.owner_id == user_id, runs.c.project_id == project_id)
            .where(runs.c.response.is_not(None))
            .order_by(*order)
            .limit(ANSWERS)
            .subquery()
        )
        query: Select[Any] = (
            select(runs.c.id, runs.c.prompt_id, runs.c.prompt_title, runs.c.model, runs.c.response)
            .join(newest, newest.c.id == runs.c.id)
            .where(runs.c.owner_id == user_id, newest.c.bytes <= ANSWER_BYTES)
            .order_by(*order)
        )
        rows: Sequence[Row[Any]] = (await self._connection.execute(query)).all()
        return rows
