"""Search in a project: what is looked through, and what is shown of a hit."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from promptyflow_server.projects.access import access
from promptyflow_server.projects.document import read_rows
from promptyflow_server.projects.records import ROOT
from promptyflow_server.projects.search.matching import LiteralMatcher, Matcher, Text, Words
from promptyflow_server.projects.search.repository import ProjectSearchRepository
from promptyflow_server.projects.search.schemas import ProjectHit, ProjectSearch
from promptyflow_server.projects.search.showing import marked, snippet
from promptyflow_server.projects.search.wanted import Wanted, folded
from promptyflow_server.shared import cursors
from promptyflow_server.templates.queries import read_query

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from sqlalchemy import Row

    from promptyflow_server.http.call import User
    from promptyflow_server.projects.context.nodes import Node
    from promptyflow_server.projects.document import ProjectRows
    from promptyflow_server.projects.search.matching import Match
    from promptyflow_server.projects.search.schemas import SearchProjectQuery
    from promptyflow_server.storage.database import Database

_KINDS: Final = ("block", "item", "subItem")
_AT_ONCE: Final = 2
_SMALL: Final = 300_000
_SMALL_AT_ONCE: Final = 8
_CHARS_OF_A_QUERY: Final = 200


@dataclass(slots=True)
class _Found(Text):
    """Something of a project that can be found, and how it is named."""

    kind: str = "item"
    ids: dict[str, Any] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)


class ProjectSearcher:
    """Finds what a project says about something.

    A project is read as a whole for each question; of large ones only a few are at a time, which
    small ones do not wait for.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._room_for_small = asyncio.Semaphore(_SMALL_AT_ONCE)

    async def search(
        self, user: User, project_id: UUID, asked: SearchProjectQuery
    ) -> ProjectSearch:
        """Return what has the words of a query, the best first.

        Raises
        ------
        NotFound
            There is no such project for this person.
        """
        skipped = cursors.decode(asked.cursor, cursors.number)[0] if asked.cursor else 0
        first = max(skipped, 0)
        async with self._database.read() as connection:
            project = await access(connection, user, project_id, "view")
        async with self._room_for_small if project.chars <= _SMALL else self._room:
            texts, matcher = await self._texts_and_matcher(user, project_id, asked.q)
            matches = [] if matcher is None else await asyncio.to_thread(_ranked, texts, matcher)
        shown = matches[first:][: asked.limit]
        end = first + len(shown)
        return ProjectSearch(
            items=[_hit(texts[match.place], match, matcher) for match in shown if matcher],
            next_cursor=cursors.encode(end) if shown and end < len(matches) else None,
            total=len(matches),
            matched="words" if isinstance(matcher, Matcher) else "text",
        )

    async def _texts_and_matcher(
        self, user: User, project_id: UUID, q: str
    ) -> tuple[Sequence[_Found], Matcher | LiteralMatcher | None]:
        """Return all that can be found, and what tells whether it is."""
        asked = Wanted.of(read_query(q))
        async with self._database.read(snapshot=True) as connection:
            project = await access(connection, user, project_id, "view")
            search = ProjectSearchRepository(connection)
            stems = await search.stems(asked.words)
            rows = await read_rows(connection, project, contents=True)
            answers = await search.answers(user.id, project.id)
        texts = [*_texts(rows), *_answers(answers)]
        wanted = asked.without_fillers(stems)
        if wanted is None:
            needle = folded(q.strip())[:_CHARS_OF_A_QUERY]
            return texts, LiteralMatcher(needle) if needle else None
        words = Words(wanted, stems)
        alike = await asyncio.to_thread(words.alike, texts)
        async with self._database.read() as connection:
            stems |= await ProjectSearchRepository(connection).stems(alike)
        return texts, Matcher(wanted, words, stems)


def _ranked(texts: Sequence[_Found], matcher: Matcher | LiteralMatcher) -> list[Match]:
    found = (matcher.match(place, text) for place, text in enumerate(texts))
    matches = [match for match in found if match is not None]
    return sorted(matches, key=lambda match: match.order)


def _texts(rows: ProjectRows) -> Iterator[_Found]:
    def below(node: Node, path: list[str]) -> Iterator[_Found]:
        yield _Found(
            title=node.title,
            content=rows.text(node),
            kind=_KINDS[node.key.depth - 1],
            ids=node.key.wire(),
            path=path,
        )
        for child in rows.below(node.key):
            yield from below(child, [*path, node.title])

    for block in rows.below(ROOT):
        yield from below(block, [])
    for prompt in rows.prompts:
        ids = {"promptBlockId": prompt.id}
        yield _Found(prompt.title, prompt.template, "prompt", ids)


def _answers(rows: Sequence[Row[Any]]) -> Iterator[_Found]:
    for row in rows:
        ids = {"runId": row.id, "promptBlockId": row.prompt_id}
        yield _Found(row.prompt_title or row.model, row.response, "answer", ids)


def _hit(text: _Found, match: Match, matcher: Matcher | LiteralMatcher) -> ProjectHit:
    shown, position = snippet(text.content, matcher.hits(text.content))
    return ProjectHit.model_validate(
        {
            **text.ids,
            "kind": text.kind,
            "path": text.path,
            "title": text.title,
            "markedTitle": marked(text.title, matcher.hits(text.title)),
            "snippet": shown,
            "position": position,
            "hits": match.hits,
        }
    )
