"""Taking back one version: exactly, and never over what somebody did since."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as how
from hypothesis import strategies as st
from people import Refused
from project_model import settled
from project_walk import Walk

from promptyflow_lab.domain import ProjectData

DATA = {
    "contextBlocks": [
        {
            "id": 1,
            "title": "A",
            "items": [{"id": n, "title": f"i{n}", "content": f"text {n}"} for n in (1, 2, 3)],
        }
    ],
    "promptBlocks": [
        {
            "id": 1,
            "title": "P",
            "template": "{{context}}",
            "selectedContext": [
                {"blockId": 1, "itemId": 1, "order": 1},
                {"blockId": 1, "itemId": 2, "order": 2},
            ],
        }
    ],
}


@pytest.fixture
async def project(ann):
    return await ann.make(DATA)


async def undo(project, version, **headers):
    return await project.person.post(f"{project.path}/history/{version}/undo", **headers)


async def contents(project):
    return [item["content"] for item in (await project.data())["contextBlocks"][0]["items"]]


async def selected(project):
    chosen = (await project.data())["promptBlocks"][0]["selectedContext"]
    return [one["itemId"] for one in chosen]


def write(item, content):
    return {"op": "update", "blockId": 1, "itemId": item, "content": content}


def delete(item):
    return {"op": "delete", "blockId": 1, "itemId": item}


def select(*items):
    chosen = [{"blockId": 1, "itemId": item, "order": n} for n, item in enumerate(items, 1)]
    return {"op": "select", "promptBlockId": 1, "selectedContext": chosen}


async def conflict_of(project, version):
    with pytest.raises(Refused) as refused:
        await undo(project, version)
    assert (refused.value.status, refused.value.code) == (409, "CONFLICT")
    return refused.value.details


async def test_an_earlier_version_is_taken_back_and_what_came_after_stays(project):
    await project.context(write(1, "changed"))
    await project.context(write(2, "later"))
    assert await undo(project, 2) == {"version": 4, "chars": len("text 1" + "later" + "text 3")}
    assert await contents(project) == ["text 1", "later", "text 3"]


async def test_what_was_changed_since_is_not_overwritten(project):
    await project.context(write(1, "first"))
    await project.context(write(1, "second"))
    details = await conflict_of(project, 2)
    assert (details["version"], details["nodes"][0]["itemId"]) == (3, 1)
    assert await contents(project) == ["second", "text 2", "text 3"]


async def test_what_was_added_and_then_filled_is_not_deleted(project):
    await project.context({"op": "addItem", "blockId": 1})
    await project.context({"op": "addSubItem", "blockId": 1, "itemId": 4, "content": "work"})
    details = await conflict_of(project, 2)
    assert details["nodes"][0]["subItemId"] == 1
    await project.context({"op": "delete", "blockId": 1, "itemId": 4, "subItemId": 1})
    await undo(project, 2)
    assert await contents(project) == ["text 1", "text 2", "text 3"]


async def test_a_deletion_comes_back_with_its_selections(project):
    await project.context(delete(2))
    assert await selected(project) == [1]
    await undo(project, 2)
    assert await contents(project) == ["text 1", "text 2", "text 3"]
    assert await selected(project) == [1, 2]
    await conflict_of(project, 2)


async def test_what_stood_behind_something_that_is_gone_comes_last(project):
    await project.context(delete(2))
    await project.context(delete(1))
    await undo(project, 2)
    assert await contents(project) == ["text 3", "text 2"]


async def test_a_deletion_in_a_block_that_is_gone_cannot_be_taken_back(project):
    await project.context(delete(2))
    await project.context({"op": "delete", "blockId": 1})
    assert (await conflict_of(project, 2))["nodes"] == [
        {"blockId": 1, "version": 0, "deleted": True}
    ]


async def test_of_a_selection_only_what_the_version_did_is_taken_back(project):
    await project.prompts(select(3, 2))
    await project.prompts(select(2, 3))
    await undo(project, 2)
    assert await selected(project) == [1, 2]


async def test_a_selection_of_what_is_gone_does_not_come_back(project):
    await project.prompts(select(3))
    await project.context(delete(2))
    await undo(project, 2)
    assert await selected(project) == [1]


async def test_an_edited_prompt_is_not_deleted_and_a_deleted_one_is_left_out(project):
    await project.prompts({"op": "addPrompt", "title": "New"})
    await project.prompts({"op": "update", "promptBlockId": 2, "template": "work"})
    assert (await conflict_of(project, 2))["prompts"][0]["promptBlockId"] == 2
    await project.prompts({"op": "delete", "promptBlockId": 2})
    assert (await undo(project, 2))["version"] == 4, "nothing was left to do"


async def test_a_name_that_was_changed_again_stays(project):
    await project.person.patch(project.path, {"name": "Second"})
    await project.person.patch(project.path, {"name": "Third"})
    await conflict_of(project, 2)
    await undo(project, 3)
    assert (await project.get())["name"] == "Second"


async def test_an_unknown_version_is_not_found(project):
    with pytest.raises(Refused) as refused:
        await undo(project, 99)
    assert refused.value.status == 404


async def test_a_repeat_is_taken_back_once(project):
    await project.context(write(1, "changed"))
    first = await undo(project, 2, idempotency_key="once")
    assert await undo(project, 2, idempotency_key="once") == first
    assert (await project.get())["version"] == 3


async def test_over_the_limit_nothing_comes_back(project):
    await project.context(write(1, "x" * 4_999_000))
    await project.context(delete(1))
    await project.context(write(2, "y" * 2_000))
    with pytest.raises(Refused) as refused:
        await undo(project, 3)
    assert (refused.value.status, refused.value.details["what"]) == (413, "block")
    assert (await project.get("none"))["version"] == 4


@pytest.mark.slow
@how(
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(seed=1392576)  # a node that was written goes into an item, and that into another block
@given(seed=st.integers(0, 2**32))
async def test_whatever_was_done_can_be_taken_back_and_done_again(ann, seed):
    walk, project = Walk(seed), await ann.make()
    before = settled(walk.model.data)
    for _ in range(8):
        if walk.random.random() < 0.3:
            version = (await project.prompts(walk.prompt_operation()))["version"]
        else:
            operations = [walk.context_operation() for _ in range(walk.random.randint(1, 5))]
            version = (await project.context(*operations))["version"]
        after = settled(walk.model.data)
        if before != after:
            undone = (await undo(project, version))["version"]
            assert settled(ProjectData.from_dict(await project.data())) == before
            await undo(project, undone)
        assert settled(ProjectData.from_dict(await project.data())) == after
        walk.versions = {}
        before = after
