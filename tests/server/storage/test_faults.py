"""What is away is told as such, comes back without a restart, and takes nothing with it."""

from __future__ import annotations

import asyncio
import shutil
import signal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from people import Person, Refused
from postgres_process import PostgresProcess, short_folder
from redis_process import RedisProcess

from promptyflow_server.services import build_dispatcher
from promptyflow_server.settings import RateLimitSettings, Settings

PLENTY = RateLimitSettings(1_000_000, 1_000_000, 1_000_000)


@pytest.fixture
async def server():
    made = []

    async def start(data_dir, **settings):
        dispatcher = build_dispatcher(Settings(data_dir=data_dir, **settings))
        await dispatcher.services.start()
        made.append(dispatcher)
        return dispatcher

    yield start
    for dispatcher in made:
        await dispatcher.services.close()


class Writers:
    """People who save without a pause, and note what was confirmed."""

    def __init__(self, dispatcher, number):
        self.dispatcher = dispatcher
        self.number = number
        self.confirmed = {}
        self.refused = []
        self.over = asyncio.Event()

    async def write(self, number):
        person = Person(self.dispatcher, f"writer {number}")
        project = await person.make()
        await project.context({"op": "addBlock"})
        mine = self.confirmed.setdefault(number, (project, []))[1]
        turn = 0
        while not self.over.is_set():
            turn += 1
            add = {"op": "addItem", "blockId": 1, "title": f"t{turn}", "content": "x" * turn * 100}
            try:
                await project.context(add)
            except Refused as error:
                self.refused.append((error.status, error.code, error.details["reason"]))
                await asyncio.sleep(0.02)
            else:
                mine.append(f"t{turn}")

    def count(self):
        return sum(len(titles) for _, titles in self.confirmed.values())

    async def until(self, is_so):
        async with asyncio.timeout(60):
            while not is_so():  # noqa: ASYNC110 - the writers go on meanwhile
                await asyncio.sleep(0.02)


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
async def test_postgres_may_stop_and_start_under_load(server, tmp_path, how):
    with short_folder() as folder, PostgresProcess(folder).create() as postgres:
        service = await server(
            tmp_path, database_url=postgres.url, local=False, rate_limits=PLENTY, pool_size=6
        )
        writers = Writers(service, 4)
        tasks = [asyncio.create_task(writers.write(number)) for number in range(writers.number)]
        await writers.until(lambda: writers.count() > 40)
        await asyncio.to_thread(postgres.stop, how)
        await writers.until(lambda: len(writers.refused) > 5)
        at_stop = writers.count()
        await asyncio.to_thread(postgres.start)
        await writers.until(lambda: writers.count() > at_stop + 40)
        writers.over.set()
        await asyncio.gather(*tasks)
        assert {(status, code) for status, code, _ in writers.refused} == {(503, "UNAVAILABLE")}
        assert {reason for *_, reason in writers.refused} <= {"database", "database_busy"}
        for project, confirmed in writers.confirmed.values():
            shown = await project.get()
            items = shown["data"]["contextBlocks"][0]["items"]
            assert set(confirmed) <= {item["title"] for item in items}
            assert shown["chars"] == sum(len(item["content"]) for item in items)
            assert shown["version"] == len(items) + 2


async def test_a_server_can_be_stopped_while_its_database_is_away(tmp_path):
    with short_folder() as folder, PostgresProcess(folder).create() as postgres:
        service = build_dispatcher(Settings(data_dir=tmp_path, database_url=postgres.url))
        await service.services.start()
        await Person(service, "ann").make()
        await asyncio.to_thread(postgres.stop)
        async with asyncio.timeout(30):
            await service.services.close()


async def test_without_redis_reads_and_writes_go_on(database_url, server, tmp_path):
    with TemporaryDirectory(prefix="pf") as folder, RedisProcess(Path(folder)) as redis:
        urls = {"database_url": database_url, "redis_url": redis.url}
        service = await server(tmp_path, local=False, rate_limits=PLENTY, **urls)
        ann = Person(service, "ann")
        project = await ann.make()
        answers = []

        async def work():
            for number in range(60):
                if number == 20:
                    redis.stop()
                if number == 40:
                    redis.start()
                    service.services.redis._rests_until = 0
                answers.append((await ann.send("GET", project.path)).status)
                add = await ann.send("PATCH", project.path, {"name": f"n{number}"})
                answers.append(add.status)
                answers.append((await ann.send("GET", "/ai/models?provider=anthropic")).status)

        try:
            await work()
        except Refused as error:
            assert error.code == "NO_API_KEY", error  # noqa: PT017 - the models' list needs a key
        assert set(answers) == {200}
        assert (await ann.get("/api/projects"))["items"]


async def test_a_full_disk_is_told_and_nothing_is_lost(small_disk, server, with_database):
    data = small_disk.path / "pf"
    small_disk.resize("120m")
    with_database(data)
    service = await server(data)
    ann = Person(service, "ann")
    project = await ann.make()
    await project.context({"op": "addBlock"})
    filler = small_disk.path / "filler"
    free = shutil.disk_usage(small_disk.path).free
    filler.write_bytes(b"x" * max(0, free - 2_000_000))
    kept = []

    async def fill():
        for number in range(200):
            content = f"{number:06}" + "абвг" * 50_000
            await project.context({"op": "addItem", "blockId": 1, "content": content})
            kept.append(content)

    with pytest.raises(Refused) as refused:
        await fill()
    assert (refused.value.status, refused.value.code) == (503, "UNAVAILABLE")
    assert refused.value.details["reason"] in {"disk_full", "database"}
    assert "disk" in refused.value.message or "database" in refused.value.message
    filler.unlink()
    async with asyncio.timeout(60):
        while True:
            try:
                shown = await project.get()
                await project.context({"op": "addItem", "blockId": 1, "content": "after"})
            except Refused as error:
                assert error.status == 503  # noqa: PT017 - as long as it recovers
                await asyncio.sleep(0.2)
            else:
                break
    items = shown["data"]["contextBlocks"][0]["items"]
    assert [item["content"] for item in items][: len(kept)] == kept
