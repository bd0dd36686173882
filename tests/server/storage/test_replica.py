"""Reads that may be a moment old go to a copy; what one wrote oneself never seems lost."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from people import Person
from postgres_process import PostgresProcess, short_folder
from redis_process import RedisProcess

from promptyflow_server.services import build_dispatcher
from promptyflow_server.settings import Settings
from promptyflow_server.storage import connecting, migrate

RENAME = "UPDATE projects SET name = 'renamed'"


@pytest.fixture(scope="module")
def folder():
    with short_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def primary(folder):
    with PostgresProcess(folder).create() as server:
        migrate.to_this_version(connecting.external_options(server.url))
        yield server


@pytest.fixture(scope="module")
def copy(primary):
    with primary.standby() as copy:
        yield copy


@pytest.fixture
async def server(primary, copy, tmp_path):
    """Return what starts a server with both."""
    made = []

    async def start(replica=copy, **settings):
        urls = {"database_url": primary.url, "database_replica_url": replica.url}
        dispatcher = build_dispatcher(Settings(data_dir=tmp_path, local=False, **urls, **settings))
        await dispatcher.services.start()
        made.append(dispatcher)
        return dispatcher

    yield start
    if copy.execute("SELECT pg_is_in_recovery() AND pg_is_wal_replay_paused()") == [(True,)]:
        copy.execute("SELECT pg_wal_replay_resume()")
    for dispatcher in made:
        await dispatcher.services.close()
    primary.execute("DELETE FROM users")


async def caught_up(primary, copy):
    [(place,)] = primary.execute("SELECT pg_current_wal_insert_lsn()")
    await until(copy, f"SELECT pg_last_wal_replay_lsn() >= '{place}'")


async def until(server, statement):
    """Wait until a server says that something is true."""
    await poll(lambda: server.execute(statement) == [(True,)])


async def poll(is_so):
    async with asyncio.timeout(30):
        while not is_so():  # noqa: ASYNC110 - nobody tells us
            await asyncio.sleep(0.02)


async def pause(primary, copy):
    await caught_up(primary, copy)
    copy.execute("SELECT pg_wal_replay_pause()")
    await until(copy, "SELECT pg_get_wal_replay_pause_state() = 'paused'")


async def names(person):
    return [project["name"] for project in (await person.get("/api/projects"))["items"]]


async def read_until_late(person):
    """Read until the copy is asked: it has to be seen to follow first."""
    async with asyncio.timeout(30):
        while not person.dispatcher.services.database._replica._is_fresh:
            await names(person)


async def test_what_others_changed_may_be_late_what_one_wrote_is_there_at_once(
    primary, copy, server
):
    service = await server()
    ann, bob = Person(service, "ann"), Person(service, "bob")
    for person in (ann, bob):
        await person.make(name="first")
    await caught_up(primary, copy)
    await read_until_late(bob)
    await pause(primary, copy)
    assert await names(bob) == ["first"]
    primary.execute(RENAME)  # as somebody else would, on a machine that this server knows not
    assert await names(bob) == ["first"], "the copy was asked"
    assert await names(ann) == ["first"]
    await ann.make(name="second")
    assert await names(ann) == ["second", "renamed"], "her own is there, so is what came before"
    assert await names(bob) == ["first"]
    copy.execute("SELECT pg_wal_replay_resume()")
    await caught_up(primary, copy)
    assert await names(bob) == ["renamed"]
    assert await names(ann) == ["second", "renamed"]


async def test_another_process_knows_what_one_wrote(primary, copy, server):
    with TemporaryDirectory(prefix="pf") as where, RedisProcess(Path(where)) as redis:
        one, two = [await server(redis_url=redis.url) for _ in range(2)]
        here, there = Person(one, "ann"), Person(two, "ann")
        await here.make(name="first")
        await caught_up(primary, copy)
        await read_until_late(there)
        await pause(primary, copy)
        primary.execute(RENAME)
        await here.make(name="second")
        assert await names(there) == ["second", "renamed"]
        redis.stop()
        assert await names(Person(two, "bob")) == []
        await here.make(name="third")
        assert await names(there) == ["third", "second", "renamed"], "who wrote is not known now"


async def test_a_copy_that_is_far_behind_is_not_asked(primary, copy, server):
    service = await server(replica_max_lag=2)
    bob = Person(service, "bob")
    await bob.make(name="first")
    await caught_up(primary, copy)
    await read_until_late(bob)
    await pause(primary, copy)
    primary.execute(RENAME)
    began = time.monotonic()
    async with asyncio.timeout(30):
        while await names(bob) != ["renamed"]:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    assert time.monotonic() - began > 1, "it was asked as long as it might be"


async def test_who_was_told_of_a_change_reads_no_older_state(primary, copy, server):
    service = await server()
    bob = Person(service, "bob")
    project = await bob.make(name="first")
    await caught_up(primary, copy)
    await read_until_late(bob)
    await pause(primary, copy)
    primary.execute(RENAME)
    assert await names(bob) == ["first"]
    user_id = (await bob.get("/api/user"))["id"]
    from uuid import UUID

    from promptyflow_server.events.changes import Change

    service.services.events.take(Change(UUID(user_id), "project", UUID(project.id), 2))
    assert await names(bob) == ["renamed"]


async def test_without_its_copy_everything_goes_on(primary, server):
    with primary.standby("short-lived") as other:
        service = await server(replica=other)
        bob = Person(service, "bob")
        await bob.make(name="first")
        await caught_up(primary, other)
        await read_until_late(bob)
        primary.execute(RENAME)
    for _ in range(3):
        assert await names(bob) == ["renamed"]


async def test_a_copy_that_became_a_database_of_its_own_is_not_asked(primary, server):
    with primary.standby("promoted") as other:
        service = await server(replica=other)
        bob = Person(service, "bob")
        await bob.make(name="first")
        await caught_up(primary, other)
        await read_until_late(bob)
        other.execute("SELECT pg_promote()")
        other.execute("UPDATE projects SET name = 'of the other branch'")
        service.services.database._replica._looked_at = -1e9
        assert await names(bob) == ["first"]


async def test_all_lists_and_texts_come_whole_from_the_copy(primary, copy, server):
    service = await server()
    ann = Person(service, "ann")
    project = await ann.make(name="first")
    await project.context({"op": "addBlock"})
    await project.context({"op": "addItem", "blockId": 1, "content": "text " * 10_000})
    template = await ann.post("/api/templates", {"name": "letter", "content": "Dear {{name}}"})
    before = [await ann.get(path) for path in READS(project.id, template["id"])]
    await caught_up(primary, copy)
    await read_until_late(ann)
    used = service.services.database._replica.pool
    checked_out = []
    from sqlalchemy import event

    event.listen(used, "checkout", lambda *_: checked_out.append(1))
    after = [await ann.get(path) for path in READS(project.id, template["id"])]
    assert after == before
    assert len(checked_out) >= 4


def READS(project_id, template_id):  # noqa: N802 - a constant but for the ids
    return [
        "/api/projects",
        f"/api/projects/{project_id}",
        "/api/templates",
        f"/api/templates/{template_id}",
        "/api/templates/search?q=dear",
        "/ai/runs",
    ]
