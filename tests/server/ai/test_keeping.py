"""Runs are found again, and kept as long as the operator says; without texts where wanted."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from fault_server import DONE, chunk, sse, usage
from sqlalchemy import text

from promptyflow_server.ai.policy import Keeping
from promptyflow_server.ai.retention import Retention


def answer(words):
    return sse(chunk(words, finish="stop"), usage(3, 2), DONE)


async def found(person, **query):
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return [run["preview"] for run in (await person.get(f"/ai/runs?{asked}"))["items"]]


async def test_runs_are_found_by_what_was_sent_and_what_came(ready, bob, faults):
    for question, words in (("Что такое Кот?", "Зверь."), ('A "quoted" 100% dog', "Beast_1")):
        faults.forget()
        faults.reply(answer(words))
        await ready.send(question, stream=False)
    assert await found(ready, q="кот") == ["Зверь."]
    assert await found(ready, q="ЗВЕРЬ") == ["Зверь."]
    assert await found(ready, q="кот зверь") == ["Зверь."]
    assert await found(ready, q="кот beast") == []
    assert await found(ready, q='"quoted"') == ["Beast_1"]
    assert await found(ready, q="100%") == ["Beast_1"]
    assert await found(ready, q="%") == ["Beast_1"]
    assert await found(ready, q="t_1") == ["Beast_1"]
    assert await found(ready, q="content") == []  # a name in the record is no text of it
    assert await found(ready, q="кот", model="other") == []
    assert await found(ready, model="m", status="done") == ["Beast_1", "Зверь."]
    assert await found(bob, q="кот") == []


async def test_where_no_texts_are_kept_none_is(servers, person, faults, tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text("[runs]\nkeep_texts = false\n")
    ann = person(await servers.start(policy_file=path), "ann")
    await ann.set_up(faults.url)
    faults.forget()
    faults.reply(sse(chunk(reasoning_content="secret-1")), 0.8, answer("secret-2"))
    told = (await ann.send("secret-3", system="secret-4", stream=False)).body
    assert (told["response"], told["reasoning"]) == ("secret-2", "secret-1")
    run = await ann.run(told["runId"])
    assert (run["messages"], run["response"], run["reasoning"]) == (None, None, None)
    assert run["usage"] == {"inputTokens": 3, "outputTokens": 2, "cachedTokens": None,
                            "cacheWriteTokens": None, "reasoningTokens": None}  # fmt: skip
    async with ann.dispatcher.services.database.read() as connection:
        for table in ("runs", "run_events", "spending", "token_factors", "idempotency_keys"):
            rows = (await connection.execute(text(f"SELECT t::text FROM {table} t"))).scalars()  # noqa: S608 - names of ours
            assert [row for row in rows if "secret" in row] == []


async def test_no_text_is_written_while_a_run_goes_on_either(servers, person, faults, tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text("[runs]\nkeep_texts = false\n")
    ann = person(await servers.start(policy_file=path), "ann")
    await ann.set_up(faults.url)
    faults.forget()
    faults.reply(sse(chunk("secret")), 1.5, answer("end"))
    streamed = await ann.send()
    run_id = (await anext(streamed.events)).data["runId"]
    await anext(streamed.events)
    await asyncio.sleep(0.9)  # it would have been saved by now
    async with ann.dispatcher.services.database.read() as connection:
        rows = (await connection.execute(text("SELECT t::text FROM run_events t"))).scalars().all()
    assert rows == []
    await streamed.events.aclose()
    await ann.run_when(run_id, "done")


@pytest.mark.parametrize(("days", "left"), [(7, ["new"]), (None, ["new", "old"])])
async def test_runs_are_deleted_when_they_are_too_old(ready, faults, days, left):
    for words in ("old", "new"):
        faults.forget()
        faults.reply(answer(words))
        await ready.send(stream=False)
    database = ready.dispatcher.services.database
    long_ago = datetime.now(UTC) - timedelta(days=8)
    async with database.transaction() as connection:
        await connection.execute(
            text("UPDATE runs SET finished_at = :at WHERE response = 'old'"), {"at": long_ago}
        )
    deleted = await Retention(database, Keeping(keep_days=days)).sweep()
    assert deleted == 2 - len(left)
    assert await found(ready) == left


async def test_a_run_that_goes_on_is_never_too_old(ready, faults):
    faults.reply(sse(chunk("x")), 1.0, answer("y"))
    streamed = await ready.send()
    run_id = (await anext(streamed.events)).data["runId"]
    database = ready.dispatcher.services.database
    async with database.transaction() as connection:
        await connection.execute(text("UPDATE runs SET started_at = '2001-01-01'"))
    assert await Retention(database, Keeping(keep_days=1)).sweep() == 0
    await streamed.events.aclose()
    await ready.run_when(run_id, "done")


async def test_of_who_left_long_ago_not_even_sums_stay(ready):
    database = ready.dispatcher.services.database
    async with database.transaction() as connection:
        for days in (1, 32):
            written = "INSERT INTO spending_before (identity, at) VALUES ('x', now() - :age)"
            await connection.execute(text(written), {"age": timedelta(days=days)})
    await Retention(database, Keeping()).sweep()
    async with database.read() as connection:
        count = await connection.execute(text("SELECT count(*) FROM spending_before"))
    assert count.scalar_one() == 1


async def test_answers_for_repeats_are_kept_for_a_day(ready):
    database = ready.dispatcher.services.database
    for key in ("old", "new"):
        await ready("POST", "/api/projects", {"name": key}, idempotency_key=key)
    async with database.transaction() as connection:
        aged = "UPDATE idempotency_keys SET created_at = now() - interval '25 hours'"
        await connection.execute(text(f"{aged} WHERE key = 'old'"))
    await Retention(database, Keeping()).sweep()
    async with database.read() as connection:
        kept = (await connection.execute(text("SELECT key FROM idempotency_keys"))).scalars().all()
    assert kept == ["new"]
