"""What was done is told, and every state that it went through can be brought back."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how
from hypothesis import strategies as st
from people import Refused
from project_model import settled
from project_walk import Walk
from sqlalchemy import text

from promptyflow_lab.domain import ProjectData


@pytest.fixture
async def project(ann):
    items = [{"id": n, "title": f"Item{n}", "content": f"text {n}"} for n in (1, 2)]
    chosen = [{"blockId": 1, "itemId": 1}, {"blockId": 1, "itemId": 2}]
    prompt = {"id": 1, "title": "Ask", "template": "{{context}}", "selectedContext": chosen}
    blocks = [{"id": 1, "title": "Docs", "items": items}]
    return await ann.make({"contextBlocks": blocks, "promptBlocks": [prompt]}, name="Paper")


def write(item, content):
    return {"op": "update", "blockId": 1, "itemId": item, "content": content}


async def history(project, query=""):
    return await project.person.get(f"{project.path}/history{query}")


async def restore(project, version, **headers):
    return await project.person.post(f"{project.path}/history/{version}/restore", **headers)


def state(whole):
    """Return a project without what tells when it was changed."""

    def plain(value):
        if isinstance(value, dict):
            return {k: plain(v) for k, v in value.items() if k not in {"version", "updatedAt"}}
        return [plain(entry) for entry in value] if isinstance(value, list) else value

    return plain(whole)


async def test_each_version_tells_who_did_what_and_when(project):
    await project.context(write(1, "changed!"), {"op": "addItem", "blockId": 1, "title": "New"})
    await project.context({"op": "delete", "blockId": 1, "itemId": 2})
    await project.prompts({"op": "update", "promptBlockId": 1, "template": "Read {{context}}"})
    await project.prompts({"op": "select", "promptBlockId": 1, "selectedContext": []})
    await project.person.patch(project.path, {"name": "Book"})
    told = await history(project)
    assert told["nextCursor"] is None
    entries = {entry["version"]: entry for entry in told["items"]}
    assert list(entries) == [6, 5, 4, 3, 2, 1]
    assert {entry["author"]["name"] for entry in entries.values()} == {project.person.name}
    times = [entry["at"] for entry in told["items"]]
    assert times == sorted(times, reverse=True)
    changes = {version: entry["changes"] for version, entry in entries.items()}
    assert changes[1] == [{"kind": "create"}]
    first = {"blockId": 1, "itemId": 1, "title": "Item1"}
    assert changes[2] == [
        {"kind": "edit", **first, "inserted": len("changed!"), "deleted": len("text 1")},
        {"kind": "add", "blockId": 1, "itemId": 3, "title": "New"},
    ]
    assert changes[3] == [{"kind": "delete", "blockId": 1, "itemId": 2, "title": "Item2"}]
    ask = {"promptBlockId": 1, "title": "Ask"}
    assert changes[4] == [{"kind": "editPrompt", **ask, "inserted": 5, "deleted": 0}]
    assert changes[5] == [{"kind": "select", **ask, "selected": 0}]
    assert changes[6] == [{"kind": "rename", "title": "Book"}]


async def test_of_many_changes_the_first_are_told_and_their_number(project):
    await project.context(*({"op": "addItem", "blockId": 1} for _ in range(33)))
    entry = (await history(project))["items"][0]
    assert (len(entry["changes"]), entry["totalChanges"]) == (20, 33)


async def test_the_list_comes_in_parts(project):
    for number in range(5):
        await project.context(write(1, f"{number}"))
    found, cursor = [], ""
    while cursor is not None:
        page = await history(project, f"?limit=2{cursor}")
        found += [entry["version"] for entry in page["items"]]
        cursor = page["nextCursor"] and f"&cursor={page['nextCursor']}"
    assert found == [6, 5, 4, 3, 2, 1]
    for wrong in ("cursor=x", "cursor=W10", "limit=0", "limit=201"):
        with pytest.raises(Refused, match="VALIDATION_ERROR"):
            await history(project, f"?{wrong}")


async def test_the_history_of_somebody_else_is_not_found(project, person):
    foreign = project.seen_by(person("bob"))
    for request in (history(foreign), restore(foreign, 1)):
        with pytest.raises(Refused) as refused:
            await request
        assert refused.value.status == 404


async def test_a_version_is_brought_back_as_a_new_one(project):
    then = state(await project.get())
    await project.context(write(1, "changed"), {"op": "delete", "blockId": 1, "itemId": 2})
    await project.prompts({"op": "delete", "promptBlockId": 1})
    await project.person.patch(project.path, {"name": "Book"})
    now = state(await project.get())
    told = await restore(project, 1)
    assert (told["version"], told["name"], told["chars"]) == (5, "Paper", len("text 1text 2"))
    assert state(await project.get()) == then
    newest = (await history(project))["items"][0]
    assert {"kind": "restore", "version": 1} in newest["changes"]
    await restore(project, 4)
    assert state(await project.get()) == now, "what was left behind can be brought back too"


async def test_bringing_back_what_is_there_changes_nothing(project):
    assert (await restore(project, 1))["version"] == 1
    assert len((await history(project))["items"]) == 1


async def test_bringing_back_can_be_taken_back(project):
    await project.context(write(1, "changed"))
    now = state(await project.get())
    await restore(project, 1)
    await project.person.post(f"{project.path}/history/3/undo")
    assert state(await project.get()) == now


async def test_what_is_kept_of_it_is_the_difference(project, dispatcher):
    for number in range(30):
        await project.context(write(1, f"{number}" * 20_000))
    await restore(project, 2)
    async with dispatcher.services.database.read() as connection:
        size = text(
            "SELECT length(what::text) FROM history WHERE project_id = :id AND version = 32"
        )
        assert (await connection.execute(size, {"id": project.id})).scalar_one() < 100_000


async def test_an_unknown_version_and_one_that_is_stale_are_refused(project):
    for version in (2, 99):
        with pytest.raises(Refused) as refused:
            await restore(project, version)
        assert (refused.value.status, refused.value.details) == (404, {})
    await project.context(write(1, "changed"))
    with pytest.raises(Refused) as refused:
        await restore(project, 1, if_match='"1"')
    assert refused.value.status == 409


async def test_a_repeat_is_done_once(project):
    await project.context(write(1, "changed"))
    for _ in range(2):
        assert (await restore(project, 1, idempotency_key="once"))["version"] == 3


async def test_a_version_whose_history_is_gone_is_told_so(project, dispatcher):
    for number in range(4):
        await project.context(write(1, f"{number}"))
    async with dispatcher.services.database.transaction() as connection:
        gone = text("DELETE FROM history WHERE project_id = :id AND version <= 3")
        await connection.execute(gone, {"id": project.id})
    with pytest.raises(Refused) as refused:
        await restore(project, 2)
    assert (refused.value.status, refused.value.code) == (404, "NOT_FOUND")
    assert refused.value.details == {"kind": "history", "version": 2, "oldest": 3}
    assert "version 3" in refused.value.message
    assert (await project.node(1, 1))["content"] == "3", "nothing was changed"
    await restore(project, 3)
    assert (await project.node(1, 1))["content"] == "1"


@how(
    deadline=None,
    max_examples=6,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32))
async def test_every_state_of_a_random_walk_can_be_brought_back(ann, seed):
    walk, project = Walk(seed), await ann.make()
    states = {1: settled(walk.model.data)}
    for _ in range(12):
        chance = walk.random.random()
        if chance < 0.3:
            version = (await project.prompts(walk.prompt_operation()))["version"]
        elif chance < 0.4:
            body = {"contextBlocks": walk.replacement()}
            path = f"{project.path}/context-blocks"
            version = (await ann.patch(path, body))["version"]
        else:
            operations = [walk.context_operation() for _ in range(walk.random.randint(1, 4))]
            version = (await project.context(*operations))["version"]
        walk.versions = {}
        states[version] = deepcopy(settled(walk.model.data))
    for version in walk.random.sample(sorted(states), min(5, len(states))):
        await restore(project, version)
        assert settled(ProjectData.from_dict(await project.data())) == states[version]
