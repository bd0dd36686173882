"""Splitting by the API: shown first, then one change, and what becomes of the text."""

from __future__ import annotations

import asyncio

import pytest
from people import Refused
from splitting import (
    ANY_NOTES,
    HEADINGS,
    ITEM,
    SENTENCES,
    SUB_ITEM,
    TEXT,
    data,
    items,
    path_of,
    preview,
    refused,
    settled,
    split,
    texts,
    undo,
)


@pytest.fixture
async def project(ann):
    return await ann.make(data())


# --- preview ---


async def test_a_preview_tells_the_parts_and_changes_nothing(project):
    told = await preview(project, **HEADINGS)
    assert told == {
        "version": 1,
        "chars": len(TEXT),
        "titleHead": "Book (part ",
        "titleTail": ")",
        "parts": [
            {"start": 0, "end": 31, "chars": 31, "firstLine": "# One", "warnings": []},
            {"start": 31, "end": 46, "chars": 15, "firstLine": "# Two", "warnings": []},
        ],
    }
    assert (await project.get())["version"] == 1


async def test_names_are_russian_for_a_russian(project):
    project.person.headers["accept-language"] = "ru"
    told = await preview(project, **HEADINGS)
    assert (told["titleHead"], told["titleTail"]) == ("Book (часть ", ")")
    await split(project, **HEADINGS)
    assert [sub["title"] for sub in (await items(project))[0]["subItems"]] == [
        "Book (часть 1)",
        "Book (часть 2)",
    ]


async def test_a_title_that_is_too_long_for_a_number_is_cut(ann):
    wanted = data()
    wanted["contextBlocks"][0]["items"][0]["title"] = "1" * 200
    project = await ann.make(wanted)
    told = await preview(project, **HEADINGS)
    assert (told["titleHead"], told["titleTail"]) == ("1" * 190 + "… (part ", ")")
    await split(project, **HEADINGS)
    titles = [sub["title"] for sub in (await items(project))[0]["subItems"]]
    assert titles == [told["titleHead"] + n + told["titleTail"] for n in "12"]


@pytest.mark.parametrize(
    ("text", "how", "warnings"),
    [
        ("a---  \n---b", {"method": "delimiter", "delimiter": "---"}, [[], [], []]),
        (
            "a---  \n---b",
            {"method": "delimiter", "delimiter": "---", "keep": False},
            [[], ["blank"], []],
        ),
        ("one two", {"method": "exact", "maxSize": 5}, [[], ["midWord"]]),
        ("Short. " + "long " * 40 + ". Short.", {"method": "paragraph", "size": 50}, [["long"]]),
    ],
)
async def test_what_a_person_should_look_at_is_told(ann, text, how, warnings):
    project = await ann.make(data(text))
    parts = (await preview(project, **how))["parts"]
    assert [part["warnings"] for part in parts] == warnings


async def test_the_first_line_is_short_and_not_blank(ann):
    project = await ann.make(data("\n\n  \n" + "x" * 300 + "\n\n---\n\nb"))
    parts = (await preview(project, method="delimiter", delimiter="---"))["parts"]
    assert [part["firstLine"] for part in parts] == ["x" * 120, "---"]


# --- what becomes of an item ---


async def test_parts_become_sub_items_and_the_original_stays(project):
    answer = await split(project, **HEADINGS)
    assert await texts(project) == [
        ("Book", TEXT),
        ("  Book (part 1)", TEXT[:31]),
        ("  Book (part 2)", TEXT[31:]),
        ("Notes", "notes"),
    ]
    assert answer["version"] == 2
    assert answer["chars"] == len(TEXT) + len("notes")
    assert answer["parts"] == [{**ITEM, "subItemId": 1}, {**ITEM, "subItemId": 2}]
    assert answer["moved"] == []


async def test_sub_items_come_behind_those_that_are_there(ann):
    there = [{"id": 7, "title": "Preface", "content": "p"}]
    project = await ann.make(data(sub_items=there))
    answer = await split(project, **HEADINGS)
    assert [part["subItemId"] for part in answer["parts"]] == [8, 9]
    assert [title for title, _ in await texts(project)] == [
        "Book",
        "  Preface",
        "  Book (part 1)",
        "  Book (part 2)",
        "Notes",
    ]


async def test_into_sub_items_without_the_original_its_text_is_emptied(project):
    await split(project, keepOriginal=False, **HEADINGS)
    assert await texts(project) == [
        ("Book", ""),
        ("  Book (part 1)", TEXT[:31]),
        ("  Book (part 2)", TEXT[31:]),
        ("Notes", "notes"),
    ]


async def test_parts_become_items_right_behind_the_original(project):
    answer = await split(project, into="items", **HEADINGS)
    assert await texts(project) == [
        ("Book", TEXT),
        ("Book (part 1)", TEXT[:31]),
        ("Book (part 2)", TEXT[31:]),
        ("Notes", "notes"),
    ]
    assert answer["parts"] == [{"blockId": 1, "itemId": 3}, {"blockId": 1, "itemId": 4}]


async def test_into_items_without_the_original_it_becomes_the_first_part(project):
    answer = await split(project, into="items", keepOriginal=False, **HEADINGS)
    assert await texts(project) == [
        ("Book (part 1)", TEXT[:31]),
        ("Book (part 2)", TEXT[31:]),
        ("Notes", "notes"),
    ]
    assert answer["parts"] == [ITEM, {"blockId": 1, "itemId": 3}]


# --- what becomes of a sub-item ---


@pytest.fixture
async def nested(ann):
    subs = [
        {"id": 1, "title": "Chapter", "content": TEXT},
        {"id": 2, "title": "Last", "content": "last"},
    ]
    return await ann.make(data("own", sub_items=subs, selected=[SUB_ITEM]))


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (
            {"into": "subItems", "keepOriginal": True},
            ["Book", "  Chapter", "  Chapter (part 1)", "  Chapter (part 2)", "  Last", "Notes"],
        ),
        (
            {"into": "subItems", "keepOriginal": False},
            ["Book", "  Chapter (part 1)", "  Chapter (part 2)", "  Last", "Notes"],
        ),
        (
            {"into": "items", "keepOriginal": True},
            ["Book", "  Chapter", "  Last", "Chapter (part 1)", "Chapter (part 2)", "Notes"],
        ),
        (
            {"into": "items", "keepOriginal": False},
            ["Book", "  Last", "Chapter (part 1)", "Chapter (part 2)", "Notes"],
        ),
    ],
)
async def test_a_sub_item_is_split_beside_itself_or_into_items(nested, how, expected):
    before = await nested.data()
    answer = await split(nested, **SUB_ITEM, **HEADINGS, **how)
    shown = await texts(nested)
    assert [title for title, _ in shown] == expected
    parts = [content for title, content in shown if "(part" in title]
    assert "".join(parts) == TEXT
    moves = how == {"into": "items", "keepOriginal": False}
    assert answer["moved"] == ([{"from": SUB_ITEM, "to": answer["parts"][0]}] if moves else [])
    assert (await nested.compile(1))["compiled"].split() == TEXT.split()
    await undo(nested, answer["version"])
    assert settled(await nested.data()) == settled(before)


# --- chosen parts ---


async def test_only_the_chosen_parts_become_nodes_numbered_without_gaps(project):
    await split(project, **SENTENCES, chosen=[3, 0], version=1)
    assert await texts(project) == [
        ("Book", TEXT),
        ("  Book (part 1)", "# One\n\n"),
        ("  Book (part 2)", "# Two\n\n"),
        ("Notes", "notes"),
    ]


@pytest.mark.parametrize("into", ["items", "subItems"])
async def test_what_was_not_chosen_stays_in_an_original_that_is_not_kept(project, into):
    await split(project, **SENTENCES, chosen=[1, 3], version=1, keepOriginal=False, into=into)
    shown = await texts(project)
    assert shown[0] == ("Book", "# One\n\nIt goes on.\n\nIt ends.")
    assert [content for _, content in shown[1:3]] == ["It begins. ", "# Two\n\n"]


async def test_delimiters_between_what_was_not_chosen_stay_with_it(ann):
    project = await ann.make(data("a---b---c"))
    how = {"method": "delimiter", "delimiter": "---", "keep": False, "keepOriginal": False}
    await split(project, **how, chosen=[2], version=1)
    assert await texts(project) == [("Book", "a---b---"), ("  Book (part 1)", "c"), ANY_NOTES]


@pytest.mark.parametrize(
    ("chosen", "place"),
    [
        ({"chosen": [0]}, "version"),
        ({"chosen": [0, 0], "version": 1}, "chosen"),
        ({"chosen": [5], "version": 1}, "chosen"),
        ({"chosen": [], "version": 1}, "chosen"),
        ({"chosen": [-1], "version": 1}, "chosen[0]"),
    ],
)
async def test_a_choice_that_makes_no_sense_is_refused(project, chosen, place):
    error = await refused(project, **SENTENCES, **chosen)
    assert (error.code, list(error.details["errors"])) == ("VALIDATION_ERROR", [place])
    assert await texts(project) == [("Book", TEXT), ANY_NOTES]


# --- what prompts select ---


@pytest.mark.parametrize("into", ["items", "subItems"])
@pytest.mark.parametrize("chosen", [None, [0, 1]])
async def test_a_prompt_goes_on_with_the_same_text(ann, into, chosen):
    project = await ann.make(data(selected=[{"itemId": 2}, {"itemId": 1}]))
    some = {} if chosen is None else {"chosen": chosen, "version": 1}
    await split(project, into=into, keepOriginal=False, method="paragraph", **some)
    compiled = (await project.compile(1))["compiled"]
    assert sorted(compiled.split()) == sorted(f"notes {TEXT}".split())
    assert compiled.startswith("notes")
    orders = [one["order"] for one in (await project.data())["promptBlocks"][0]["selectedContext"]]
    assert orders == list(range(1, len(orders) + 1))


async def test_an_original_that_is_kept_stays_selected_alone(ann):
    project = await ann.make(data(selected=[{"itemId": 1}]))
    before = (await project.data())["promptBlocks"]
    await split(project, **HEADINGS)
    assert (await project.data())["promptBlocks"] == before


async def test_a_source_is_forgotten_where_the_text_is_taken_out(ann):
    source = {"kind": "file", "reference": "a.md", "capturedAt": "2026-01-01T00:00:00Z"}
    wanted = data()
    wanted["contextBlocks"][0]["items"][0]["source"] = {**source, "contentHash": "0" * 64}
    project = await ann.make(wanted)
    await split(project, **HEADINGS)
    assert "source" in (await items(project))[0]
    version = (await split(project, keepOriginal=False, **HEADINGS))["version"]
    assert "source" not in (await items(project))[0]
    await undo(project, version)
    assert (await items(project))[0]["source"]["reference"] == "a.md"


# --- one change ---


@pytest.mark.parametrize("into", ["items", "subItems"])
@pytest.mark.parametrize("keep", [True, False])
async def test_a_split_is_one_version_and_taken_back_as_one(ann, into, keep):
    project = await ann.make(data(selected=[{"itemId": 1}, {"itemId": 2}]))
    before = await project.data()
    answer = await split(project, into=into, keepOriginal=keep, **SENTENCES)
    after = await project.data()
    assert answer["version"] == 2
    assert (await undo(project, 2))["version"] == 3
    assert settled(await project.data()) == settled(before)
    await undo(project, 3)
    assert settled(await project.data()) == settled(after)


async def test_over_the_limit_nothing_is_changed(ann):
    content = "word " * 999_000
    project = await ann.make(data(content))
    error = await refused(project, into="items", **SENTENCES, parts=3)
    assert (error.status, error.code) == (413, "PAYLOAD_TOO_LARGE")
    assert error.details == {"what": "block", "limit": 5_000_000, "actual": 2 * len(content) + 5}
    shown = await project.get()
    assert shown["version"] == 1
    assert len(shown["data"]["contextBlocks"][0]["items"]) == 2
    await split(project, into="items", keepOriginal=False, **SENTENCES, parts=3)
    assert len(await items(project)) == 4


async def test_a_node_that_moved_on_is_a_conflict(project):
    await project.context({"op": "update", **ITEM, "content": "New. Text."})
    for body in ({"preview": True}, {}):
        error = await refused(project, **SENTENCES, version=1, **body)
        assert (error.status, error.code) == (409, "CONFLICT")
        assert error.details["version"] == 2
        assert error.details["nodes"][0]["version"] == 2
    assert await texts(project) == [("Book", "New. Text."), ANY_NOTES]


async def test_of_two_splits_at_a_time_one_is_told_of_the_other(ann):
    project = await ann.make(data("One. Two. " * 20_000))
    wanted = {"keepOriginal": False, "version": 1, **SENTENCES, "parts": 5}
    outcomes = await asyncio.gather(
        split(project, **wanted), split(project, **wanted), return_exceptions=True
    )
    errors = [one for one in outcomes if isinstance(one, Refused)]
    assert [error.code for error in errors] == ["CONFLICT"]
    parts = [content for title, content in await texts(project) if "part" in title]
    assert "".join(parts) == "One. Two. " * 20_000


async def test_a_deleted_node_is_a_conflict_and_an_unknown_one_a_mistake(project):
    await project.context({"op": "delete", **ITEM})
    error = await refused(project, **SENTENCES)
    assert error.code == "CONFLICT"
    assert error.details["nodes"] == [{**ITEM, "version": 0, "deleted": True}]
    for ids, place in ((SUB_ITEM | {"itemId": 2}, "subItemId"), (ITEM | {"itemId": 9}, "itemId")):
        error = await refused(project, **ids, **SENTENCES)
        assert error.details["errors"].keys() == {place}


async def test_a_repeat_splits_once_although_the_text_is_gone(project):
    body = {**ITEM, **HEADINGS, "keepOriginal": False}
    path = path_of(project)
    first = await project.person.send("POST", path, body, idempotency_key="once")
    again = await project.person.send("POST", path, body, idempotency_key="once")
    assert again.body == first.body
    assert again.headers["ETag"] == first.headers["ETag"] == '"2"'
    assert len((await items(project))[0]["subItems"]) == 2


async def test_a_stale_version_of_the_project_is_a_conflict(project):
    await project.context({"op": "update", "blockId": 1, "title": "Shelf"})
    with pytest.raises(Refused) as error:
        await project.person.post(path_of(project), {**ITEM, **HEADINGS}, if_match='"1"')
    assert error.value.code == "CONFLICT"


async def test_a_foreign_project_is_not_found(project, person):
    stranger = project.seen_by(person("bob"))
    for body in ({"preview": True}, {}):
        error = await refused(stranger, **HEADINGS, **body)
        assert (error.status, error.code) == (404, "NOT_FOUND")
    with pytest.raises(Refused) as refusal:
        await undo(stranger, 1)
    assert refusal.value.status == 404
