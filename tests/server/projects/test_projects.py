"""Projects as a whole: found, made, shown, renamed, copied, exported, deleted; one's own only."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from people import Refused

from promptyflow_lab.domain import ProjectData

UNKNOWN = "0190a1b2-0000-7000-8000-000000000001"
SOURCE = {
    "kind": "cell",
    "reference": "a.ipynb#3",
    "contentHash": "abc",
    "capturedAt": "2026-01-02T03:04:05Z",
}
DATA = {
    "contextBlocks": [
        {
            "id": 4,
            "title": "Docs",
            "items": [
                {"id": 7, "title": "Intro", "content": "Привет 😀", "chars": 999, "source": SOURCE},
                {
                    "id": 2,
                    "title": "Parts",
                    "content": "own text",
                    "subItems": [
                        {"id": 9, "title": "S9", "content": "nine"},
                        {"id": 1, "title": "S1", "content": ""},
                    ],
                },
            ],
        },
        {"id": 1, "title": "Empty", "items": []},
    ],
    "promptBlocks": [
        {
            "id": 3,
            "title": "Ask",
            "template": "{{context}} {{name}}",
            "wrapInTags": False,
            "variables": {"name": "Ann"},
            "selectedContext": [
                {"blockId": 4, "itemId": 2, "subItemId": 9, "order": 1},
                {"blockId": 4, "itemId": 7, "order": 5},
            ],
            "something": "a newer version may have added",
        },
        {"id": 1, "title": "Second", "template": ""},
    ],
}


async def test_a_project_comes_back_as_it_was_sent(ann):
    project = await ann.make(DATA, name="  Привет  ")
    shown = await project.get()
    assert (shown["name"], shown["version"], shown["role"]) == ("Привет", 1, "owner")
    assert ProjectData.from_dict(shown["data"]) == ProjectData.from_dict(DATA)
    assert shown["chars"] == 8 + 4


async def test_sizes_are_counted_and_never_believed(ann):
    block, empty = (await (await ann.make(DATA)).data())["contextBlocks"]
    intro, parts = block["items"]
    assert (intro["chars"], intro["contentChars"]) == (8, 8)
    assert (parts["chars"], parts["contentChars"]) == (4, 8)
    assert [sub["chars"] for sub in parts["subItems"]] == [4, 0]
    assert (block["chars"], empty["chars"]) == (12, 0)


async def test_the_outline_is_the_project_without_its_contents(ann):
    project = await ann.make(DATA)
    whole, outline = await project.get(), await project.get("none")

    def without_content(node):
        if isinstance(node, dict):
            return {k: without_content(v) for k, v in node.items() if k != "content"}
        return [without_content(entry) for entry in node] if isinstance(node, list) else node

    assert outline == without_content(whole)
    assert "Привет" not in json.dumps(outline, ensure_ascii=False)
    assert outline["data"]["contextBlocks"][0]["items"][0]["source"] == SOURCE


async def test_a_new_project_is_created_at_its_address(ann):
    answer = await ann.send("POST", "/api/projects", {"name": "New", "data": DATA})
    assert answer.status == 201
    assert answer.headers["Location"] == f"/api/projects/{answer.body['id']}"
    assert answer.headers["ETag"] == '"1"'
    counts = {k: answer.body[k] for k in ("chars", "blocks", "items", "subItems", "prompts")}
    assert counts == {"chars": 12, "blocks": 2, "items": 2, "subItems": 2, "prompts": 2}
    assert set(answer.body) == {
        *counts,
        *("id", "name", "version", "createdAt", "updatedAt", "role"),
    }
    assert datetime.fromisoformat(answer.body["createdAt"]).utcoffset().total_seconds() == 0


async def test_the_list_tells_each_project_once_the_last_changed_first(ann):
    made = [(await ann.make(name=f"P{n}")).id for n in range(7)]
    await ann.patch(f"/api/projects/{made[2]}", {"name": "changed"})
    expected = [made[2], *[own for own in reversed(made) if own != made[2]]]
    seen, path = [], "/api/projects?limit=3"
    while True:
        page = await ann.get(path)
        seen += [item["id"] for item in page["items"]]
        assert len(page["items"]) <= 3
        if page["nextCursor"] is None:
            break
        path = f"/api/projects?limit=3&cursor={page['nextCursor']}"
    assert seen == expected


async def test_a_search_takes_every_character_as_it_stands(ann):
    for name in ("100% Ready", "100 Ready", "a_b", "aXb", "back\\slash", "Ёлка Large"):
        await ann.make(name=name)

    async def found(q):
        return {item["name"] for item in (await ann.get(f"/api/projects?q={q}"))["items"]}

    assert await found("100%") == {"100% Ready"}
    assert await found("A_B") == {"a_b"}
    assert await found("\\") == {"back\\slash"}
    assert await found("ёлка") == {"Ёлка Large"}
    assert await found("nothing") == set()


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "cursor=x", "cursor=AAAA", "contents=some", "x=1"]
)
async def test_a_query_that_makes_no_sense_is_refused(ann, query):
    with pytest.raises(Refused) as refused:
        await ann.get(f"/api/projects?{query}")
    assert (refused.value.status, refused.value.code) == (400, "VALIDATION_ERROR")
    assert list(refused.value.details["errors"]) == [query.partition("=")[0]]


async def test_a_project_is_renamed_and_its_version_grows(ann):
    project = await ann.make(DATA)
    answer = await ann.send("PATCH", project.path, {"name": " Other "})
    assert (answer.body["name"], answer.body["version"]) == ("Other", 2)
    assert answer.headers["ETag"] == '"2"'
    again = await ann.patch(project.path, {"name": "Other"})
    assert again["version"] == 2, "what changes nothing makes no version"


@pytest.mark.parametrize("name", ["", "   ", "x" * 201])
async def test_a_name_has_1_to_200_characters(ann, name):
    project = await ann.make()
    for method, path in (("POST", "/api/projects"), ("PATCH", project.path)):
        with pytest.raises(Refused) as refused:
            await ann.send(method, path, {"name": name})
        assert list(refused.value.details["errors"]) == ["name"]
    assert (await ann.make(name="x" * 200)).id


async def test_replacing_everything_leaves_alone_what_is_the_same(ann):
    project = await ann.make(DATA)
    before = await project.get()
    data = json.loads(json.dumps(DATA))
    data["contextBlocks"][0]["items"][0]["content"] = "Пока"
    data["contextBlocks"][0]["items"].reverse()
    data["promptBlocks"][1]["template"] = "new"
    del data["contextBlocks"][1]
    changed = await ann.patch(project.path, {"data": data})
    assert (changed["version"], changed["chars"], changed["blocks"]) == (2, 8, 1)
    after = await project.get()
    assert ProjectData.from_dict(after["data"]) == ProjectData.from_dict(data)
    parts, intro = after["data"]["contextBlocks"][0]["items"]
    assert (intro["version"], parts["version"]) == (2, 1)
    assert [prompt["version"] for prompt in after["data"]["promptBlocks"]] == [1, 2]
    assert after["data"]["promptBlocks"][0] == before["data"]["promptBlocks"][0]
    assert (await ann.patch(project.path, {"data": data}))["version"] == 2


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ([], "data"),
        ({"contextBlocks": {}}, "data.contextBlocks"),
        ({"contextBlocks": [{"title": "x"}]}, "data.contextBlocks[0].id"),
        ({"contextBlocks": [{"id": 0, "title": "x"}]}, "data.contextBlocks[0].id"),
        ({"contextBlocks": [{"id": 1.5, "title": "x"}]}, "data.contextBlocks[0].id"),
        ({"contextBlocks": [{"id": 2**53, "title": "x"}]}, "data.contextBlocks[0].id"),
        (
            {"contextBlocks": [{"id": 1, "title": "x"}, {"id": 1, "title": "y"}]},
            "data.contextBlocks[1].id",
        ),
        (
            {"contextBlocks": [{"id": 1, "title": "x", "items": [{"id": 1, "title": " "}]}]},
            "data.contextBlocks[0].items[0].title",
        ),
        (
            {"promptBlocks": [{"id": 1, "title": "x", "templateId": "no uuid"}]},
            "data.promptBlocks[0].templateId",
        ),
        (
            {"promptBlocks": [{"id": 1, "title": "x", "variables": {"a": 1}}]},
            "data.promptBlocks[0].variables.a",
        ),
    ],
)
async def test_a_document_of_another_form_is_refused_with_the_place(ann, data, path):
    for send, where in ((ann.post, "/api/projects"), (ann.patch, (await ann.make()).path)):
        with pytest.raises(Refused) as refused:
            await send(where, {"name": "x", "data": data})
        assert (refused.value.status, refused.value.code) == (400, "VALIDATION_ERROR")
        assert list(refused.value.details["errors"]) == [path]
    assert len((await ann.get("/api/projects"))["items"]) == 1


async def test_orders_that_repeat_keep_the_order_of_the_list(ann):
    keys = [(1, 3), (1, 1), (1, 2)]
    selected = [{"blockId": b, "itemId": i, "order": 0} for b, i in keys]
    data = {"promptBlocks": [{"id": 1, "title": "P", "selectedContext": selected}]}
    shown = await (await ann.make(data)).data()
    told = shown["promptBlocks"][0]["selectedContext"]
    assert [(s["blockId"], s["itemId"]) for s in told] == keys


async def test_a_copy_has_everything_and_a_name_of_its_own(ann):
    project = await ann.make(DATA, name="Demo")
    await project.prompts({"op": "addPrompt"})
    answer = await ann.send("POST", f"{project.path}/duplicate")
    assert (answer.status, answer.body["name"], answer.body["version"]) == (201, "Demo (Copy)", 1)
    assert (await ann.post(f"{project.path}/duplicate"))["name"] == "Demo (Copy 2)"
    copy = await ann.get(answer.headers["Location"])
    original = await project.data()
    assert ProjectData.from_dict(copy["data"]) == ProjectData.from_dict(original)
    # An id that the original has given is not given again in the copy.
    await ann.patch(
        f"/api/projects/{copy['id']}/context-blocks",
        {"operations": [{"op": "delete", "blockId": 4}, {"op": "addBlock"}]},
    )
    ids = [b["id"] for b in (await ann.get(f"/api/projects/{copy['id']}"))["data"]["contextBlocks"]]
    assert ids == [1, 5]
    assert await project.data() == original


@pytest.mark.parametrize(("language", "name"), [("en", "Sample: bike"), ("ru", "Пример: прокат")])
async def test_a_newcomer_gets_a_sample_that_compiles(ann, language, name):
    made = await ann.send("POST", "/api/projects/sample", accept_language=language)
    assert made.status == 201
    assert made.body["name"].startswith(name)
    compiled = await ann.post(
        f"/api/projects/{made.body['id']}/prompt-blocks/compile", {"promptBlockId": 1}
    )
    assert (compiled["contextChars"] > 0, compiled["missingVariables"]) == (True, [])


async def test_the_export_can_be_made_a_project_again(ann):
    project = await ann.make(DATA, name='a "b"/ё')
    answer = await ann.send("GET", f"{project.path}/export")
    assert answer.headers["Content-Disposition"].endswith("a%20%22b%22%2F%D1%91.json")
    document = answer.body
    assert (document["format"], document["version"], document["name"]) == (
        "promptyflow",
        1,
        'a "b"/ё',
    )
    again = await ann.make(document["data"], name=document["name"])
    second = (await ann.send("GET", f"{again.path}/export")).body
    assert {**second, "exportedAt": document["exportedAt"]} == document


async def test_a_deleted_project_is_gone_with_all_it_held(ann, dispatcher):
    from sqlalchemy import text

    project, other = await ann.make(DATA), await ann.make(DATA)
    answer = await ann.send("DELETE", project.path)
    assert (answer.status, answer.body) == (204, None)
    with pytest.raises(Refused, match="NOT_FOUND"):
        await project.get()
    with pytest.raises(Refused, match="NOT_FOUND"):
        await ann.send("DELETE", project.path)
    assert len(await other.data()) == 2
    async with dispatcher.services.database.read() as connection:
        for table in ("nodes", "node_chunks", "prompts", "selections", "history"):
            query = f"SELECT count(*) FROM {table} WHERE project_id = '{project.id}'"  # noqa: S608
            assert (await connection.execute(text(query))).scalar() == 0


async def test_a_foreign_project_is_not_found(ann, person):
    project = await ann.make(DATA)
    bob = person("bob")
    theirs = project.seen_by(bob)
    add = {"op": "addBlock"}
    requests = [
        ("GET", project.path, None),
        ("GET", f"{project.path}?contents=none", None),
        ("PATCH", project.path, {"name": "mine"}),
        ("PATCH", project.path, {"data": {}}),
        ("DELETE", project.path, None),
        ("POST", f"{project.path}/duplicate", None),
        ("GET", f"{project.path}/export", None),
        ("PATCH", f"{project.path}/context-blocks", {"operations": [add]}),
        ("PATCH", f"{project.path}/context-blocks", {"contextBlocks": []}),
        ("GET", f"{project.path}/context-blocks/stats", None),
        ("GET", f"{project.path}/context-blocks/tokens?nodes=4.2", None),
        ("GET", f"{project.path}/context-blocks/4/items/7", None),
        ("GET", f"{project.path}/context-blocks/4/items/2/sub-items/9", None),
        ("PATCH", f"{project.path}/prompt-blocks", {"operations": [{"op": "addPrompt"}]}),
        ("POST", f"{project.path}/prompt-blocks/compile", {"promptBlockId": 3}),
    ]
    for method, path, body in requests:
        with pytest.raises(Refused) as foreign:
            await bob.send(method, path, body)
        with pytest.raises(Refused) as unknown:
            await bob.send(method, path.replace(project.id, UNKNOWN), body)
        assert (foreign.value.status, foreign.value.code) == (404, "NOT_FOUND"), path
        assert str(foreign.value) == str(unknown.value), path
    assert (await bob.get("/api/projects"))["items"] == []
    assert (await project.get())["version"] == 1
    with pytest.raises(Refused):
        await theirs.get()


async def test_one_page_of_a_list_never_holds_another_persons_project(ann, person):
    bob = person("bob")
    await ann.make(name="secret plan")
    mine = await bob.make(name="my plan")
    listed = (await bob.get("/api/projects?q=plan"))["items"]
    assert [item["id"] for item in listed] == [mine.id]
