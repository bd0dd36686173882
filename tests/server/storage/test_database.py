"""Transactions on a server of one's own: what commits, what does not, what is never told."""

from __future__ import annotations

import asyncio
import logging
import traceback

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from promptyflow_server.settings import Settings
from promptyflow_server.shared.errors import NotFound, Unavailable
from promptyflow_server.storage import connecting
from promptyflow_server.storage.database import Database

SECRET = "hunter2-never-tell"


@pytest.fixture
def settings(database_url, tmp_path):
    return Settings(data_dir=tmp_path, database_url=database_url)


@pytest.fixture
async def database(settings):
    database = Database(settings)
    async with database.transaction() as connection:
        await connection.execute(text("CREATE TABLE notes (id int PRIMARY KEY, body text)"))
    yield database
    await database.close()


async def add(connection, number, body="x"):
    statement = text("INSERT INTO notes VALUES (:number, :body)")
    await connection.execute(statement, {"number": number, "body": body})


async def numbers(database):
    async with database.read() as connection:
        found = await connection.execute(text("SELECT id FROM notes ORDER BY id"))
        return list(found.scalars())


async def test_a_transaction_is_committed_as_one(database):
    async with database.transaction() as connection:
        await add(connection, 1)
        await add(connection, 2)
        assert await numbers(database) == []
    assert await numbers(database) == [1, 2]


@pytest.mark.parametrize("error", [NotFound(), RuntimeError("a fault"), asyncio.CancelledError()])
async def test_nothing_of_a_failed_transaction_remains(database, error):
    async def fail():
        async with database.transaction() as connection:
            await add(connection, 1)
            raise error

    with pytest.raises(type(error)):
        await fail()
    assert await numbers(database) == []
    async with database.transaction() as connection:
        await add(connection, 1)
    assert await numbers(database) == [1]


async def test_a_broken_rule_of_the_data_reaches_the_service(database):
    async with database.transaction() as connection:
        await add(connection, 1)
    with pytest.raises(IntegrityError):
        async with database.transaction() as connection:
            await add(connection, 1)


async def test_a_persons_texts_are_not_in_errors(database):
    with pytest.raises(IntegrityError, match="violates not-null constraint") as refused:
        async with database.transaction() as connection:
            await add(connection, None, SECRET)
    told = "".join(traceback.format_exception(refused.value))
    assert "[SQL: INSERT INTO notes" in told
    assert SECRET not in told


async def test_a_read_sees_the_latest_and_a_snapshot_one_state(database):
    async with database.read() as latest, database.read(snapshot=True) as snapshot:
        count = text("SELECT count(*) FROM notes")
        assert (await snapshot.execute(count)).scalar_one() == 0
        async with database.transaction() as connection:
            await add(connection, 1)
        assert (await latest.execute(count)).scalar_one() == 1
        assert (await snapshot.execute(count)).scalar_one() == 0


async def test_a_snapshot_cannot_write_and_the_next_user_can(settings):
    database = Database(settings.__class__(**{**_fields(settings), "pool_size": 1}))
    async with database.transaction() as connection:
        await connection.execute(text("CREATE TABLE notes (id int PRIMARY KEY, body text)"))
    with pytest.raises(Unavailable):
        async with database.read(snapshot=True) as connection:
            await add(connection, 1)
    async with database.transaction() as connection:
        await add(connection, 2)
    assert await numbers(database) == [2]
    await database.close()


def _fields(settings):
    return {name: getattr(settings, name) for name in ("data_dir", "database_url")}


async def test_work_that_lost_a_race_is_done_again(database):
    async with database.transaction() as connection:
        await add(connection, 1, "0")
        await add(connection, 2, "0")
    raise_by_one = text("UPDATE notes SET body = body::int + 1 WHERE id = :number")
    both_hold_one = asyncio.Barrier(2)
    tries = []

    def work(first, second):
        async def lock_both(connection):
            tries.append(first)
            await connection.execute(raise_by_one, {"number": first})
            if len(tries) <= 2:
                await both_hold_one.wait()
            await connection.execute(raise_by_one, {"number": second})

        return lock_both

    await asyncio.gather(database.run(work(1, 2)), database.run(work(2, 1)))
    async with database.read() as connection:
        bodies = (await connection.execute(text("SELECT body FROM notes"))).scalars().all()
    assert bodies == ["2", "2"]
    assert len(tries) == 3


async def test_work_that_always_loses_is_told_to_come_back(database):
    tries = []

    async def work(connection):
        tries.append(1)
        await connection.execute(text("DO $$BEGIN RAISE SQLSTATE '40001'; END$$"))

    with pytest.raises(Unavailable) as refused:
        await database.run(work)
    assert refused.value.details == {"reason": "database_busy"}
    assert len(tries) == 4


async def test_work_that_fails_otherwise_is_done_once(database):
    tries = []

    async def work(connection):
        tries.append(1)
        await add(connection, 1)
        await add(connection, 1)

    with pytest.raises(IntegrityError):
        await database.run(work)
    assert len(tries) == 1


async def test_many_first_uses_prepare_once(settings, monkeypatch):
    database = Database(settings)
    prepared = []
    prepare = database._prepare
    monkeypatch.setattr(database, "_prepare", lambda: prepared.append(1) or prepare())
    await asyncio.gather(*(database.ready() for _ in range(20)))
    assert prepared == [1]
    await database.close()


async def test_one_who_stops_waiting_does_not_stop_the_start(settings):
    database = Database(settings)
    impatient = asyncio.create_task(database.ready())
    patient = asyncio.create_task(database.ready())
    await asyncio.sleep(0)
    impatient.cancel()
    await patient
    assert impatient.cancelled()
    await database.check()
    await database.close()


def hang_up(database_url):
    """Close all other connections from the server's side."""
    with psycopg.connect(**connecting.external_options(database_url), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


async def test_a_connection_that_the_server_closed_is_replaced(database, database_url):
    await database.check()
    hang_up(database_url)
    await database.check()


async def test_a_server_that_goes_in_the_middle_is_unavailable_and_the_body_not_repeated(
    database, database_url
):
    runs = []

    async def interrupted():
        async with database.transaction() as connection:
            runs.append(1)
            await add(connection, 1)
            hang_up(database_url)
            await add(connection, 2)

    with pytest.raises(Unavailable) as refused:
        await interrupted()
    assert refused.value.details == {"reason": "database"}
    assert runs == [1]
    assert await numbers(database) == []


async def test_more_work_than_connections_waits_and_then_is_refused(settings, monkeypatch):
    monkeypatch.setattr("promptyflow_server.storage.database._POOL_SECONDS", 0.2)
    database = Database(settings.__class__(**{**_fields(settings), "pool_size": 1}))
    async with database.transaction():
        with pytest.raises(Unavailable) as refused:
            await database.check()
    assert refused.value.details == {"reason": "database_busy"}
    await database.check()
    await database.close()


async def test_after_the_end_nothing_begins_and_ending_twice_is_fine(database):
    await database.close()
    await database.close()
    with pytest.raises(Unavailable) as refused:
        await database.check()
    assert refused.value.details == {"reason": "stopping"}


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (f"postgresql://me:{SECRET}@127.0.0.1:1/nowhere", "database"),
        (f"mysql://me:{SECRET}@127.0.0.1/nowhere", "database_url"),
        (f"not a url {SECRET}", "database_url"),
        (f"postgresql://me:{SECRET}@127.0.0.1:port/nowhere", "database_url"),
        (f"postgresql://me:{SECRET}@127.0.0.1/nowhere?nonsense={SECRET}", "database_url"),
    ],
)
async def test_a_useless_address_is_told_without_its_password(tmp_path, caplog, url, reason):
    settings = Settings(data_dir=tmp_path, database_url=url)
    database = Database(settings)
    with caplog.at_level(logging.DEBUG), pytest.raises(Unavailable) as refused:
        await database.ready()
    assert refused.value.details == {"reason": reason}
    told = [repr(database), repr(settings), str(refused.value), repr(refused.value), caplog.text]
    chain = refused.value
    while chain is not None:
        told.append(f"{chain!r} {chain}")
        chain = chain.__cause__ or (None if chain.__suppress_context__ else chain.__context__)
    assert SECRET not in " ".join(told)
    await database.close()


async def test_a_refused_user_is_told_apart_from_a_silent_server(database_url, tmp_path):
    url = database_url.replace("promptyflow@", f"stranger:{SECRET}@")
    database = Database(Settings(data_dir=tmp_path, database_url=url))
    with pytest.raises(Unavailable) as refused:
        await database.ready()
    assert refused.value.details == {"reason": "database_refused"}
    await database.close()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_usual_spelling_of_an_address_will_do(scheme):
    url = f"{scheme}://me:p%40ss@db.example:6543/flow?sslmode=require"
    options = connecting.external_options(url)
    assert options["prepare_threshold"] is None
    assert {name: options[name] for name in ("host", "port", "user", "password", "dbname")} == {
        "host": "db.example",
        "port": 6543,
        "user": "me",
        "password": "p@ss",
        "dbname": "flow",
    }
    assert options["sslmode"] == "require"


@pytest.mark.parametrize(
    ("state", "reason"),
    [("53100", "disk_full"), ("53300", "database_busy"), ("57P01", "database"), ("23505", None)],
)
async def test_the_servers_troubles_are_told_apart_from_faults_of_ours(database, state, reason):
    statement = text(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$")
    with pytest.raises(Unavailable if reason else IntegrityError) as refused:
        async with database.transaction() as connection:
            await connection.execute(statement)
    if reason:
        assert refused.value.details == {"reason": reason}
