"""Operations on context blocks: what each does, in order, all or nothing."""

from __future__ import annotations

import pytest
from people import Refused

DATA = {
    "contextBlocks": [
        {
            "id": 1,
            "title": "A",
            "items": [
                {"id": 1, "title": "one", "content": "1"},
                {"id": 2, "title": "two", "content": "22"},
                {
                    "id": 3,
                    "title": "three",
                    "content": "own",
                    "subItems": [
                        {"id": 1, "title": "s1", "content": "4444"},
                        {"id": 2, "title": "s2", "content": "55555"},
                    ],
                },
            ],
        },
        {"id": 2, "title": "B", "items": [{"id": 1, "title": "b1", "content": "666666"}]},
    ],
    "promptBlocks": [
        {
            "id": 1,
            "title": "P",
            "template": "{{context}}",
            "wrapInTags": False,
            "selectedContext": [
                {"blockId": 1, "itemId": 3, "subItemId": 2, "order": 0},
                {"blockId": 1, "itemId": 1, "order": 1},
                {"blockId": 1, "itemId": 3, "order": 2},
                {"blockId": 2, "itemId": 1, "order": 3},
            ],
        }
    ],
}


@pytest.fixture
async def project(ann):
    return await ann.make(DATA)


async def outline(project):
    """Return the tree as nested lists of titles and sizes."""
    data = (await project.get("none"))["data"]
    return [
        (
            block["title"],
            block["chars"],
            [
                (item["title"], item["chars"])
                if not item["subItems"]
                else (
                    item["title"],
                    item["chars"],
                    [(sub["title"], sub["chars"]) for sub in item["subItems"]],
                )
                for item in block["items"]
            ],
        )
        for block in data["contextBlocks"]
    ]


async def selected(project):
    data = (await project.get("none"))["data"]
    return [
        (s["blockId"], s["itemId"], s.get("subItemId"))
        for s in data["promptBlocks"][0]["selectedContext"]
    ]


async def refused(project, *operations):
    before = await project.get()
    with pytest.raises(Refused) as error:
        await project.context(*operations)
    assert await project.get() == before, "all or nothing"
    return error.value


async def test_what_one_request_adds_can_be_named_in_it(project):
    answer = await project.context(
        {"op": "addBlock", "title": "  New ", "clientId": "b", "after": None},
        {"op": "addItem", "blockId": {"ref": "b"}, "content": "text", "clientId": "i"},
        {"op": "addSubItem", "blockId": {"ref": "b"}, "itemId": {"ref": "i"}, "content": "sub"},
        {"op": "update", "blockId": {"ref": "b"}, "itemId": {"ref": "i"}, "title": "renamed"},
        {
            "op": "update",
            "blockId": {"ref": "b"},
            "itemId": {"ref": "i"},
            "splice": {"start": 4, "deleteCount": 0, "insert": "!"},
        },
    )
    assert answer["created"] == {"b": {"blockId": 3}, "i": {"blockId": 3, "itemId": 1}}
    assert answer["version"] == 2
    assert (await outline(project))[0] == ("New", 3, [("renamed", 3, [("SubItem1", 3)])])
    assert (await project.node(3, 1))["content"] == "text!"


@pytest.mark.parametrize(
    ("after", "titles"),
    [
        ({}, ["one", "two", "three", "new"]),
        ({"after": None}, ["new", "one", "two", "three"]),
        ({"after": 1}, ["one", "new", "two", "three"]),
        ({"after": 3}, ["one", "two", "three", "new"]),
    ],
)
async def test_a_new_node_stands_behind_the_one_it_names(project, after, titles):
    await project.context({"op": "addItem", "blockId": 1, "title": "new", **after})
    assert [item[0] for item in (await outline(project))[0][2]] == titles


async def test_names_that_are_made_up_follow_the_rules(project):
    await project.context(
        {"op": "addBlock"},
        {"op": "addBlock", "title": "Context9"},
        {"op": "addBlock"},
        {"op": "addItem", "blockId": 1},
        {"op": "addItem", "blockId": 1, "title": "Chapter 09", "after": None},
        {"op": "addItem", "blockId": 1},
        {"op": "addItem", "blockId": 3},
        {"op": "addSubItem", "blockId": 1, "itemId": 3},
        {"op": "addSubItem", "blockId": 1, "itemId": 1},
    )
    tree = await outline(project)
    assert [block[0] for block in tree] == ["A", "B", "Context1", "Context9", "Context10"]
    titles = [item[0] for item in tree[0][2]]
    assert titles == ["Chapter 09", "one", "two", "three", "three 2", "Chapter 10"]
    assert tree[2][2] == [("Item1", 0)]
    assert [sub[0] for sub in tree[0][2][3][2]] == ["s1", "s2", "s3"]


async def test_an_item_counts_its_sub_items_as_soon_as_it_has_one(project):
    answer = await project.context({"op": "addSubItem", "blockId": 1, "itemId": 2, "content": "x"})
    assert answer["chars"] == 1 + 1 + 9 + 6
    sizes = {
        (n["itemId"], n.get("subItemId")): n["chars"] for n in answer["nodes"] if "itemId" in n
    }
    assert sizes == {(2, None): 1, (2, 1): 1}
    await project.context({"op": "update", "blockId": 1, "itemId": 2, "content": "own counts not"})
    assert (await project.get("none"))["chars"] == 17
    answer = await project.context({"op": "delete", "blockId": 1, "itemId": 2, "subItemId": 1})
    assert answer["chars"] == 1 + 14 + 9 + 6


async def test_splices_count_code_points(ann):
    text = "a😀б👩‍👩‍👧e\u0301z"
    project = await ann.make(
        {"contextBlocks": [{"id": 1, "title": "A", "items": [{"id": 1, "title": "i"}]}]}
    )
    await project.context({"op": "update", "blockId": 1, "itemId": 1, "content": text})
    version = 2
    for splice in ((1, 1, "😁😁"), (3, 1, ""), (0, 0, "€"), (len(text), 0, "!")):
        start, delete, insert = splice
        answer = await project.context(
            {
                "op": "update",
                "blockId": 1,
                "itemId": 1,
                "version": version,
                "splice": {"start": start, "deleteCount": delete, "insert": insert},
            }
        )
        text = text[:start] + insert + text[start + delete :]
        version = answer["version"]
        assert answer["chars"] == len(text)
        node = await project.node(1, 1)
        assert (node["content"], node["chars"]) == (text, len(text))


async def test_a_splice_beyond_the_text_is_refused(project):
    operation = {"op": "update", "blockId": 1, "itemId": 2, "version": 1}
    for start, delete in ((3, 0), (0, 3), (2, 1)):
        splice = {"start": start, "deleteCount": delete, "insert": "x"}
        error = await refused(project, {**operation, "splice": splice})
        assert list(error.details["errors"]) == ["operations[0].splice"]
    await project.context({**operation, "splice": {"start": 2, "deleteCount": 0, "insert": "x"}})


async def test_a_splice_needs_the_version_it_was_made_on(project):
    splice = {"start": 0, "deleteCount": 0, "insert": "x"}
    error = await refused(project, {"op": "update", "blockId": 1, "itemId": 2, "splice": splice})
    assert list(error.details["errors"]) == ["operations[0].version"]


async def test_a_move_among_siblings_changes_the_order_and_nothing_else(project):
    before = (await project.get())["data"]["contextBlocks"][0]["items"]
    answer = await project.context({"op": "move", "blockId": 1, "itemId": 3, "to": {"after": None}})
    after = (await project.get())["data"]["contextBlocks"][0]["items"]
    assert after == [before[2], before[0], before[1]]
    assert answer["moved"] == []
    await project.context({"op": "move", "blockId": 1, "itemId": 3, "to": {"after": 1}})
    await project.context({"op": "move", "blockId": 1, "itemId": 1, "to": {}})
    items = (await outline(project))[0][2]
    assert [item[0] for item in items] == ["three", "two", "one"]
    await project.context({"op": "move", "blockId": 2, "to": {"after": None}})
    await project.context(
        {"op": "move", "blockId": 1, "itemId": 3, "subItemId": 2, "to": {"after": None}}
    )
    tree = await outline(project)
    assert [block[0] for block in tree] == ["B", "A"]
    assert tree[1][2][0][2] == [("s2", 5), ("s1", 4)]


async def test_a_move_to_another_block_gives_a_new_id_and_takes_the_selections_along(project):
    answer = await project.context(
        {"op": "move", "blockId": 1, "itemId": 3, "to": {"blockId": 2, "after": None}}
    )
    assert answer["moved"] == [
        {"from": {"blockId": 1, "itemId": 3}, "to": {"blockId": 2, "itemId": 2}}
    ]
    assert await outline(project) == [
        ("A", 3, [("one", 1), ("two", 2)]),
        ("B", 15, [("three", 9, [("s1", 4), ("s2", 5)]), ("b1", 6)]),
    ]
    assert await selected(project) == [(2, 2, 2), (1, 1, None), (2, 2, None), (2, 1, None)]
    assert (await project.node(2, 2))["content"] == "own"
    assert (await project.node(2, 2, 1))["content"] == "4444"
    with pytest.raises(Refused, match="NOT_FOUND"):
        await project.node(1, 3)


async def test_a_sub_item_becomes_an_item_and_an_item_a_sub_item(project):
    answer = await project.context(
        {"op": "move", "blockId": 1, "itemId": 3, "subItemId": 2, "to": {"blockId": 1, "after": 1}},
        {"op": "move", "blockId": 2, "itemId": 1, "to": {"blockId": 1, "itemId": 3}},
        {"op": "move", "blockId": 1, "itemId": 3, "subItemId": 1, "to": {"itemId": 2}},
    )
    assert answer["chars"] == 1 + 5 + 4 + 6
    assert await outline(project) == [
        ("A", 16, [("one", 1), ("s2", 5), ("two", 4, [("s1", 4)]), ("three", 6, [("b1", 6)])]),
        ("B", 0, []),
    ]
    assert await selected(project) == [(1, 4, None), (1, 1, None), (1, 3, None), (1, 3, 3)]


async def test_later_operations_may_call_a_moved_node_by_its_old_ids(project):
    await project.context(
        {"op": "move", "blockId": 1, "itemId": 3, "to": {"blockId": 2}},
        {"op": "update", "blockId": 1, "itemId": 3, "title": "moved"},
        {"op": "update", "blockId": 1, "itemId": 3, "subItemId": 1, "content": "x", "version": 1},
        {"op": "move", "blockId": 1, "itemId": 3, "to": {"blockId": 1, "after": None}},
        {"op": "update", "blockId": 1, "itemId": 3, "title": "back"},
    )
    tree = await outline(project)
    assert tree[0][2][0] == ("back", 6, [("s1", 1), ("s2", 5)])
    assert tree[1] == ("B", 6, [("b1", 6)])


@pytest.mark.parametrize(
    ("move", "path"),
    [
        ({"blockId": 1, "to": {"blockId": 2}}, "operations[0].to.blockId"),
        ({"blockId": 1, "to": {"itemId": 2}}, "operations[0].to.itemId"),
        ({"blockId": 1, "itemId": 3, "to": {"itemId": 1}}, "operations[0].to.itemId"),
        ({"blockId": 1, "itemId": 1, "to": {"itemId": 1}}, "operations[0].to.itemId"),
        ({"blockId": 1, "itemId": 1, "to": {"blockId": 9}}, "operations[0].to.blockId"),
        ({"blockId": 1, "itemId": 1, "to": {"after": 9}}, "operations[0].to.after"),
    ],
)
async def test_a_move_that_makes_no_sense_is_refused(project, move, path):
    error = await refused(project, {"op": "move", **move})
    assert (error.status, list(error.details["errors"])) == (400, [path])


async def test_deleting_a_node_takes_it_out_of_every_prompt(project):
    answer = await project.context({"op": "delete", "blockId": 1, "itemId": 3})
    assert answer["chars"] == 9
    gone = [node for node in answer["nodes"] if node.get("deleted")]
    assert [(node["blockId"], node["itemId"]) for node in gone] == [(1, 3)]
    assert await selected(project) == [(1, 1, None), (2, 1, None)]
    await project.context({"op": "delete", "blockId": 1})
    assert await selected(project) == [(2, 1, None)]
    stats = await project.person.get(f"{project.path}/context-blocks/stats")
    assert stats == {
        "totalBlocks": 1,
        "totalItems": 1,
        "totalSubItems": 0,
        "totalChars": 6,
        "largestBlockChars": 6,
        "blocks": [{"id": 2, "title": "B", "items": 1, "subItems": 0, "chars": 6}],
    }


async def test_the_id_of_a_deleted_node_is_never_given_again(project):
    await project.context(
        {"op": "delete", "blockId": 2},
        {"op": "delete", "blockId": 1, "itemId": 3},
        {"op": "delete", "blockId": 1, "itemId": 2},
    )
    answer = await project.context(
        {"op": "addBlock", "clientId": "b"}, {"op": "addItem", "blockId": 1, "clientId": "i"}
    )
    assert answer["created"] == {"b": {"blockId": 3}, "i": {"blockId": 1, "itemId": 4}}


async def test_deleting_what_is_deleted_already_is_done(project):
    await project.context({"op": "delete", "blockId": 1, "itemId": 1})
    answer = await project.context(
        {"op": "delete", "blockId": 1, "itemId": 1}, {"op": "update", "blockId": 2, "title": "on"}
    )
    assert answer["version"] == 3
    error = await refused(project, {"op": "delete", "blockId": 1, "itemId": 99})
    assert error.code == "VALIDATION_ERROR"


async def test_only_what_was_touched_gets_a_new_version(project):
    answer = await project.context({"op": "update", "blockId": 1, "itemId": 2, "content": "new"})
    versions = {(n["blockId"], n.get("itemId")): n["version"] for n in answer["nodes"]}
    assert versions == {(1, None): 1, (1, 2): 2}
    same = await project.context({"op": "update", "blockId": 1, "itemId": 2, "content": "new"})
    assert same["version"] == 2
    assert [n["version"] for n in same["nodes"]] == [2]


async def test_a_source_is_kept_and_can_be_taken_away(project):
    source = {"kind": "file", "reference": "a.txt", "capturedAt": "2026-01-02T03:04:05+03:00"}
    await project.context({"op": "update", "blockId": 1, "itemId": 1, "source": source})
    assert (await project.node(1, 1))["source"] == {**source, "contentHash": ""}
    await project.context({"op": "update", "blockId": 1, "itemId": 1, "title": "kept"})
    assert "source" in await project.node(1, 1)
    await project.context({"op": "update", "blockId": 1, "itemId": 1, "source": None})
    assert "source" not in await project.node(1, 1)
    bad = {**source, "capturedAt": "yesterday"}
    error = await refused(project, {"op": "update", "blockId": 1, "itemId": 1, "source": bad})
    assert list(error.details["errors"]) == ["operations[0].source.capturedAt"]


@pytest.mark.parametrize(
    ("operation", "path"),
    [
        ({"op": "fly"}, "operations[0]"),
        ({}, "operations[0]"),
        ({"op": "addItem"}, "operations[0].blockId"),
        ({"op": "addItem", "blockId": "1"}, "operations[0].blockId"),
        ({"op": "addItem", "blockId": 0}, "operations[0].blockId"),
        ({"op": "addItem", "blockId": True}, "operations[0].blockId"),
        ({"op": "addItem", "blockId": 99}, "operations[0].blockId"),
        ({"op": "addItem", "blockId": {"ref": "x"}}, "operations[0].blockId.ref"),
        ({"op": "addItem", "blockId": {"ref": 5}}, "operations[0].blockId.ref"),
        ({"op": "addItem", "blockId": 1, "content": 5}, "operations[0].content"),
        ({"op": "addItem", "blockId": 1, "title": " "}, "operations[0].title"),
        ({"op": "addItem", "blockId": 1, "title": "x" * 201}, "operations[0].title"),
        ({"op": "addItem", "blockId": 1, "chars": 5}, "operations[0].chars"),
        ({"op": "addSubItem", "blockId": 1, "itemId": 9}, "operations[0].itemId"),
        ({"op": "update", "blockId": 1, "content": "x"}, "operations[0].content"),
        ({"op": "update", "blockId": 1, "subItemId": 1, "title": "x"}, "operations[0].itemId"),
        ({"op": "update", "blockId": 1, "itemId": 1, "version": 0}, "operations[0].version"),
        ({"op": "move", "blockId": 1, "itemId": 1}, "operations[0].to"),
        (
            {"op": "update", "blockId": 1, "itemId": 1, "splice": {"start": -1}},
            "operations[0].splice.start",
        ),
    ],
)
async def test_an_operation_that_makes_no_sense_is_refused_with_the_place(project, operation, path):
    error = await refused(project, operation)
    assert (error.status, error.code) == (400, "VALIDATION_ERROR")
    assert path in error.details["errors"]


async def test_a_request_is_all_or_nothing(project):
    error = await refused(
        project,
        {"op": "delete", "blockId": 2},
        {"op": "addBlock", "title": "new"},
        {"op": "update", "blockId": 99, "title": "x"},
    )
    assert list(error.details["errors"]) == ["operations[2].blockId"]


async def test_the_same_client_id_twice_is_refused(project):
    add = {"op": "addBlock", "clientId": "x"}
    error = await refused(project, add, add)
    assert list(error.details["errors"]) == ["operations[1].clientId"]


@pytest.mark.parametrize("body", [{}, {"operations": [], "contextBlocks": []}, {"operations": 1}])
async def test_either_operations_or_all_blocks(project, body):
    with pytest.raises(Refused) as error:
        await project.person.patch(f"{project.path}/context-blocks", body)
    assert error.value.code == "VALIDATION_ERROR"


async def test_a_block_can_hold_much_more_than_one_chunk(project):
    text = "".join(f"строка {n} 😀\n" for n in range(30_000))
    await project.context({"op": "update", "blockId": 1, "itemId": 1, "content": text})
    assert (await project.node(1, 1))["content"] == text
    edited = text[:200_000] + "вставка" + text[200_500:]
    answer = await project.context(
        {"op": "update", "blockId": 1, "itemId": 1, "content": edited, "version": 2}
    )
    assert (await project.node(1, 1))["content"] == edited
    back = await project.context(
        {
            "op": "update",
            "blockId": 1,
            "itemId": 1,
            "version": answer["version"],
            "splice": {"start": 200_000, "deleteCount": 7, "insert": text[200_000:200_500]},
        }
    )
    assert back["chars"] == len(text) + 2 + 9 + 6
    assert (await project.node(1, 1))["content"] == text
