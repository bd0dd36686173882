"""Random operations: the server's project is what plain lists make of them, and back again."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from project_model import settled
from project_walk import Walk
from sqlalchemy import text

from promptyflow_lab.domain import ProjectData
from promptyflow_server.http.call import Call, User
from promptyflow_server.projects.replay import apply_steps
from promptyflow_server.projects.schemas import Nothing
from promptyflow_server.projects.writing import ProjectWriter


async def check(project, model):
    shown = await project.get()
    assert settled(ProjectData.from_dict(shown["data"])) == settled(model.data)
    listed = (await project.person.get("/api/projects?limit=1"))["items"][0]
    assert listed["id"] == project.id
    assert {name: listed[name] for name in model.counters()} == model.counters()
    assert [
        (block["chars"], [item["chars"] for item in block["items"]])
        for block in shown["data"]["contextBlocks"]
    ] == model.sizes()
    return shown


@pytest.mark.slow
@how(
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32))
async def test_random_operations_do_what_plain_lists_do_and_can_be_taken_back(
    ann, dispatcher, seed
):
    walk, project = Walk(seed), await ann.make()
    snapshots = {1: settled(walk.model.data)}
    for _ in range(12):
        version = await one_request(walk, project)
        shown = await check(project, walk.model)
        assert shown["version"] == version
        snapshots.setdefault(version, settled(walk.model.data))
    for version in range(max(snapshots), 1, -1):
        await take_back(dispatcher, project, version)
        data = ProjectData.from_dict(await project.data())
        assert settled(data) == snapshots[version - 1], version


async def one_request(walk, project):
    kind = walk.random.random()
    if kind < 0.25:
        operations = [walk.prompt_operation() for _ in range(walk.random.randint(1, 4))]
        return (await project.prompts(*operations))["version"]
    if kind < 0.35:
        path = f"{project.path}/context-blocks"
        return (await project.person.patch(path, {"contextBlocks": walk.replacement()}))["version"]
    walk.versions = versions_of(await project.get("none"))
    operations = [walk.context_operation() for _ in range(walk.random.randint(1, 5))]
    return (await project.context(*operations))["version"]


def versions_of(shown):
    found = {}
    for block in shown["data"]["contextBlocks"]:
        for item in block["items"]:
            found[block["id"], item["id"]] = item["version"]
            for sub in item["subItems"]:
                found[block["id"], item["id"], sub["id"]] = sub["version"]
    return found


async def take_back(dispatcher, project, version):
    services = dispatcher.services
    async with services.database.read() as connection:
        query = text("SELECT user_id, what FROM history WHERE project_id = :id AND version = :v")
        user_id, what = (await connection.execute(query, {"id": project.id, "v": version})).one()
    user = User(user_id, "ann", "jupyter")
    call = Call(user, services, "en", None, None, {}, "test")
    limits = services.settings.limits

    async def change(session):
        await apply_steps(session, what["inverse"], limits)
        await session.save()
        return Nothing()

    await ProjectWriter(services.database, limits).write(call, project.id, Nothing, change)
