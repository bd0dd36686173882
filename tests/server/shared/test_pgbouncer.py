"""Behind PgBouncer, where each transaction gets another connection, everything works as before."""

from __future__ import annotations

import asyncio

import pytest
from people import Person
from postgres_process import PgBouncer, PostgresProcess, short_folder

from promptyflow_server.services import build_dispatcher
from promptyflow_server.settings import Settings
from promptyflow_server.shared.errors import AppError
from promptyflow_server.storage import connecting, migrate

WRITERS = 12


@pytest.fixture(scope="module")
def postgres():
    with short_folder() as folder, PostgresProcess(folder).create() as server:
        yield server


@pytest.fixture(scope="module")
def bouncer(postgres):
    with PgBouncer(postgres, pool_size=3) as bouncer:
        migrate.to_this_version(connecting.external_options(bouncer.url))
        yield bouncer


@pytest.fixture
async def server(bouncer, tmp_path):
    made = []

    async def start(**settings):
        told = Settings(data_dir=tmp_path, database_url=bouncer.url, pool_size=8, **settings)
        dispatcher = build_dispatcher(told)
        await dispatcher.services.start()
        made.append(dispatcher)
        return dispatcher

    yield start
    for dispatcher in made:
        await dispatcher.services.close()


async def test_many_clients_on_three_connections_lose_nothing(postgres, server):
    servers = [await server(), await server()]
    project = await Person(servers[0], "ann").make()
    await project.context({"op": "addBlock"})
    refused = []

    async def write(number):
        mine = project.seen_by(Person(servers[number % 2], "ann"))
        for turn in range(5):
            add = {"op": "addItem", "blockId": 1, "content": f"{number}/{turn} " * 500}
            try:
                await mine.context(add, idempotency_key=f"{number}-{turn}")
            except AppError as error:
                refused.append(error)
            await mine.get()
            await mine.person.get("/api/templates/search?q=hello")

    await asyncio.gather(*(write(number) for number in range(WRITERS)))
    assert refused == []
    shown = await project.get()
    items = shown["data"]["contextBlocks"][0]["items"]
    wanted = {f"{n}/{turn} " * 500 for n in range(WRITERS) for turn in range(5)}
    assert {item["content"] for item in items} == wanted
    assert shown["version"] == WRITERS * 5 + 2
    [(used,)] = postgres.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'promptyflow'"
    )
    assert used <= 3


async def test_prompts_templates_keys_and_undo_work(server):
    ann = Person(await server(), "ann")
    project = await ann.make(name="second")
    await project.context({"op": "addBlock"})
    await project.context({"op": "addItem", "blockId": 1, "content": "text"})
    await project.prompts({"op": "addPrompt", "title": "p", "template": "{{context}}"})
    chosen = [{"blockId": 1, "itemId": 1}]
    await project.prompts({"op": "select", "promptBlockId": 1, "selectedContext": chosen})
    assert "text" in str(await project.compile(1))
    template = await ann.post("/api/templates", {"name": "letter", "content": "Dear {{name}}"})
    found = await ann.get("/api/templates/search?q=lett")
    assert [item["id"] for item in found["items"]] == [template["id"]]
    version = (await project.get())["version"]
    await project.context({"op": "delete", "blockId": 1})
    await ann.post(f"{project.path}/history/{version + 1}/undo")
    assert (await project.get())["data"]["contextBlocks"][0]["items"][0]["content"] == "text"


@pytest.mark.parametrize("is_direct", [True, False])
async def test_another_process_changes_are_heard_directly_or_looked_for(
    postgres, server, is_direct, read
):
    direct = {"database_direct_url": postgres.url} if is_direct else {}
    one, two = await server(**direct), await server(**direct)
    name = f"reader {is_direct}"
    async with read(one, name) as reader:
        assert (await reader.next(20))[0] in {"ready", "resync"}
        assert one.services.events.is_heard is is_direct
        project = await Person(two, name).make()
        kind, told = await reader.next(5)
        while kind == "resync":
            kind, told = await reader.next(5)
        assert (kind, told["id"]) == ("project", project.id)
