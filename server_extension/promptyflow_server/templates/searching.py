"""Search in the template library: what is tried in which order, and what is shown of a hit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from promptyflow_server.templates.queries import read_query, with_other_words
from promptyflow_server.templates.schemas import TemplateHit, TemplateSearch
from promptyflow_server.templates.search_repository import TemplateSearchRepository
from promptyflow_server.templates.service import told
from promptyflow_server.templates.snippets import Places, fragments
from promptyflow_server.templates.vocabulary import Vocabularies

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy import Row

    from promptyflow_server.http.call import User
    from promptyflow_server.storage.database import Database
    from promptyflow_server.templates.queries import SearchQuery
    from promptyflow_server.templates.schemas import SearchTemplatesQuery

Matched = Literal["words", "similar", "names", "recent"]


class TemplateSearcher:
    """Finds templates by what a person types.

    Parameters
    ----------
    database
        Where the templates are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._vocabularies = Vocabularies(self._texts)

    def forget(self, owner_id: UUID) -> None:
        """Read somebody's words again before the next guess: their templates have changed."""
        self._vocabularies.forget(owner_id)

    async def search(self, user: User, asked: SearchTemplatesQuery) -> TemplateSearch:
        """Return the templates that a person may mean, and how they were found."""
        query = read_query(asked.q)
        text = asked.q.strip()
        async with self._database.read(may_be_late=True) as connection:
            repository = TemplateSearchRepository(connection, user.id)
            if not query.words:
                matched: Matched = "recent"
                if text and not query.excluded:
                    matched = "names"
                    rows = await repository.by_name(text, asked.limit)
                else:
                    rows = await repository.newest(query.excluded, asked.limit)
                return await _shown(repository, query, rows, matched)
            rows = await repository.by_words(query, asked.limit)
            if rows:
                return await _shown(repository, query, rows, "words")
            if not await repository.has_words(query):
                rows = await repository.by_name(text, asked.limit)
                return await _shown(repository, query, rows, "names")
        return await self._similar(user, asked.q, query, asked.limit)

    async def _similar(
        self, user: User, text: str, query: SearchQuery, limit: int
    ) -> TemplateSearch:
        """Look for what was meant, where nothing is found by what was written."""
        vocabulary = await self._vocabularies.of(user.id)
        suggestion = with_other_words(text.strip(), query.words, vocabulary.meant)
        rows: Sequence[Row[Any]] = ()
        if suggestion is not None:
            query = read_query(suggestion)
            async with self._database.read(may_be_late=True) as connection:
                repository = TemplateSearchRepository(connection, user.id)
                rows = await repository.by_words(query, limit)
                if rows:
                    return await _shown(repository, query, rows, "similar", suggestion)
        return TemplateSearch(items=[], matched="words", suggestion=None)

    async def _texts(self, owner_id: UUID) -> list[str]:
        async with self._database.read() as connection:
            return await TemplateSearchRepository(connection, owner_id).texts()


async def _shown(
    repository: TemplateSearchRepository,
    query: SearchQuery,
    rows: Sequence[Row[Any]],
    matched: Matched,
    suggestion: str | None = None,
) -> TemplateSearch:
    """Return rows with the words of the query marked, where they were found by words."""
    names = [row.name for row in rows]
    by_words = matched in {"words", "similar"}
    places = Places(query.words if by_words else ())
    excerpts = [places.excerpt(row.content) for row in rows]
    texts = names + excerpts
    marked = texts
    if by_words:
        marked = await repository.marks(query, texts)
    shown = [fragments(text, its) for text, its in zip(texts, marked, strict=True)]
    items = [
        TemplateHit(
            **told(row), found_in=_found_in(row, matched), marked_name=name, snippet=snippet
        )
        for row, name, snippet in zip(rows, shown, shown[len(rows) :], strict=False)
    ]
    return TemplateSearch(items=items, matched=matched, suggestion=suggestion)


def _found_in(row: Row[Any], matched: Matched) -> Literal["name", "content"] | None:
    if matched == "recent":
        return None
    return "name" if matched == "names" or row.in_name else "content"
