"""How large things may be: exactly the limit passes, one more is told with both numbers."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from people import Refused

PROJECT = 10_000_000
BLOCK = 5_000_000


def data(*blocks):
    return {
        "contextBlocks": [
            {"id": n, "title": f"B{n}", "items": [{"id": 1, "title": "i", "content": "я" * size}]}
            for n, size in enumerate(blocks, start=1)
        ]
    }


def insert(block, count, version):
    splice = {"start": 0, "deleteCount": 0, "insert": "x" * count}
    return {"op": "update", "blockId": block, "itemId": 1, "version": version, "splice": splice}


def told(refused):
    return (refused.value.status, refused.value.code, refused.value.details)


async def test_exactly_the_limits_pass_and_one_more_does_not(ann):
    project = await ann.make(data(BLOCK, BLOCK))
    assert (await project.get("none"))["chars"] == PROJECT
    with pytest.raises(Refused) as refused:
        await project.context(insert(1, 1, 1))
    over = {"what": "project", "limit": PROJECT, "actual": PROJECT + 1}
    assert told(refused) == (413, "PAYLOAD_TOO_LARGE", over), "the project's limit is told first"
    for number in (PROJECT, PROJECT + 1):
        assert f"{number:,}" in refused.value.message
    shrink = {"op": "update", "blockId": 2, "itemId": 1, "content": "x"}
    with pytest.raises(Refused) as refused:
        await project.context(shrink, insert(1, 1, 1))
    block = {"what": "block", "limit": BLOCK, "actual": BLOCK + 1}
    assert told(refused) == (413, "PAYLOAD_TOO_LARGE", block)
    assert (await project.get("none"))["version"] == 1
    answer = await project.context(shrink, {"op": "addItem", "blockId": 2, "content": "y" * 7})
    assert answer["chars"] == BLOCK + 8


async def test_a_document_over_a_limit_makes_nothing(ann):
    for sizes, what, actual in (
        ((BLOCK, BLOCK, 1), "project", PROJECT + 1),
        ((BLOCK + 1,), "block", BLOCK + 1),
    ):
        with pytest.raises(Refused) as refused:
            await ann.make(data(*sizes))
        limit = {"project": PROJECT, "block": BLOCK}[what]
        details = {"what": what, "limit": limit, "actual": actual}
        assert told(refused) == (413, "PAYLOAD_TOO_LARGE", details)
    assert (await ann.get("/api/projects"))["items"] == []


async def test_what_an_item_holds_besides_its_sub_items_does_not_count(ann):
    project = await ann.make(data(BLOCK))
    sub = {"op": "addSubItem", "blockId": 1, "itemId": 1}
    await project.context({**sub, "content": "x" * BLOCK})
    with pytest.raises(Refused, match="PAYLOAD_TOO_LARGE"):
        await project.context({**sub, "content": "x"})
    with pytest.raises(Refused, match="PAYLOAD_TOO_LARGE"):
        await project.context(
            {"op": "addBlock", "clientId": "b"},
            {"op": "addItem", "blockId": {"ref": "b"}, "content": "x" * BLOCK},
            {"op": "addItem", "blockId": {"ref": "b"}, "content": "x"},
        )


async def test_a_prompt_template_has_at_most_a_million_characters(ann):
    project = await ann.make()
    await project.prompts({"op": "addPrompt", "template": "я" * 1_000_000})
    details = {"what": "prompt", "limit": 1_000_000, "actual": 1_000_001}
    for operation in (
        {"op": "addPrompt", "template": "x" * 1_000_001},
        {"op": "update", "promptBlockId": 1, "template": "x" * 1_000_001},
        {
            "op": "update",
            "promptBlockId": 1,
            "version": 2,
            "splice": {"start": 0, "deleteCount": 0, "insert": "x"},
        },
    ):
        with pytest.raises(Refused) as refused:
            await project.prompts(operation)
        assert told(refused) == (413, "PAYLOAD_TOO_LARGE", details)
    prompt = {"id": 1, "title": "P", "template": "x" * 1_000_001}
    with pytest.raises(Refused) as refused:
        await ann.make({"promptBlocks": [prompt]})
    assert told(refused) == (413, "PAYLOAD_TOO_LARGE", details)


class TestAtMostTwoProjects:
    @pytest.fixture
    def settings(self, settings):
        return replace(settings, limits=replace(settings.limits, projects=2))

    async def test_creations_at_once_never_pass_the_limit(self, ann, person):
        made = await asyncio.gather(*(ann.make() for _ in range(6)), return_exceptions=True)
        refused = [one for one in made if isinstance(one, Refused)]
        assert len(refused) == 4
        assert refused[0].details == {"what": "projects", "limit": 2, "actual": 3}
        (project, _) = (await ann.get("/api/projects"))["items"]
        with pytest.raises(Refused, match="PAYLOAD_TOO_LARGE"):
            await ann.post(f"/api/projects/{project['id']}/duplicate")
        assert await person("bob").make()

    async def test_copies_made_at_once_never_pass_the_limit(self, ann):
        project = await ann.make()
        copy = f"{project.path}/duplicate"
        made = await asyncio.gather(*(ann.post(copy) for _ in range(6)), return_exceptions=True)
        refused = [one.code for one in made if isinstance(one, Refused)]
        assert refused == ["PAYLOAD_TOO_LARGE"] * 5
        assert len((await ann.get("/api/projects"))["items"]) == 2


class TestLimitsThatWereLowered:
    @pytest.fixture
    def settings(self, settings):
        return replace(settings, limits=replace(settings.limits, project=100, block=60))

    async def test_what_is_over_a_limit_can_still_shrink(self, ann, dispatcher):
        from sqlalchemy import text

        project = await ann.make(data(50, 50))
        async with dispatcher.services.database.transaction() as connection:
            # As if it had been written when the limits were higher.
            raised = text("UPDATE projects SET chars = chars + 1000 WHERE id = :id")
            await connection.execute(raised, {"id": project.id})
        shorter = {"op": "update", "blockId": 1, "itemId": 1, "content": "x"}
        assert (await project.context(shorter))["chars"] == 1051
        with pytest.raises(Refused, match="PAYLOAD_TOO_LARGE"):
            await project.context({**shorter, "content": "xx"})
