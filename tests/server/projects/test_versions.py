"""Versions, conflicts, repeats: what happens when two change the same project."""

from __future__ import annotations

import asyncio

import pytest
from people import Refused

DATA = {
    "contextBlocks": [
        {
            "id": 1,
            "title": "A",
            "items": [{"id": n, "title": f"i{n}", "content": f"text {n}"} for n in (1, 2, 3)],
        }
    ]
}


def write(item, content, **more):
    return {"op": "update", "blockId": 1, "itemId": item, "content": content, **more}


@pytest.fixture
async def project(ann):
    return await ann.make(DATA)


async def test_every_change_makes_one_version_told_as_etag(project):
    for expected in (2, 3):
        answer = await project.person.send(
            "PATCH",
            f"{project.path}/context-blocks",
            {"operations": [write(1, f"v{expected}"), write(2, f"v{expected}")]},
        )
        assert (answer.body["version"], answer.headers["ETag"]) == (expected, f'"{expected}"')
    shown = await project.person.send("GET", project.path)
    assert (shown.body["version"], shown.headers["ETag"]) == (3, '"3"')


async def test_a_write_on_an_old_version_of_the_project_is_told_what_changed(project):
    await project.context(write(2, "theirs"))
    await project.prompts({"op": "addPrompt"})
    for path, body in (
        (f"{project.path}/context-blocks", {"operations": [write(1, "mine")]}),
        (f"{project.path}/prompt-blocks", {"operations": [{"op": "addPrompt"}]}),
        (project.path, {"name": "mine"}),
    ):
        with pytest.raises(Refused) as refused:
            await project.person.patch(path, body, if_match='"1"')
        assert (refused.value.status, refused.value.code) == (409, "CONFLICT")
        details = refused.value.details
        assert details["version"] == 3
        assert [(n["blockId"], n["itemId"], n["version"]) for n in details["nodes"]] == [(1, 2, 2)]
        assert details["prompts"] == [{"promptBlockId": 1, "version": 3, "title": "Prompt1"}]
    for method, path in (("DELETE", project.path), ("POST", f"{project.path}/duplicate")):
        with pytest.raises(Refused) as refused:
            await project.person.send(method, path, if_match="2")
        assert refused.value.code == "CONFLICT"
    assert (await project.get())["version"] == 3
    assert (await project.context(write(1, "mine"), if_match='"3"'))["version"] == 4
    await project.person.send("DELETE", project.path, if_match="4")


async def test_a_write_on_an_old_version_is_told_what_was_deleted(project):
    await project.prompts({"op": "addPrompt"})
    await project.prompts({"op": "delete", "promptBlockId": 1})
    await project.context({"op": "addBlock"}, {"op": "delete", "blockId": 1, "itemId": 2})
    await project.context({"op": "move", "blockId": 1, "itemId": 3, "to": {"blockId": 2}})
    with pytest.raises(Refused) as refused:
        await project.context(write(1, "mine"), if_match="1")
    details = refused.value.details
    gone = [(n["blockId"], n["itemId"]) for n in details["nodes"] if n.get("deleted")]
    assert gone == [(1, 3), (1, 2)]
    assert details["prompts"] == [{"promptBlockId": 1, "version": 0, "deleted": True}]


async def test_writes_to_different_nodes_do_not_clash(project):
    await project.context(write(1, "one", version=1))
    await project.context(write(2, "two", version=1))
    await project.context(write(3, "three", version=1))
    contents = [(await project.node(1, item))["content"] for item in (1, 2, 3)]
    assert contents == ["one", "two", "three"]


async def test_a_node_that_moved_on_is_a_conflict_that_tells_what_stands_there(project):
    await project.context(write(1, "theirs"), write(2, "theirs too"))
    with pytest.raises(Refused) as refused:
        await project.context(
            write(3, "mine", version=1),
            write(1, "mine", version=1),
            {"op": "update", "blockId": 1, "itemId": 2, "title": "mine", "version": 1},
        )
    assert (refused.value.status, refused.value.code) == (409, "CONFLICT")
    told = {n["itemId"]: n for n in refused.value.details["nodes"]}
    assert refused.value.details["version"] == 2
    assert set(told) == {1, 2}
    assert (told[1]["version"], told[1]["content"]) == (2, "theirs")
    assert (told[2]["version"], told[2]["title"]) == (2, "i2")
    assert "content" not in told[2], "only what the change was about"
    assert (await project.node(1, 3))["content"] == "text 3"


async def test_a_move_does_not_clash_with_writing(project):
    await project.context({"op": "move", "blockId": 1, "itemId": 1, "to": {}})
    await project.context(write(1, "written", version=1))


async def test_a_deleted_node_is_a_conflict_that_says_so(project):
    await project.context({"op": "delete", "blockId": 1, "itemId": 1})
    deleted = [{"blockId": 1, "itemId": 1, "version": 0, "deleted": True}]
    for operation in (
        write(1, "mine", version=1),
        write(1, "mine"),
        {"op": "addSubItem", "blockId": 1, "itemId": 1},
        {"op": "move", "blockId": 1, "itemId": 1, "to": {}},
    ):
        with pytest.raises(Refused) as refused:
            await project.context(operation)
        assert (refused.value.code, refused.value.details["nodes"]) == ("CONFLICT", deleted)


async def test_no_version_of_a_node_ever_comes_back(project):
    await project.context(write(1, "theirs"))
    blocks = (await project.data())["contextBlocks"]
    path = f"{project.path}/context-blocks"
    await project.person.patch(path, {"contextBlocks": []})
    await project.person.patch(path, {"contextBlocks": blocks})
    with pytest.raises(Refused, match="CONFLICT"):
        await project.context(write(1, "mine", version=2))
    assert (await project.node(1, 1))["version"] == 4


async def test_a_repeat_is_applied_once_and_gets_the_first_answer(project):
    add = {"op": "addItem", "blockId": 1, "content": "once", "clientId": "x"}
    first = await project.context(add, idempotency_key="k1")
    await project.context(write(1, "later"))
    assert await project.context(add, idempotency_key="k1") == first
    assert len((await project.data())["contextBlocks"][0]["items"]) == 4
    assert (await project.get())["version"] == 3
    with pytest.raises(Refused) as refused:
        await project.context(write(1, "other"), idempotency_key="k1")
    assert "Idempotency-Key" in refused.value.details["errors"]


async def test_repeats_at_the_same_time_are_applied_once(project):
    add = {"op": "addItem", "blockId": 1, "content": "once"}
    answers = await asyncio.gather(
        *(project.context(add, idempotency_key="same") for _ in range(6))
    )
    assert all(answer == answers[0] for answer in answers)
    assert len((await project.data())["contextBlocks"][0]["items"]) == 4


async def test_every_kind_of_write_can_be_repeated(ann):
    made = [await ann.post("/api/projects", {"name": "x"}, idempotency_key="make") for _ in "12"]
    assert made[0] == made[1]
    path = f"/api/projects/{made[0]['id']}"
    copies = [await ann.post(f"{path}/duplicate", idempotency_key="copy") for _ in "12"]
    assert copies[0] == copies[1]
    names = [await ann.patch(path, {"name": "y"}, idempotency_key="name") for _ in "12"]
    assert names[0] == names[1]
    prompt = {"operations": [{"op": "addPrompt"}]}
    added = [await ann.patch(f"{path}/prompt-blocks", prompt, idempotency_key="p") for _ in "12"]
    assert added[0] == added[1]
    gone = [await ann.send("DELETE", path, idempotency_key="delete") for _ in "12"]
    assert [answer.status for answer in gone] == [204, 204]
    assert len((await ann.get("/api/projects"))["items"]) == 1


async def test_a_refused_write_may_be_repeated_after_it_was_mended(project):
    with pytest.raises(Refused, match="CONFLICT"):
        await project.context(write(1, "x"), if_match="7", idempotency_key="k")
    answer = await project.context(write(1, "x"), if_match="1", idempotency_key="k")
    assert answer["version"] == 2


async def test_twenty_writers_at_once_lose_nothing(project):
    async def writes(number):
        for turn in range(5):
            await project.context(
                {"op": "addItem", "blockId": 1, "title": f"{number}/{turn}", "content": "x" * turn},
                write(number % 3 + 1, f"{number} was here"),
            )

    await asyncio.gather(*(writes(number) for number in range(20)))
    shown = await project.get()
    items = shown["data"]["contextBlocks"][0]["items"]
    assert shown["version"] == 101
    assert {i["title"] for i in items[3:]} == {f"{n}/{t}" for n in range(20) for t in range(5)}
    assert len({item["id"] for item in items}) == 103
    assert shown["chars"] == sum(len(item["content"]) for item in items)


async def test_every_conflict_of_writers_to_one_node_is_told(project):
    codes = []

    async def append(letter):
        while True:
            node = await project.node(1, 1)
            splice = {"start": node["chars"], "deleteCount": 0, "insert": letter}
            operation = {"op": "update", "blockId": 1, "itemId": 1, "splice": splice}
            try:
                return await project.context({**operation, "version": node["version"]})
            except Refused as refused:
                codes.append(refused.code)

    letters = "abcdefghijklmnopqrst"
    await asyncio.gather(*(append(letter) for letter in letters))
    content = (await project.node(1, 1))["content"]
    assert sorted(content.removeprefix("text 1")) == sorted(letters)
    assert set(codes) == {"CONFLICT"}
