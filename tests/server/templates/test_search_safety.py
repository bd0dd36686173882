"""No input breaks the search, and none shows anybody what is not theirs."""

from __future__ import annotations

import asyncio

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from promptyflow_server.storage import connecting

HOSTILE = [
    "'abc",
    "abc\\",
    ")(",
    "*",
    "-secret",
    "- secret",
    "-",
    "--secret",
    "(-secret",
    "-(secret)",
    "!secret",
    "!!secret | secret",
    "a or -secret",
    "-a or -b",
    "or",
    "or or or",
    "the",
    "не",
    "the -secret",
    "-the",
    "-the -and",
    '"',
    '"secret',
    '""',
    '-"secret plan"',
    '-""',
    "secret:*",
    "secret:A",
    "sec*",
    "~",
    "~0",
    "'~' | secret",
    "'x'::tsquery",
    "secret' | 'x",
    "%",
    "_",
    "{}",
    "<->",
    "secret <-> plan",
    "<secret>",
    "\x02secret\x03",
    "секрет",
    "🎉",
    "a" * 5_000,
    "a-" * 2_000,
    "a.b@" * 1_000,
    "x " * 10_000,
    " ".join(f"word{number}" for number in range(10_000)),
    '"' + "x " * 5_000 + '"',
    "-x " * 5_000,
    "é́" * 3_000,
    "\u202e\u200f\ufeff",
    "; DROP TABLE templates; --",
]


@pytest.fixture
async def neighbours(ann, bob, database_url):
    """Ann, with a template of her own, among a crowd whose templates hold the same words."""
    names = ["Secret plan", "Секрет", "the", "x'y\\z", "-", "a-b.c@d"]
    for name in names:
        await bob.add(name, "secret plan секретный план word1 x a <secret> the не")
    await ann.add("Secret plan of hers", "mine")
    mine = {item["id"] for item in (await ann.list())["items"]}
    with psycopg.connect(**connecting.external_options(database_url), autocommit=True) as database:
        # Rows of many others, so that the planner has every reason to use the indexes.
        database.execute("""
            INSERT INTO users (id, name) SELECT gen_random_uuid(), 'x' FROM generate_series(1, 30);
            INSERT INTO templates (owner_id, id, name, content)
            SELECT u.id, gen_random_uuid(), 'Secret plan ' || n, 'secret words x a word' || n
            FROM users u, generate_series(1, 40) n WHERE u.name = 'x';
            ANALYZE templates""")
    return ann, mine


async def test_no_query_shows_what_is_somebody_elses(neighbours):
    ann, mine = neighbours
    for asked in HOSTILE:
        for variant in (asked, f"{asked} ", f"plan {asked}", f"{asked} secr"):
            answer = await ann.search(variant, limit=100)
            assert {item["id"] for item in answer["items"]} <= mine, variant


async def test_a_query_without_a_word_that_must_be_there_never_asks_the_index(
    neighbours, database_url
):
    """The function itself holds the line, whatever the service passes it."""
    _, mine = neighbours
    ask = "SELECT template_id::text FROM pf_search_templates(%s, %s, '', '', %s, 100, 100)"
    with psycopg.connect(**connecting.external_options(database_url), autocommit=True) as database:
        owner = _owner_of(database, mine)
        before = _index_scans(database)
        for words in ("-secret", "-a or -b", "secret or -plan", "the", "", "-the"):
            assert database.execute(ask, [owner, words, ""]).fetchall() == [], words
            assert database.execute(ask, [owner, "", words]).fetchall() == [], words
        assert _index_scans(database) == before
        found = database.execute(ask, [owner, "secret", ""]).fetchall()
        assert _index_scans(database) > before  # a query that may ask does
    assert {row[0] for row in found} == mine


def _owner_of(database, mine):
    (template,) = mine
    row = database.execute("SELECT owner_id FROM templates WHERE id = %s", [template]).fetchone()
    return row[0]


def _index_scans(database):
    database.execute("SELECT pg_stat_force_next_flush()")
    return database.execute(
        "SELECT sum(idx_scan) FROM pg_stat_user_indexes"
        " WHERE indexrelname IN ('ix_templates_tsv', 'ix_templates_name_lex')"
    ).fetchone()


async def test_the_database_looks_into_the_index_for_one_owner(neighbours, database_url):
    """How many rows the index gives, before the owner is checked: those of the owner."""
    _, mine = neighbours
    with psycopg.connect(**connecting.external_options(database_url), autocommit=True) as database:
        owner = _owner_of(database, mine)
        database.execute("SET enable_seqscan = off")
        plan = database.execute(
            "EXPLAIN (ANALYZE, FORMAT JSON) SELECT id FROM templates"
            " WHERE name_lex @@ pf_owner_query(%s, websearch_to_tsquery('russian', 'secret plan'))",
            [owner],
        ).fetchone()[0][0]["Plan"]
    assert plan["Actual Rows"] == len(mine)
    assert plan["Plans"][0]["Index Name"] == "ix_templates_name_lex"


WORDS = st.sampled_from(
    ["secret", "plan", "секрет", "the", "-", '"', "or", "-secret", "*", "'", "\\", ":*", "&", "|"]
)
QUERIES = st.one_of(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60),
    st.lists(WORDS, max_size=8).map(" ".join),
    st.lists(WORDS, max_size=8).map("".join),
)


async def test_any_text_is_answered_with_ones_own_templates(neighbours):
    ann, mine = neighbours
    loop = asyncio.get_running_loop()

    @settings(
        max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
    )
    @given(QUERIES)
    def answered(asked):
        answer = asyncio.run_coroutine_threadsafe(ann.search(asked, limit=100), loop).result(60)
        assert {item["id"] for item in answer["items"]} <= mine

    await asyncio.to_thread(answered)


async def test_any_text_can_be_a_template_and_is_shown_as_it_is(ann):
    loop = asyncio.get_running_loop()
    texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=80)

    async def check(name, content):
        content = f"{content} named"
        template = await ann.add(f"Named {name}", content)
        try:
            (item,) = (await ann.search("named "))["items"]
            shown = "".join(fragment["text"] for fragment in item["markedName"])
            assert shown.split() == f"Named {name}".split()
            shown = "".join(fragment["text"] for fragment in item["snippet"])
            assert shown.split() == content.split()
        finally:
            await ann.send("DELETE", f"/{template['id']}")

    @settings(max_examples=100, deadline=None, database=None)
    @given(texts, texts)
    def shown(name, content):
        asyncio.run_coroutine_threadsafe(check(name, content), loop).result(60)

    await asyncio.to_thread(shown)
