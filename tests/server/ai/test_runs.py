"""Runs: told to many and again, listed, deleted, and honest after a crash."""

from __future__ import annotations

import asyncio

import pytest
from fault_server import DONE, WAIT, chunk, sse, usage
from sqlalchemy import text as sql

HELLO = sse(chunk("Hello", finish="stop"), usage(1, 2), DONE)


def spelled(events):
    return [(e.name, c) for e in events if e.name in {"delta", "reasoning"} for c in e.data["text"]]


async def follow(person, run_id, last=None):
    headers = {} if last is None else {"last_event_id": last}
    return await person("GET", f"/ai/runs/{run_id}/events", **headers)


async def started(person, **more):
    answer = await person.send(**more)
    return (await anext(answer.events)).data["runId"], answer


THOUGHTS = [
    chunk(reasoning_content="one "),
    chunk("two "),
    chunk(reasoning_content="three "),
    chunk("four"),
]
TOLD = [
    *(("reasoning", c) for c in "one "),
    *(("delta", c) for c in "two "),
    *(("reasoning", c) for c in "three "),
    *(("delta", c) for c in "four"),
]


async def test_every_reader_gets_each_event_once_and_in_order(ready, faults):
    faults.reply(*[part for t in THOUGHTS for part in (t, 0.05)], HELLO.replace(b"Hello", b"!"))
    run_id, first = await started(ready)

    async def read(delay):
        await asyncio.sleep(delay)
        return await (await follow(ready, run_id)).all()

    readers = await asyncio.gather(*(read(i * 0.03) for i in range(10)))
    readers.append([e async for e in first.events])
    for events in readers:
        assert spelled(events) == [*TOLD, ("delta", "!")]
        assert [e.name for e in events][-2:] == ["usage", "done"]
    late = await (await follow(ready, run_id)).all()
    assert spelled(late) == [*TOLD, ("delta", "!")], "the record keeps the order too"


async def test_reading_goes_on_behind_any_event_that_arrived(ready, faults):
    faults.reply(*[part for t in THOUGHTS for part in (t, 0.03)], HELLO.replace(b"Hello", b"!"))
    run_id, first = await started(ready)
    events = [e async for e in first.events]
    for place, event in enumerate(events):
        rest = await (await follow(ready, run_id, event.id)).all()
        missed = events[place + 1 :]
        assert spelled(rest) == spelled(missed), "in larger pieces, but each character once"
        ends = [[e for e in seen if e.name in {"usage", "done"}] for seen in (rest, missed)]
        assert ends[0] == ends[1]
    assert await (await follow(ready, run_id, events[-1].id)).all() == []


@pytest.mark.parametrize("last", ["", "x", "-1", "9" * 40, "1e9", "5u5"])
async def test_an_event_id_that_is_none_starts_from_the_beginning(ready, faults, last):
    faults.reply(HELLO)
    run_id = (await ready.send(stream=False)).body["runId"]
    events = await (await follow(ready, run_id, last)).all()
    assert [e.name for e in events] == ["start", "delta", "usage", "done"]


async def test_a_reader_who_does_not_read_holds_up_nobody(ready, faults):
    faults.reply(*[part for i in range(50) for part in (chunk(f"{i} "), 0.005)], HELLO)
    run_id, slow = await started(ready)
    await ready.run_when(run_id, "done")
    events = [e async for e in slow.events]
    assert [e.name for e in events] == ["delta", "usage", "done"], "what was missed is one piece"
    assert events[0].data["text"] == "".join(f"{i} " for i in range(50)) + "Hello"


async def test_a_foreign_run_is_not_found(ready, bob, faults):
    faults.reply(chunk("x"), WAIT)
    run_id, answer = await started(ready)
    for method, path in (
        ("GET", ""),
        ("GET", "/events"),
        ("POST", "/cancel"),
        ("DELETE", ""),
    ):
        told = await bob(method, f"/ai/runs/{run_id}{path}")
        assert (told.status, told.body["error"]) == (404, "NOT_FOUND")
    assert (await bob.get("/ai/runs"))["items"] == []
    assert (await ready.run(run_id))["status"] == "running"
    await ready("DELETE", f"/ai/runs/{run_id}")
    await answer.events.aclose()


async def test_a_deleted_run_is_gone_and_one_that_ran_is_stopped(ready, faults):
    faults.reply(chunk("x"), WAIT)
    run_id, answer = await started(ready)
    await faults.answering.wait()
    assert (await ready("DELETE", f"/ai/runs/{run_id}")).status == 204
    await asyncio.wait_for(faults.hung_up.wait(), 1)
    assert (await ready("GET", f"/ai/runs/{run_id}")).status == 404
    assert (await ready("DELETE", f"/ai/runs/{run_id}")).status == 404
    await answer.events.aclose()


async def test_runs_are_listed_newest_first_in_parts(ready, faults):
    faults.reply(HELLO)
    made = [(await ready.send(stream=False)).body["runId"] for _ in range(5)]
    found, cursor = [], ""
    while cursor is not None:
        page = await ready.get(f"/ai/runs?limit=2{cursor and '&cursor=' + cursor}")
        assert len(page["items"]) <= 2
        found += [run["id"] for run in page["items"]]
        cursor = page["nextCursor"]
    assert found == made[::-1]
    assert page["items"][0]["preview"] == "Hello"
    assert "response" not in page["items"][0]


async def test_runs_are_filtered(ready, faults):
    faults.reply(HELLO)
    faults.reply(status=400, json={"error": {"message": "no"}})
    await ready.send(stream=False)
    await ready.send(stream=False, model="other")
    for query, count in (
        ("status=done", 1),
        ("status=failed", 1),
        ("model=other", 1),
        ("model=other&status=done", 0),
        ("provider=openai-compatible", 2),
        ("promptBlockId=7", 0),
    ):
        assert len((await ready.get(f"/ai/runs?{query}"))["items"]) == count, query


@pytest.mark.parametrize("query", ["cursor=x", "limit=0", "limit=201", "status=odd", "projectId=1"])
async def test_a_list_asked_for_wrongly_is_refused(ready, query):
    assert (await ready("GET", f"/ai/runs?{query}")).status == 400


async def test_what_has_come_is_written_within_a_second(ready, dispatcher, faults):
    faults.reply(chunk(reasoning_content="hm"), chunk("half an answer"), WAIT)
    run_id, answer = await started(ready)
    statement = sql("SELECT string_agg(data->>'text', '|' ORDER BY seq) FROM run_events")
    async with asyncio.timeout(2):
        written = None
        while written is None:
            await asyncio.sleep(0.05)
            async with dispatcher.services.database.read() as connection:
                written = (await connection.execute(statement)).scalar()
    assert written == "hm|half an answer"
    await ready("POST", f"/ai/runs/{run_id}/cancel")
    await answer.events.aclose()


async def test_whoever_stops_a_run_leaves_one_line_in_the_audit(ready, dispatcher, faults):
    faults.reply(chunk("x"), WAIT)
    run_id, answer = await started(ready)
    assert (await ready("POST", f"/ai/runs/{run_id}/cancel")).status == 200
    await answer.events.aclose()
    statement = sql("SELECT action FROM audit WHERE target = :run ORDER BY id")
    async with dispatcher.services.database.read() as connection:
        actions = (await connection.execute(statement, {"run": run_id})).scalars().all()
    assert actions == ["POST /ai/send", "POST /ai/runs/{run_id}/cancel"]


async def test_a_run_is_followed_and_stopped_from_another_server(ready, servers, person, faults):
    faults.reply(chunk("half "), WAIT)
    run_id, answer = await started(ready)
    other = person(await servers.start(), "ann")
    assert (await other.run(run_id))["status"] == "running", "its own server lives"
    there = await follow(other, run_id)
    async with asyncio.timeout(5):
        assert (await anext(there.events)).name == "start"
        assert (await anext(there.events)).data == {"text": "half "}
        assert (await other("POST", f"/ai/runs/{run_id}/cancel")).status == 200
        await asyncio.wait_for(faults.hung_up.wait(), 2)
        assert (await anext(there.events)).data["status"] == "cancelled"
        here = [e async for e in answer.events]
        assert here[-1].data["status"] == "cancelled"
    run = await other.run_when(run_id, "cancelled")
    assert run["response"] == "half "
    await there.events.aclose()


async def test_a_run_deleted_from_another_server_is_stopped(ready, servers, person, faults):
    faults.reply(*[part for i in range(200) for part in (chunk("x"), 0.05)])
    run_id, answer = await started(ready)
    await faults.answering.wait()
    other = person(await servers.start(), "ann")
    assert (await other("DELETE", f"/ai/runs/{run_id}")).status == 204
    await asyncio.wait_for(faults.hung_up.wait(), 2)
    assert (await ready("GET", f"/ai/runs/{run_id}")).status == 404
    await answer.events.aclose()


async def test_servers_of_one_database_do_not_interrupt_each_others_runs(ready, servers, faults):
    faults.reply(chunk("half "), WAIT)
    run_id, answer = await started(ready)
    for _ in range(3):
        other = await servers.start()
        await other.services.runner._instance.bury()
    assert (await ready.run(run_id))["status"] == "running"
    await ready("POST", f"/ai/runs/{run_id}/cancel")
    await answer.events.aclose()


async def test_a_run_taken_for_dead_while_it_lives_is_brought_back(ready, dispatcher, faults):
    """As after a moment without the database, in which the sign of life was lost."""
    faults.reply(chunk("half "), 1.5, HELLO)
    run_id, answer = await started(ready)
    async with dispatcher.services.database.transaction() as connection:
        await connection.execute(sql("UPDATE runs SET status = 'interrupted', finished_at = now()"))
    await ready.run_when(run_id, "running")
    events = [e async for e in answer.events]
    assert events[-1].data["status"] == "done"
    run = await ready.run(run_id)
    assert (run["status"], run["response"], run["error"]) == ("done", "half Hello", None)


async def test_a_lost_sign_of_life_is_given_again(servers, monkeypatch):
    from promptyflow_server.ai import instance

    monkeypatch.setattr(instance, "_LOOK_SECONDS", 0.1)
    monkeypatch.setattr(instance, "_AGAIN_SECONDS", 0.1)
    one, other = await servers.start(), await servers.start()
    lock = instance._lock_of(one.services.runner._instance.id)
    kill = sql("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")

    async def is_free():
        async with other.services.database.transaction() as connection:
            return await instance.InstanceRepository(connection).try_lock(lock)

    assert not await is_free()
    async with other.services.database.read() as connection:
        await connection.execute(kill)
    async with asyncio.timeout(5):
        while not await is_free():  # noqa: ASYNC110
            await asyncio.sleep(0)
        while await is_free():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_a_server_that_stops_keeps_what_had_come(ready, servers, person, faults):
    faults.reply(chunk("half "), WAIT)
    run_id, answer = await started(ready)
    async for event in answer.events:
        if event.name == "delta":
            break
    await ready.dispatcher.services.close()
    servers.made.remove(ready.dispatcher)
    await asyncio.wait_for(faults.hung_up.wait(), 1)
    run = await person(await servers.start(), "ann").run(run_id)
    assert (run["status"], run["response"]) == ("interrupted", "half ")
    assert run["error"]["details"]["kind"] == "stopped"
    await answer.events.aclose()


async def test_the_end_of_a_run_survives_a_database_that_is_away_for_a_moment(
    ready, dispatcher, faults, monkeypatch
):
    from promptyflow_server.ai import recording
    from promptyflow_server.shared.errors import Unavailable

    end, failures = recording.end, []

    async def failing(*arguments, **named):
        if len(failures) < 2:
            failures.append(1)
            raise Unavailable(reason="database")
        await end(*arguments, **named)

    monkeypatch.setattr(recording, "end", failing)
    faults.reply(HELLO)
    run_id, answer = await started(ready)
    events = [e async for e in answer.events]
    assert events[-1].name == "done", "the reader is told in any case"
    run = await ready.run_when(run_id, "done")
    assert run["response"] == "Hello"
    assert dispatcher.services.runner._live == {}


async def test_a_piece_written_while_the_run_ends_does_not_hide_the_answer(
    ready, dispatcher, faults, monkeypatch
):
    from promptyflow_server.ai.repository import InstanceRepository

    keep, keeping = InstanceRepository.keep, asyncio.Event()

    async def slow(self, pieces):
        keeping.set()
        await asyncio.sleep(0.5)  # the run ends meanwhile
        await keep(self, pieces)

    monkeypatch.setattr(InstanceRepository, "keep", slow)
    faults.reply(chunk("Hel"), 0.8, sse(chunk("lo", finish="stop"), DONE))
    run_id, answer = await started(ready)
    await keeping.wait()
    assert [e async for e in answer.events][-1].name == "done"
    await asyncio.sleep(0.8)
    run = await ready.run(run_id)
    assert (run["status"], run["response"]) == ("done", "Hello")
    async with dispatcher.services.database.read() as connection:
        left = (await connection.execute(sql("SELECT count(*) FROM run_events"))).scalar()
    assert left == 0


async def test_nothing_is_kept_in_memory_of_runs_that_have_ended(ready, dispatcher, faults):
    faults.reply(HELLO)
    for _ in range(5):
        await ready.send(stream=False)
    async with dispatcher.services.database.read() as connection:
        left = (await connection.execute(sql("SELECT count(*) FROM run_events"))).scalar()
    assert (dispatcher.services.runner._live, left) == ({}, 0)
