"""SQL that finds templates. Which words match how: see the migration of `pf_search_templates`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ARRAY, Boolean, Float, Text, bindparam, column, func, select, text
from sqlalchemy.dialects.postgresql import UUID as PG_UUID

from promptyflow_server.storage.tables import templates
from promptyflow_server.templates.repository import SUMMARY, WITH_USE
from promptyflow_server.templates.snippets import LOOKED_AT, START, STOP

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy import Row, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from promptyflow_server.templates.queries import SearchQuery

_CANDIDATES: Final = 60  # that are ranked, at least
_NEWEST: Final = 1_000
_NAMES_READ: Final = 10_000
_CONTENTS_READ: Final = 300
_CHARS_READ: Final = 2_000

_T = templates.c
_RUSSIAN: Final = text("'pg_catalog.russian'::regconfig")  # stems English words as well
_CONTENT: Final = func.left(_T.content, LOOKED_AT).label("content")

# Made once: building a statement costs more than asking it.
_FOUND: Final = (
    func.pf_search_templates(
        bindparam("owner"),
        bindparam("complete"),
        bindparam("begun"),
        bindparam("stems"),
        bindparam("excluded"),
        bindparam("candidates"),
        bindparam("most"),
    )
    .table_valued(
        column("template_id", PG_UUID(as_uuid=True)),
        column("in_name", Boolean),
        column("relevance", Float),
    )
    .alias("found")
)
_BY_WORDS: Final[Select[Any]] = (
    select(*SUMMARY, _CONTENT, _FOUND.c.in_name)
    .select_from(WITH_USE)
    .where(_T.owner_id == bindparam("owner"), _T.id == _FOUND.c.template_id)
    .order_by(
        _FOUND.c.in_name.desc(), _FOUND.c.relevance.desc(), _T.updated_at.desc(), _T.id.desc()
    )
)

# Every word for itself: a headline does not ask whether all of them are there. Texts must be as
# `pf_template_terms` sees them, or a tag would be taken out as a whole.
_MARKS: Final = text("""
    WITH asked AS MATERIALIZED (
        SELECT websearch_to_tsquery('pg_catalog.russian', :complete)
            || CASE WHEN :begun = '' THEN ''::tsquery
                ELSE to_tsquery('pg_catalog.russian', '''' || :begun || '''')
                    || to_tsquery('pg_catalog.russian', '''' || :begun || ''':*') END
            || CASE WHEN :stems = '' THEN ''::tsquery
                ELSE to_tsquery('pg_catalog.simple', :stems) END AS query
    )
    SELECT ts_headline(
        'pg_catalog.russian', translate(part.content, :signs, :blanks), asked.query, :options)
    FROM asked, unnest(:parts) WITH ORDINALITY AS part (content, place)
    ORDER BY part.place
""").bindparams(bindparam("parts", type_=ARRAY(Text)))
_OPTIONS: Final = f"HighlightAll=true, StartSel={START}, StopSel={STOP}"
_SIGNS: Final = f"<>/_{{}}{START}{STOP}"


class TemplateSearchRepository:
    """Finds templates of one owner."""

    def __init__(self, connection: AsyncConnection, owner_id: UUID) -> None:
        self._connection = connection
        self._owner_id = owner_id

    async def by_words(self, query: SearchQuery, limit: int) -> Sequence[Row[Any]]:
        """Return what has the words of a query, the best first.

        Nothing is found by a query without a word that must occur.
        """
        found = await self._connection.execute(
            _BY_WORDS,
            {
                "owner": self._owner_id,
                "complete": " ".join(query.complete),
                "begun": query.begun,
                "stems": query.stems,
                "excluded": " or ".join(query.excluded),
                "candidates": max(_CANDIDATES, limit),
                "most": limit,
            },
        )
        rows: Sequence[Row[Any]] = found.all()
        return rows

    async def by_name(self, part: str, limit: int) -> Sequence[Row[Any]]:
        """Return what has exactly this somewhere in its name, the last changed first."""
        named = self._mine().where(_T.name.icontains(part, autoescape=True))
        return await self._all(_newest_first(named).limit(limit))

    async def newest(self, without: Sequence[str], limit: int) -> Sequence[Row[Any]]:
        """Return the last changed; with words, those of the last 1,000 that lack them all."""
        if not without:
            return await self._all(_newest_first(self._mine()).limit(limit))
        recent = select(_T.id, _T.tsv).where(_T.owner_id == self._owner_id)
        few = _newest_first(recent).limit(_NEWEST).subquery()
        unwanted = func.websearch_to_tsquery(_RUSSIAN, " or ".join(without))
        lacking = select(few.c.id).where(~few.c.tsv.bool_op("@@")(unwanted))
        return await self._all(_newest_first(self._mine().where(_T.id.in_(lacking))).limit(limit))

    async def has_words(self, query: SearchQuery) -> bool:
        """Whether a query has words that are indexed at all, which `the` and `и` are not."""
        words = " ".join(query.words)
        count = select(func.numnode(func.websearch_to_tsquery(_RUSSIAN, words)))
        return bool((await self._connection.execute(count)).scalar_one())

    async def marks(self, query: SearchQuery, parts: Sequence[str]) -> list[str]:
        """Return texts with `START` and `STOP` around every word that the query has, in any form.

        Signs that separate words, `START` and `STOP` among them, come back as blanks.
        """
        marked = await self._connection.execute(
            _MARKS,
            {
                "complete": " or ".join(query.complete),
                "begun": query.begun,
                "stems": query.stems,
                "options": _OPTIONS,
                "signs": _SIGNS,
                "blanks": " " * len(_SIGNS),
                "parts": list(parts),
            },
        )
        return list(marked.scalars())

    async def texts(self) -> list[str]:
        """Return what a vocabulary is made of: names, then beginnings of the newest contents."""
        of_owner = _T.owner_id == self._owner_id
        names = _newest_first(select(_T.name).where(of_owner)).limit(_NAMES_READ)
        begins = _newest_first(select(func.left(_T.content, _CHARS_READ)).where(of_owner))
        found = list((await self._connection.execute(names)).scalars())
        contents = await self._connection.execute(begins.limit(_CONTENTS_READ))
        return found + list(contents.scalars())

    def _mine(self) -> Select[Any]:
        query = select(*SUMMARY, _CONTENT).select_from(WITH_USE)
        return query.where(_T.owner_id == self._owner_id)

    async def _all(self, query: Select[Any]) -> Sequence[Row[Any]]:
        rows: Sequence[Row[Any]] = (await self._connection.execute(query)).all()
        return rows


def _newest_first(query: Select[Any]) -> Select[Any]:
    return query.order_by(_T.updated_at.desc(), _T.id.desc())
