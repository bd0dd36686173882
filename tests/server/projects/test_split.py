"""Splitting by the API: shown first, then one change, with nothing lost whatever the text."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from itertools import pairwise

import pytest
from people import Refused

from promptyflow_server.projects.splitting.schemas import MOST_PARTS

TEXT = "# One\n\nIt begins. It goes on.\n\n# Two\n\nIt ends."
ITEM = {"blockId": 1, "itemId": 1}
SUB_ITEM = {**ITEM, "subItemId": 1}
HEADINGS = {"method": "heading"}
SENTENCES = {"method": "sentence"}


def data(content=TEXT, selected=(), sub_items=()):
    """Return a block of a book, with what follows it, and a prompt."""
    book = {"id": 1, "title": "Book", "content": content, "subItems": list(sub_items)}
    items = [book, {"id": 2, "title": "Notes", "content": "notes"}]
    chosen = [{"blockId": 1, "order": n, **ids} for n, ids in enumerate(selected, start=1)]
    prompt = {"id": 1, "title": "P", "template": "{{context}}", "selectedContext": chosen}
    return {
        "contextBlocks": [{"id": 1, "title": "Library", "items": items}],
        "promptBlocks": [{**prompt, "wrapInTags": False}],
    }


async def split(project, **body):
    ids = {} if "itemId" in body else ITEM
    return await project.person.post(path_of(project), {**ids, **body})


def path_of(project):
    return f"{project.path}/context-blocks/split"


async def preview(project, **body):
    return await split(project, preview=True, **body)


async def refused(project, **body):
    with pytest.raises(Refused) as error:
        await split(project, **body)
    return error.value


async def undo(project, version):
    return await project.person.post(f"{project.path}/history/{version}/undo")


async def items(project):
    return (await project.data())["contextBlocks"][0]["items"]


async def texts(project):
    """Return every title and content, in order, sub-items indented."""
    shown = []
    for item in await items(project):
        shown.append((item["title"], item["content"]))
        shown += [("  " + sub["title"], sub["content"]) for sub in item["subItems"]]
    return shown


def joined(text, parts):
    return "".join(text[part["start"] : part["end"]] for part in parts)


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


def settled(data):
    """Leave out versions, which never go back."""
    if isinstance(data, dict):
        return {name: settled(value) for name, value in data.items() if name != "version"}
    return [settled(entry) for entry in data] if isinstance(data, list) else data


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


ANY_NOTES = ("Notes", "notes")


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


# --- any method, any text ---

EVERY_METHOD = [
    {"method": "sentence"},
    {"method": "sentence", "parts": 3},
    {"method": "sentence", "size": 50},
    {"method": "sentence", "maxSize": 30},
    {"method": "paragraph"},
    {"method": "paragraph", "perPart": 2, "minSize": 20},
    {"method": "heading", "level": 2},
    {"method": "heading", "maxSize": 60},
    {"method": "delimiter", "delimiter": "---", "caseSensitive": False},
    {"method": "pattern", "pattern": r"^#+ "},
    {"method": "pattern", "preset": "chapters"},
    {"method": "pattern", "preset": "numbering", "maxSize": 40},
    {"method": "pattern", "preset": "dates"},
    {"method": "exact", "size": 7},
    {"method": "exact", "parts": 4},
]
TEXTS = {
    "English": "Dr. Smith paid $3.50. Really? Yes! He left.\n\nChapter 2\n\nThe U.S. economy grew.",
    "Russian": "Глава 1. Начало\n\nВ 1941 г. началась война. И т. д. и т. п. «Да», — сказал он.",
    "Markdown": "# A\n\n```py\n# no heading\n\nx = 1\n```\n\n## B\n\n- one\n- two\n\n---\n\n|a|b|",
    "CRLF": "One.\r\nTwo.\r\n\r\n# Three\r\n\r\nFour.\r\n",
    "lone CR": "One.\rTwo.\r\r# Three\rFour.\r",
    "CJK": "これは文です。次の文です！本当？はい。" * 5,
    "emoji": "👨‍👩‍👧‍👦👨‍👩‍👧‍👦 Hi! 🇷🇺🇺🇸👍🏽 Bye. é́́ " * 4,
    "blank": " \n\n \t \n",
    "one character": "x",
    "no space": "x" * 500,
}


@pytest.mark.parametrize("name", TEXTS)
async def test_the_parts_joined_are_the_text(ann, name):
    text = TEXTS[name]
    project = await ann.make(data(text))
    for how in EVERY_METHOD:
        told = await preview(project, **how)
        parts = told["parts"]
        assert joined(text, parts) == text, how
        assert all(one["end"] == other["start"] for one, other in pairwise(parts)), how
        assert [part["chars"] for part in parts] == [p["end"] - p["start"] for p in parts]
        assert told["chars"] == len(text)
        if "maxSize" in how:
            assert max(part["chars"] for part in parts) <= how["maxSize"], how


@pytest.mark.parametrize("name", TEXTS)
async def test_what_is_stored_is_the_text(ann, name):
    text = TEXTS[name]
    project = await ann.make(data(text))
    how = {"method": "exact", "parts": 3}
    if len((await preview(project, **how))["parts"]) < 2:
        assert (await refused(project, **how)).details["errors"].keys() == {"method"}
        return
    await split(project, **how)
    subs = (await items(project))[0]["subItems"]
    assert "".join(sub["content"] for sub in subs) == text


async def test_no_family_of_emoji_is_taken_apart(ann):
    family = "👨‍👩‍👧‍👦"
    project = await ann.make(data(family * 50))
    parts = (await preview(project, method="exact", maxSize=10))["parts"]
    assert [part["chars"] for part in parts] == [len(family)] * 50


async def test_an_empty_text_has_no_parts_and_nothing_is_applied(ann):
    project = await ann.make(data(""))
    for how in EVERY_METHOD:
        assert (await preview(project, **how))["parts"] == []
        error = await refused(project, **how)
        assert error.details["errors"] == {"method": "leaves the text in one piece"}


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (r"\s*", "empty"),
        ("^", "empty"),
        ("x*", "empty"),
        ("***", "syntax"),
        ("(", "syntax"),
        ("[", "syntax"),
        ("(?P<a>", "syntax"),
        ("(a+)+$", "slow"),
        (r"(a|a)*b", "slow"),
        ("(" * 3000, "long"),
    ],
)
async def test_a_hostile_pattern_is_refused_in_time_and_in_both_languages(ann, pattern, reason):
    project = await ann.make(data("a" * 40 + "!"))
    started = time.monotonic()
    error = await refused(project, method="pattern", pattern=pattern, preview=True)
    assert time.monotonic() - started < 10
    assert (error.status, error.code, error.details["reason"]) == (400, "INVALID_PATTERN", reason)
    ann.headers["accept-language"] = "ru"
    russian = await refused(project, method="pattern", pattern=pattern)
    assert russian.message.startswith("Шаблон поиска нельзя применить")
    assert "?" not in error.message + russian.message
    assert await texts(project) == [("Book", "a" * 40 + "!"), ANY_NOTES]


async def test_where_a_pattern_is_broken_is_told(project):
    error = await refused(project, method="pattern", pattern="ab(", preview=True)
    assert error.details["position"] == 2
    assert error.details["hint"] in error.message


async def test_a_pattern_that_matches_every_character_makes_a_part_of_each(ann):
    project = await ann.make(data("abc"))
    parts = (await preview(project, method="pattern", pattern="."))["parts"]
    assert [part["firstLine"] for part in parts] == ["a", "b", "c"]


async def test_the_server_answers_others_while_a_pattern_runs_away(ann, person):
    project = await ann.make(data("a" * 40 + "!"))
    slow = asyncio.create_task(refused(project, method="pattern", pattern="(a+)+$"))
    bob = person("bob")
    await bob.get("/api/projects")
    longest = 0.0
    while not slow.done():
        started = time.monotonic()
        await bob.get("/api/projects")
        longest = max(longest, time.monotonic() - started)
    assert slow.result().code == "INVALID_PATTERN"
    assert longest < 1


@pytest.mark.parametrize("name", ["delimiter", "pattern"])
async def test_nul_and_lone_surrogates_are_refused(project, name):
    for character in ("\\u0000", "\\ud800"):
        raw = f'{{"blockId":1,"itemId":1,"preview":true,"method":"{name}","{name}":"a{character}"}}'
        with pytest.raises(Refused) as error:
            await project.person.send("POST", path_of(project), raw=raw.encode())
        assert (error.value.code, error.value.details["path"]) == ("INVALID_TEXT", name)


@pytest.mark.parametrize(
    ("how", "place"),
    [
        ({"method": "magic"}, "method"),
        ({}, "method"),
        ({"method": "exact"}, "maxSize"),
        ({"method": "sentence", "parts": 0}, "parts"),
        ({"method": "sentence", "parts": MOST_PARTS + 1}, "parts"),
        ({"method": "sentence", "parts": 2, "maxSize": 5}, "maxSize"),
        ({"method": "sentence", "size": "5"}, "size"),
        ({"method": "sentence", "perPart": 2}, "perPart"),
        ({"method": "delimiter"}, "delimiter"),
        ({"method": "delimiter", "delimiter": ""}, "delimiter"),
        ({"method": "delimiter", "delimiter": "-", "parts": 2}, "parts"),
        ({"method": "pattern"}, "pattern"),
        ({"method": "pattern", "pattern": "a", "preset": "dates"}, "pattern"),
        ({"method": "pattern", "preset": "verses"}, "preset"),
        ({"method": "heading", "level": 7}, "level"),
        ({"method": "sentence", "into": "blocks"}, "into"),
        ({"method": "sentence", "timeLimit": 60}, "timeLimit"),
        ({"method": "sentence", "version": 0}, "version"),
    ],
)
async def test_an_option_that_makes_no_sense_is_named_in_both_languages(project, how, place):
    error = await refused(project, preview=True, **how)
    assert (error.code, list(error.details["errors"])) == ("VALIDATION_ERROR", [place])
    project.person.headers["accept-language"] = "ru"
    russian = await refused(project, preview=True, **how)
    assert russian.details["errors"][place] != error.details["errors"][place]


async def test_a_block_cannot_be_split(project):
    with pytest.raises(Refused) as error:
        await project.person.post(path_of(project), {"blockId": 1, **HEADINGS})
    assert error.value.details["errors"].keys() == {"itemId"}


async def test_more_parts_than_a_request_may_add_are_refused(ann):
    project = await ann.make(data("a. " * (MOST_PARTS + 1)))
    error = await refused(project, method="exact", maxSize=3)
    assert error.details["errors"] == {"method": f"would make more than {MOST_PARTS} parts"}


# --- large texts ---


@pytest.mark.parametrize(
    "how",
    [
        {"method": "sentence", "parts": 100},
        {"method": "sentence", "maxSize": 5_000},
        {"method": "paragraph", "size": 100_000},
        {"method": "heading", "maxSize": 50_000},
        {"method": "exact", "size": 5_000},
    ],
)
async def test_five_million_characters_without_a_space(ann, how):
    text = "x" * 5_000_000
    wanted = data(text)
    del wanted["contextBlocks"][0]["items"][1]  # the block is full to its limit
    project = await ann.make(wanted)
    started = time.monotonic()
    told = await preview(project, **how)
    assert time.monotonic() - started < 30
    assert sum(part["chars"] for part in told["parts"]) == len(text)
    if len(told["parts"]) > 1:
        await split(project, keepOriginal=False, version=told["version"], **how)
        subs = (await items(project))[0]["subItems"]
        assert "".join(sub["content"] for sub in subs) == text


async def test_as_many_parts_as_there_may_be_are_made_and_taken_back_in_seconds(ann):
    text = "".join(f"{n:08d}. " for n in range(MOST_PARTS))
    project = await ann.make(data(text, selected=[{"itemId": 1}]))
    before = await project.data()
    started = time.monotonic()
    answer = await split(project, into="items", keepOriginal=False, method="exact", maxSize=10)
    assert len(answer["parts"]) == MOST_PARTS
    shown = await items(project)
    assert "".join(item["content"] for item in shown[:-1]) == text
    await undo(project, answer["version"])
    assert time.monotonic() - started < 60  # seconds here; minutes if each node were asked for
    assert settled(await project.data()) == settled(before)


class TestWithLowLimits:
    @pytest.fixture
    def settings(self, settings):
        return replace(settings, limits=replace(settings.limits, project=60, block=60))

    async def test_exactly_the_limit_passes_and_one_more_does_not(self, ann):
        text = "One. Two. Three. Four. Five."
        for more, passes in ((4, True), (5, False)):
            wanted = data(text)
            wanted["contextBlocks"][0]["items"][1]["content"] = "x" * more
            project = await ann.make(wanted)
            if passes:
                answer = await split(project, into="items", **SENTENCES)
                assert answer["chars"] == 60
            else:
                error = await refused(project, into="items", **SENTENCES)
                assert (error.details["limit"], error.details["actual"]) == (60, 61)
                assert (await project.get())["version"] == 1


async def test_openapi_describes_both_answers(ann):
    described = await ann.get("/api/openapi.json")
    operation = described["paths"]["/api/projects/{project_id}/context-blocks/split"]["post"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    answer = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    kinds = {one["$ref"].rpartition("/")[2] for one in answer["anyOf"]}
    assert kinds == {"SplitPreview", "SplitApplied"}
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    options = described["components"]["schemas"][body["$ref"].rpartition("/")[2]]["properties"]
    assert {"method", "maxSize", "keepOriginal", "chosen", "preview"} <= options.keys()
