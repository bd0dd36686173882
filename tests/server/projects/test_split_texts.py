"""Splitting by the API by any method, of any text: nothing is lost, and nonsense is refused."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from itertools import pairwise

import pytest
from people import Refused
from splitting import (
    ANY_NOTES,
    HEADINGS,
    SENTENCES,
    data,
    items,
    joined,
    path_of,
    preview,
    refused,
    settled,
    split,
    texts,
    undo,
)

from promptyflow_server.projects.splitting.schemas import MOST_PARTS


@pytest.fixture
async def project(ann):
    return await ann.make(data())


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
