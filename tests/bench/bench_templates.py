"""Times of the template search, beside ILIKE and beside the replaced system's English-only query.

    python tests/bench/bench_templates.py --templates 1000000

All three are asked in one run, on one embedded server with its usual settings, about the library
of one owner (10,000 templates) among those of others. Nothing is left behind.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import sys
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any, Self

import psycopg
import template_corpus

from promptyflow_server.http.call import User
from promptyflow_server.settings import Settings
from promptyflow_server.storage import connecting, migrate
from promptyflow_server.storage.database import Database
from promptyflow_server.storage.embedded import EmbeddedPostgres
from promptyflow_server.templates.queries import read_query
from promptyflow_server.templates.schemas import SearchTemplatesQuery
from promptyflow_server.templates.searching import TemplateSearcher

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

OWNER = uuid.UUID(int=1)
OF_OWNER = 10_000
OF_ANOTHER = 1_000
QUERIES = 40
RUNS = 5
LIMIT = 20

ILIKE = """
    SELECT id, name, updated_at FROM templates
    WHERE owner_id = %(owner)s AND (name ILIKE %(like)s OR content ILIKE %(like)s)
    ORDER BY updated_at DESC LIMIT 20
"""
# What the replaced system did; its query read all columns, here the content is spared it.
REPLACED_TABLE = """
    CREATE TABLE replaced WITH (toast_tuple_target = 256) AS
    SELECT owner_id, id, name, updated_at, to_tsvector('english', name) AS name_tsv,
        to_tsvector('english', left(content, 250000)) AS content_tsv
    FROM templates;
    CREATE INDEX ON replaced (owner_id);
    CREATE INDEX ON replaced USING gin (name_tsv);
    CREATE INDEX ON replaced USING gin (content_tsv);
"""
REPLACED = """
    SELECT id, name, updated_at,
        ts_rank(setweight(name_tsv, 'A') || setweight(content_tsv, 'B'), query) AS rank
    FROM replaced, to_tsquery('english', %(words)s) query
    WHERE owner_id = %(owner)s AND (name_tsv @@ query OR content_tsv @@ query)
    ORDER BY rank DESC, updated_at DESC LIMIT 100
"""
OURS = "SELECT * FROM pf_search_templates(%s, %s, %s, %s, %s, 60, 20)"


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def fill(connection: psycopg.Connection[Any], count: int) -> None:
    """Load made-up templates; indexes are made afterwards, as `pg_restore` does it."""
    indexes = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes"
        " WHERE tablename = 'templates' AND indexdef LIKE '%USING gin%'"
    ).fetchall()
    for name, _ in indexes:
        connection.execute(f'DROP INDEX "{name}"')
    dice = random.Random(2)  # noqa: S311 - repeatable, not secret
    owners = [OWNER, *(uuid.UUID(int=2 + n) for n in range(-(-(count - OF_OWNER) // OF_ANOTHER)))]
    connection.cursor().executemany(
        "INSERT INTO users (id, name) VALUES (%s, 'x')", [(owner,) for owner in owners]
    )
    # Everybody has written at all times: the rows of one owner are not neighbours.
    whose = [OWNER] * min(count, OF_OWNER)
    whose += [owners[1 + n // OF_ANOTHER] for n in range(count - len(whose))]
    dice.shuffle(whose)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    copy = "COPY templates (owner_id, id, name, content, created_at, updated_at) FROM STDIN"
    with connection.cursor().copy(copy) as rows:
        for number, made in enumerate(template_corpus.templates(count)):
            when = start + timedelta(seconds=number)
            identity = uuid.UUID(int=(number << 64) | dice.getrandbits(62))
            rows.write_row((whose[number], identity, made.name, made.content, when, when))
    connection.execute("SET maintenance_work_mem = '1GB'")
    for _, definition in indexes:
        connection.execute(definition)
    connection.execute(REPLACED_TABLE)
    connection.execute("VACUUM ANALYZE templates")
    connection.execute("VACUUM ANALYZE replaced")


def queries(connection: psycopg.Connection[Any]) -> dict[str, list[str]]:
    """Return queries of each kind, half English and half Russian, from what the owner has."""
    dice = random.Random(3)  # noqa: S311 - repeatable, not secret
    languages = (template_corpus.english(), template_corpus.russian())

    def words(first: int, last: int) -> Iterator[str]:
        while True:
            for language in languages:
                yield dice.choice(dice.choice(language.words[first:last]).forms)

    def take(words: Iterator[str]) -> list[str]:
        return [next(words) for _ in range(QUERIES)]

    names = connection.execute(
        "SELECT name FROM templates WHERE owner_id = %s ORDER BY id LIMIT 2000", [OWNER]
    ).fetchall()
    named = [word for (name,) in names for word in name.split() if len(word) > 5]
    common, usual = words(0, 40), words(200, 1_000)
    return {
        "common word": take(common),
        "usual word": take(usual),
        "rare word": take(words(4_000, 10_000)),
        "two words": [f"{next(common)} {next(usual)}" for _ in range(QUERIES)],
        "prefix, 3 letters": [word[:3] for word in dice.sample(named, QUERIES)],
        "prefix, 5 letters": [word[:5] for word in dice.sample(named, QUERIES)],
        "no match": ["".join(dice.choices("zqxwjk", k=9)) for _ in range(QUERIES)],
    }


def asked(connection: psycopg.Connection[Any]) -> dict[str, Callable[[str], int]]:
    def ours(text: str) -> int:
        query = read_query(text)
        words = (" ".join(query.complete), query.begun, query.stems, " or ".join(query.excluded))
        return len(connection.execute(OURS, (OWNER, *words)).fetchall())

    def ilike(text: str) -> int:
        like = {"owner": OWNER, "like": f"%{text}%"}
        return len(connection.execute(ILIKE, like).fetchall())

    def replaced(text: str) -> int:
        words = " & ".join(re.sub(r"[&|!():*<>]", " ", text).split())
        return len(connection.execute(REPLACED, {"owner": OWNER, "words": words}).fetchall())

    return {"search": ours, "replaced system": replaced, "ILIKE": ilike}


class Times:
    """Milliseconds of the first and of the later runs, and how many queries found something.

    `busy` is what the database server itself worked in the later runs: on a machine with other
    work to do, that is what can be compared.
    """

    def __init__(self) -> None:
        self.first: list[float] = []
        self.warm: list[float] = []
        self.busy: list[float] = []
        self.answered = 0

    def __iadd__(self, other: Times) -> Self:
        self.first += other.first
        self.warm += other.warm
        self.busy += other.busy
        self.answered += other.answered
        return self

    def row(self, name: str, kind: str) -> str:
        figures = [median(self.warm), p95(self.warm), p95(self.first)]
        figures += [median(self.busy), p95(self.busy)] if any(self.busy) else []
        shown = "".join(f"{figure:10.2f}" for figure in figures).ljust(50)
        return f"{name:<17}{kind:<18}{shown}{self.answered:8}/{len(self.first)}"


def p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


def work_of(connection: psycopg.Connection[Any]) -> Callable[[], float]:
    """Return a clock that tells for how many milliseconds a connection's server has worked."""
    path = Path(f"/proc/{connection.info.backend_pid}/schedstat")
    return lambda: int(path.read_text().split()[0]) / 1e6 if path.exists() else 0.0


async def measure(
    kinds: dict[str, list[str]],
    name: str,
    ask: Callable[[str], Awaitable[int]],
    work: Callable[[], float] = lambda: 0.0,
    runs: int = RUNS,
) -> None:
    """Ask every query once, in random order, then some times more; every run counts."""
    times = {kind: Times() for kind in kinds}
    mixed = [(kind, text) for kind, texts in kinds.items() for text in texts]
    random.Random(4).shuffle(mixed)  # noqa: S311 - repeatable, not secret
    for run in range(1 + runs):
        for kind, text in mixed:
            before, start = work(), perf_counter()
            found = await ask(text)
            passed = (perf_counter() - start) * 1000
            its = times[kind]
            if run:
                its.warm.append(passed)
                its.busy.append(work() - before)
            else:
                its.first.append(passed)
                its.answered += found > 0
    every = Times()
    for kind, its in times.items():
        say(its.row(name, kind))
        if kind != "no match":
            every += its
    say(every.row(name, "all that match") + "\n")


async def run(folder: Path, count: int) -> None:
    embedded = EmbeddedPostgres(folder)
    options = connecting.embedded_options(embedded.start())
    try:
        migrate.to_this_version(options)
        with psycopg.connect(**options, autocommit=True) as connection:
            start = perf_counter()
            fill(connection, count)
            say(f"{count:,} templates made and indexed in {perf_counter() - start:.0f} s")
            sizes = connection.execute(
                "SELECT pg_size_pretty(pg_table_size('templates')),"
                " pg_size_pretty(pg_relation_size('ix_templates_tsv')),"
                " pg_size_pretty(pg_relation_size('ix_templates_name_lex')),"
                " (SELECT round(avg(chars)) FROM templates WHERE owner_id = %s)",
                [OWNER],
            ).fetchone()
            say("table {}, index of words {}, of names {}; {} characters each\n".format(*sizes))
            kinds = queries(connection)
            heads = ("median", "p95", "p95 first", "busy", "p95 busy")
            say(f"{'ms':<35}" + "".join(f"{head:>10}" for head in heads) + "  answered")
            for name, ask in asked(connection).items():
                runs = 1 if name == "ILIKE" else RUNS
                await measure(kinds, name, _awaitable(ask), work_of(connection), runs)
        await whole(folder, kinds)
    finally:
        embedded.stop()


async def whole(folder: Path, kinds: dict[str, list[str]]) -> None:
    """The same through the service: with snippets, models, and guesses where nothing matches."""
    database = Database(Settings(data_dir=folder))
    searcher = TemplateSearcher(database)
    user = User(OWNER, "bench", "jupyter")

    async def ask(text: str) -> int:
        found = await searcher.search(user, SearchTemplatesQuery(q=text, limit=LIMIT))
        return len(found.items) if found.matched == "words" else 0

    await measure(kinds, "whole service", ask)
    await database.close()


def _awaitable(ask: Callable[[str], int]) -> Callable[[str], Awaitable[int]]:
    async def asking(text: str) -> int:
        return ask(text)

    return asking


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--templates", type=int, default=100_000)
    parser.add_argument("--folder", help="where the database is made (8 GB for a million)")
    arguments = parser.parse_args()
    with TemporaryDirectory(prefix="pf-bench-", dir=arguments.folder) as folder:
        asyncio.run(run(Path(folder), arguments.templates))


if __name__ == "__main__":
    main()
