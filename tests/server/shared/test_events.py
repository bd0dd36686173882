"""Whoever reads along hears of every change of what is theirs, and of nothing else."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import psycopg
import pytest
from people import Refused
from sqlalchemy import text

from promptyflow_server.events import feed, source
from promptyflow_server.events.changes import announce, announce_project

ITEM = {"op": "addBlock", "title": "b"}


@pytest.fixture(params=["listening", "looking"])
async def server(request, servers, database_server):
    """A server that hears of changes; behind a pooler it hears nothing and has to look."""
    if request.param == "listening":
        yield await servers.start()
        return
    # A connection to another database accepts LISTEN too, and nothing ever arrives.
    deaf = database_server.create(empty=True)
    made = await servers.start(database_direct_url=database_server.url(deaf))
    yield made
    await made.services.events.close()
    database_server.drop(deaf)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(source, "_TRIAL_SECONDS", 0.5)


async def test_each_change_of_another_process_is_told_within_a_second(
    server, servers, person, read
):
    other = person("ann", await servers.start())
    async with read(server, "ann") as reader:
        assert await reader.next() == ("ready", {})
        project = await other.make()
        assert await reader.next() == ("project", {"id": project.id, "version": 1})
        await project.context(ITEM)
        assert await reader.next() == ("project", {"id": project.id, "version": 2})
        await other.send("DELETE", project.path)
        assert await reader.next() == ("projectDeleted", {"id": project.id})
        template = await other.post("/api/templates", {"name": "t", "content": "c"})
        path = f"/api/templates/{template['id']}"
        assert await reader.next() == ("template", {"id": template["id"], "version": 1})
        await other.patch(path, {"content": "d"})
        assert await reader.next() == ("template", {"id": template["id"], "version": 2})
        await other.send("DELETE", path)
        assert await reader.next() == ("templateDeleted", {"id": template["id"]})
        assert await reader.nothing()


async def test_a_reader_is_to_ask_again_after_a_while_and_misses_nothing(
    server, person, read, monkeypatch
):
    monkeypatch.setattr(feed, "_TOKEN_SECONDS", 0.3)
    ann = person("ann", server)
    async with read(server, "ann") as reader:
        assert await reader.next() == ("ready", {})
        with pytest.raises(StopAsyncIteration):
            await reader.next(5.0)
    monkeypatch.undo()
    await asyncio.sleep(1.0)  # more than a look: whoever looks has stopped looking for her
    project = await ann.make()
    async with read(server, "ann", reader.last_id) as again:
        heard = [await again.next()]
        if heard == [("ready", {})]:
            heard.append(await again.next())
    assert heard[-1] in [("project", {"id": project.id, "version": 1}), ("resync", {})]


async def test_nobody_hears_of_another_persons_changes(server, person, read):
    bob = person("bob", server)
    async with read(server, "ann") as ann, read(server, "bob") as reader:
        assert await ann.next() == ("ready", {})
        assert await reader.next() == ("ready", {})
        project = await bob.make()
        assert await reader.next() == ("project", {"id": project.id, "version": 1})
        assert await ann.nothing()


async def test_with_whom_a_project_is_shared_hears_of_it_for_as_long_as_it_is(server, person, read):
    ann, bob = person("ann", server), person("bob", server)
    await bob.get("/api/user")
    project = await ann.make()
    async with read(server, "bob") as reader:
        assert await reader.next() == ("ready", {})
        share = await project.share(user="bob", role="edit")
        assert await reader.next() == ("access", {"id": project.id})
        await project.context(ITEM)
        assert await reader.next() == ("project", {"id": project.id, "version": 2})
        await ann.patch(f"{project.path}/shares/{share['id']}", {"role": "view"})
        assert await reader.next() == ("access", {"id": project.id})
        await ann.delete(f"{project.path}/shares/{share['id']}")
        assert await reader.next() == ("access", {"id": project.id})
        await project.context(ITEM)
        assert await reader.nothing()


async def test_what_changes_nothing_is_not_told(server, person, read):
    ann = person("ann", server)
    project = await ann.make(name="same")
    async with read(server, "ann") as reader:
        assert await reader.next() == ("ready", {})
        await ann.patch(project.path, {"name": "same"})
        await ann.get(project.path)
        with pytest.raises(Refused) as refused:
            await project.context(ITEM, if_match='"7"')
        assert refused.value.status == 409
        assert await reader.nothing()


async def test_a_change_that_is_taken_back_is_not_told(server, person, read):
    project = await person("ann", server).make()
    services = server.services
    async with services.database.read() as connection:
        owner = (await connection.execute(text("SELECT owner_id FROM projects"))).scalar_one()
    async with read(server, "ann") as reader:
        assert await reader.next() == ("ready", {})
        async with services.database.transaction() as connection:
            await connection.execute(text("UPDATE projects SET version = 9"))
            await announce_project(connection, owner, "project", UUID(project.id), 9)
            await connection.rollback()
        assert await reader.nothing()


async def test_a_run_is_told_when_it_begins_and_ends(server, read):
    async with read(server, "ann") as reader:
        assert await reader.next() == ("ready", {})
        owner = next(iter(server.services.events.audiences()))
        run = uuid4()
        for status in ("running", "done"):
            await write_run(server.services.database, owner, run, status)
            assert await reader.next() == ("run", {"id": str(run), "status": status})


async def write_run(database, owner, run, status):
    """Do what the runner does, without a provider."""
    statement = """INSERT INTO runs (owner_id, id, status, provider, model, instance_id, started_at)
                   VALUES (:owner, :run, :status, 'p', 'm', :run, now())
                   ON CONFLICT (owner_id, id) DO UPDATE SET status = :status"""
    async with database.transaction() as connection:
        values = {"owner": owner, "run": run, "status": status}
        await connection.execute(text(statement), values)
        await announce(connection, owner, "run", run, status)


async def test_who_comes_back_gets_what_was_missed(dispatcher, ann, read):
    async with read(dispatcher, "ann") as reader:
        assert await reader.next() == ("ready", {})
        first = await ann.make()
        assert await reader.next() == ("project", {"id": first.id, "version": 1})
        last = reader.last_id
    second = await ann.make()
    await first.context(ITEM)
    async with read(dispatcher, "ann", last) as reader:
        assert await reader.next() == ("ready", {})
        assert reader.last_id == last
        assert await reader.next() == ("project", {"id": second.id, "version": 1})
        assert await reader.next() == ("project", {"id": first.id, "version": 2})
        assert await reader.nothing(0.2)


@pytest.mark.parametrize("last", ["", "x", "7", "00000000-1", "{epoch}-999999", "{epoch}-x", "ю"])
async def test_who_comes_back_with_an_unknown_place_is_told_to_read_again(
    dispatcher, ann, read, last
):
    async with read(dispatcher, "ann") as reader:
        await reader.next()
        epoch = reader.last_id.partition("-")[0]
    async with read(dispatcher, "ann", last.format(epoch=epoch)) as reader:
        assert await reader.next() == ("resync", {})
        project = await ann.make()
        assert await reader.next() == ("project", {"id": project.id, "version": 1})


async def test_who_was_away_for_too_long_is_told_to_read_again(dispatcher, ann, read, monkeypatch):
    monkeypatch.setattr("promptyflow_server.events.feed._KEPT", 3)
    async with read(dispatcher, "ann") as reader, read(dispatcher, "ann") as listener:
        await reader.next()
        await listener.next()
        project = await ann.make()
        for version in range(2, 6):
            await project.context(ITEM)
            await listener.next()
            if version == 3:
                recent = listener.last_id
        await listener.next()
        long_ago = reader.last_id
    async with read(dispatcher, "ann", long_ago) as reader:
        assert await reader.next() == ("resync", {})
    async with read(dispatcher, "ann", recent) as reader:
        assert await reader.next() == ("ready", {})


async def test_a_slow_reader_is_told_to_read_again_and_costs_no_memory(dispatcher, read):
    feed = dispatcher.services.events
    async with read(dispatcher, "ann") as reader:
        await reader.next()
        owner = next(iter(feed.audiences()))
        for version in range(1, 10_001):
            feed.take(source.change_of(f"{owner} project {owner} {version}"))
        (waiting,) = feed._readers[owner]
        assert len(waiting._waiting) <= 200
        assert await reader.next() == ("resync", {})
        feed.take(source.change_of(f"{owner} project {owner} 20000"))
        assert await reader.next() == ("project", {"id": str(owner), "version": 20000})
        last = reader.last_id
    async with read(dispatcher, "ann", last) as reader:
        assert await reader.next() == ("ready", {})


async def test_a_lost_connection_is_made_again_and_readers_are_told(
    dispatcher, ann, read, database_url
):
    async with read(dispatcher, "ann") as reader:
        assert await reader.next() == ("ready", {})
        kill = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                  WHERE query LIKE 'LISTEN%' AND datname = current_database()"""
        async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as admin:
            assert (await (await admin.execute(kill)).fetchall()) == [(True,)]
        assert await reader.next(5) == ("resync", {})
        project = await ann.make()
        assert await reader.next() == ("project", {"id": project.id, "version": 1})


async def test_a_process_listens_once_however_many_read(dispatcher, read, database_url):
    async with read(dispatcher, "ann") as ann, read(dispatcher, "bob") as bob:
        await ann.next()
        await bob.next()
        count = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname ="
        async with await psycopg.AsyncConnection.connect(database_url) as admin:
            found = await admin.execute(count + " current_database()")
            assert await found.fetchone() == (1,)


async def test_streams_end_when_the_server_stops(dispatcher, read):
    async with read(dispatcher, "ann") as reader:
        await reader.next()
        waiting = asyncio.ensure_future(reader.next())
        await asyncio.sleep(0)
        await dispatcher.services.events.close()
        with pytest.raises(StopAsyncIteration):
            await waiting
    assert dispatcher.services.events.audiences() == set()


async def test_a_reader_who_goes_leaves_nothing_behind(dispatcher, read):
    async with read(dispatcher, "ann") as reader:
        await reader.next()
        assert len(dispatcher.services.events.audiences()) == 1
    assert dispatcher.services.events.audiences() == set()


async def test_one_person_cannot_open_any_number_of_streams(dispatcher, read, stream):
    readers = [read(dispatcher, "ann") for _ in range(20)]
    for reader in readers:
        await (await reader.__aenter__()).next()
    refused = await stream(dispatcher, "ann")
    assert (refused.status, refused.headers["Retry-After"]) == (429, "30")
    async with read(dispatcher, "bob") as bob:
        assert await bob.next() == ("ready", {})
    for reader in readers:
        await reader.__aexit__(None, None, None)
    async with read(dispatcher, "ann") as again:
        assert await again.next() == ("ready", {})


async def test_reading_along_is_no_activity(dispatcher, stream):
    response = await stream(dispatcher, "ann")
    assert response.is_activity is False


@pytest.mark.parametrize("payload", ["", "x", "a b c", "trial 7", "\0", "x" * 8000, "- - - -"])
async def test_what_is_no_change_is_passed_over(dispatcher, ann, read, payload):
    async with read(dispatcher, "ann") as reader:
        await reader.next()
        assert source.change_of(payload) is None
        if payload and "\0" not in payload and len(payload) < 8000:
            async with dispatcher.services.database.transaction() as connection:
                tell = text("SELECT pg_notify('promptyflow', :payload)")
                await connection.execute(tell, {"payload": payload})
        project = await ann.make()
        assert await reader.next() == ("project", {"id": project.id, "version": 1})
