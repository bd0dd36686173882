"""The database goes away in the middle: told as such, nothing half done, nothing confirmed lost."""

from __future__ import annotations

import asyncio
import os
import signal
import time

import psycopg
import pytest
from people import Person, Refused

from promptyflow_server.services import build_dispatcher
from promptyflow_server.settings import Settings

WAITING = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s"


def end_the_one_that_waits(url):
    with psycopg.connect(url, autocommit=True) as connection:
        while not (waiting := connection.execute(WAITING, [connection.info.dbname]).fetchall()):
            time.sleep(0.01)
        connection.execute("SELECT pg_terminate_backend(%s)", waiting[0])


async def test_a_connection_that_is_cut_in_a_write_is_a_503_and_leaves_nothing(
    ann, shared_database_url
):
    project = await ann.make()
    await project.context({"op": "addBlock"})
    with psycopg.connect(shared_database_url) as other:
        other.execute("SELECT 1 FROM projects WHERE id = %s FOR UPDATE", [project.id])
        add = {"op": "addItem", "blockId": 1, "content": "x" * 100_000}
        write = asyncio.create_task(project.context(add, idempotency_key="once"))
        await asyncio.to_thread(end_the_one_that_waits, shared_database_url)
        with pytest.raises(Refused) as refused:
            await write
    assert (refused.value.status, refused.value.code) == (503, "UNAVAILABLE")
    assert (await project.get())["version"] == 2
    answer = await project.context(add, idempotency_key="once")
    assert (answer["version"], answer["chars"]) == (3, 100_000)


@pytest.mark.slow
async def test_nothing_confirmed_is_lost_when_postgres_is_killed_while_saving(tmp_path):
    dispatcher = build_dispatcher(Settings(data_dir=tmp_path / "data"))
    try:
        project = await Person(dispatcher, "ann").make()
        await project.context({"op": "addBlock"})
        confirmed, refused = [], []

        async def writes(number):
            for turn in range(15):
                title = f"{number}/{turn}"
                add = {"op": "addItem", "blockId": 1, "title": title, "content": title * 1_000}
                try:
                    await project.context(add)
                    confirmed.append(title)
                except Refused as error:
                    refused.append(error.code)
                if number == turn == 3:
                    [pid_file] = (tmp_path / "data").rglob("postmaster.pid")
                    os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)

        await asyncio.gather(*(writes(number) for number in range(6)))
        assert set(refused) <= {"UNAVAILABLE"}
        shown = await project.get()
        items = {item["title"]: item for item in shown["data"]["contextBlocks"][0]["items"]}
        assert set(confirmed) <= set(items)
        assert len(items) <= len(confirmed) + len(refused)
        assert all(item["content"] == title * 1_000 for title, item in items.items())
        assert shown["chars"] == sum(len(item["content"]) for item in items.values())
        assert shown["version"] == len(items) + 2
    finally:
        await dispatcher.services.close()
