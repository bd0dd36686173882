"""The database layer over the embedded server: started at first use, brought back when it dies."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from promptyflow_server.settings import Settings
from promptyflow_server.shared.errors import Unavailable
from promptyflow_server.shared.messages import REASONS
from promptyflow_server.storage.database import Database
from promptyflow_server.storage.embedded import EmbeddedPostgres, Reason, binaries
from promptyflow_server.storage.embedded.locks import FileLock


@pytest.fixture
async def database(base):
    database = Database(Settings(data_dir=base))
    yield database
    await database.close()


@pytest.fixture
async def counter(database):
    async with database.transaction() as connection:
        await connection.execute(text("DROP TABLE IF EXISTS counter"))
        await connection.execute(text("CREATE TABLE counter (n int)"))
    return database


def kill_server(folder):
    os.kill(int((folder / "pg18" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)


def kill_server_and_wait(folder):
    """Kill it and wait until its orphans, which answer a moment longer, have noticed."""
    kill_server(folder)
    with FileLock(folder / "pg18.lock") as lock:
        assert lock.acquire(timeout=30)


def wait_until_gone(pid):
    while Path("/proc", str(pid)).exists():
        time.sleep(0.001)


async def add(database, number):
    async with database.transaction() as connection:
        await connection.execute(text("INSERT INTO counter VALUES (:n)"), {"n": number})


async def total(database):
    async with database.read() as connection:
        return (await connection.execute(text("SELECT count(*) FROM counter"))).scalar_one()


async def test_nothing_is_started_before_the_first_use(tmp_path):
    database = Database(Settings(data_dir=tmp_path / "pf"))
    assert not (tmp_path / "pf").exists()
    async with database.read() as connection:
        found = await connection.execute(text("SELECT count(*) FROM projects"))
        assert found.scalar_one() == 0
    await database.close()


async def test_the_end_stops_the_server(base):
    database = Database(Settings(data_dir=base))
    await database.ready()
    await database.close()
    assert not (base / "pg18" / "postmaster.pid").exists()


async def test_another_jupyter_keeps_the_server_running(counter, base):
    second = Database(Settings(data_dir=base))
    await add(second, 1)
    assert await total(counter) == 1
    await second.close()
    await add(counter, 2)
    assert await total(counter) == 2


async def test_a_killed_server_is_back_for_the_next_transaction(counter, base):
    for number in range(3):
        await add(counter, number)
        kill_server_and_wait(base)
    assert await total(counter) == 3


async def test_after_a_kill_all_who_wait_get_their_turn(counter, base):
    await asyncio.gather(*(add(counter, number) for number in range(8)))
    kill_server_and_wait(base)
    await asyncio.gather(*(add(counter, number) for number in range(20)))
    assert await total(counter) == 28


async def test_a_kill_in_the_middle_is_told_and_not_repeated(counter, base):
    runs = []

    async def interrupted():
        async with counter.transaction() as connection:
            runs.append(1)
            await connection.execute(text("INSERT INTO counter VALUES (1)"))
            kill_server(base)
            await connection.execute(text("SELECT pg_sleep(30)"))

    with pytest.raises(Unavailable) as refused:
        await asyncio.wait_for(interrupted(), 30)
    assert refused.value.details == {"reason": "database"}
    assert runs == [1]
    assert await total(counter) == 0


async def test_a_server_that_recovers_is_waited_for(counter):
    await add(counter, 1)
    async with counter.read() as connection:
        pid = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
    os.kill(pid, signal.SIGKILL)
    await asyncio.to_thread(wait_until_gone, pid)
    assert await total(counter) == 1


async def test_a_server_that_cannot_start_is_told_and_can_start_later(
    database, monkeypatch, caplog
):
    with monkeypatch.context() as patched:
        patched.setattr(binaries, "find_spec", lambda _: None)
        with pytest.raises(Unavailable) as refused:
            await database.ready()
    assert refused.value.details == {"reason": "database_no_binaries"}
    assert "PROMPTYFLOW_DATABASE_URL" in caplog.text
    await database.check()


async def test_a_schema_that_cannot_be_made_leaves_no_server_behind(tmp_path, with_database):
    base = with_database(tmp_path / "pf")
    with EmbeddedPostgres(base) as server:
        endpoint = server.start()
        with psycopg.connect(host=endpoint.host, user="promptyflow", dbname="promptyflow") as own:
            own.execute("DROP TABLE IF EXISTS alembic_version")
            own.execute("CREATE TABLE alembic_version AS SELECT '9999' AS version_num")
    database = Database(Settings(data_dir=base))
    with pytest.raises(Unavailable) as refused:
        await database.ready()
    assert refused.value.details == {"reason": "database_newer"}
    assert not (base / "pg18" / "postmaster.pid").exists()
    await database.close()


def test_every_reason_has_words_in_both_languages():
    assert {str(reason) for reason in Reason} <= set(REASONS)


async def test_a_disk_that_fills_up_is_told_and_nothing_is_lost(small_disk):
    small_disk.resize("120m")
    database = Database(Settings(data_dir=small_disk.path / "pf"))
    async with database.transaction() as connection:
        await connection.execute(text("CREATE TABLE counter (n int, body text)"))
        await connection.execute(text("ALTER TABLE counter ALTER body SET STORAGE EXTERNAL"))
    await add(database, 1)

    fill = text("INSERT INTO counter SELECT 2, repeat('x', 10000000) FROM generate_series(1, 20)")

    async def fill_up():
        async with database.transaction() as connection:
            await connection.execute(fill)

    with pytest.raises(Unavailable) as refused:
        await fill_up()
    assert refused.value.details["reason"] in {"disk_full", "database"}
    small_disk.resize("500m")
    assert await total(database) == 1
    await add(database, 3)
    await database.close()
