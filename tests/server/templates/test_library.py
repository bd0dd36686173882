"""The template library: making, changing, listing, versions, use."""

from __future__ import annotations

import asyncio
import base64
import json

import pytest


async def test_a_template_comes_back_as_it_was_made(ann):
    content = "  Найди <task>ошибки</task>\r\n\tв {{code}} 🎉\n"
    made = await ann.send("POST", "", {"name": " Обзор кода ", "content": content})
    assert made.status == 201
    assert made.headers["ETag"] == '"1"'
    assert made.headers["Location"] == f"/api/templates/{made.body['id']}"
    assert made.body == await ann.get(made.body)
    told = {key: made.body[key] for key in ("name", "content", "chars", "version", "uses")}
    assert told == {
        "name": "Обзор кода",
        "content": content,
        "chars": len(content),
        "version": 1,
        "uses": 0,
    }
    assert made.body["usedAt"] is None


@pytest.mark.parametrize(("name", "kept"), [("x" * 200, 200), (f" {'ё' * 200}\n", 200), ("🎉", 1)])
async def test_a_name_has_one_to_200_characters_after_trimming(ann, name, kept):
    assert len((await ann.add(name))["name"]) == kept


@pytest.mark.parametrize("name", ["", " \t\n", "x" * 201])
async def test_a_blank_or_longer_name_is_refused_and_says_so(ann, refusal, name):
    refused = await refusal(ann.add(name))
    assert (refused.status, refused.code) == (400, "VALIDATION_ERROR")
    assert "name" in refused.details["errors"]
    template = await ann.add("fine")
    refused = await refusal(ann.change(template, name=name))
    assert refused.code == "VALIDATION_ERROR"
    assert await ann.get(template) == template


async def test_exactly_a_million_characters_pass_and_one_more_names_both_numbers(ann, refusal):
    template = await ann.add("long", "я" * 1_000_000)
    assert template["chars"] == 1_000_000
    for request in (
        ann.add("longer", "я" * 1_000_001),
        ann.change(template, content="🎉" * 1_000_001),
    ):
        refused = await refusal(request)
        assert (refused.status, refused.code) == (413, "PAYLOAD_TOO_LARGE")
        assert (refused.details["limit"], refused.details["actual"]) == (1_000_000, 1_000_001)


@pytest.mark.parametrize("character", ["\0", "\ud800"])
async def test_what_cannot_be_stored_is_refused_with_its_place(ann, refusal, character):
    refused = await refusal(ann.add("x", f"ab{character}"))
    assert (refused.status, refused.code) == (400, "INVALID_TEXT")
    assert (refused.details["path"], refused.details["index"]) == ("content", 2)


async def test_a_change_makes_a_version_and_no_change_makes_none(ann):
    template = await ann.add("one", "text")
    changed = await ann.change(template, name="two")
    assert (changed["version"], changed["name"], changed["content"]) == (2, "two", "text")
    assert (await ann.change(template, name=" two ", content="text"))["version"] == 2
    assert (await ann.change(template))["version"] == 2
    assert changed["updatedAt"] > template["updatedAt"]


async def test_a_change_made_on_an_old_version_is_told_the_current_state(ann, refusal):
    template = await ann.add("one", "text")
    current = await ann.change(template, content="new")
    path = f"/{template['id']}"
    for request in (
        ann.send("PATCH", path, {"content": "mine"}, if_match='"1"'),
        ann.send("DELETE", path, if_match='"1"'),
        ann.send("POST", f"{path}/versions/1/restore", if_match='"1"'),
    ):
        refused = await refusal(request)
        assert (refused.status, refused.code) == (409, "CONFLICT")
        assert refused.details == {"version": 2, "template": current}
    saved = await ann.send("PATCH", path, {"content": "mine"}, if_match='"2"')
    assert saved.headers["ETag"] == '"3"'


async def test_of_two_changes_at_once_on_one_version_one_wins(ann):
    template = await ann.add("one")
    path = f"/{template['id']}"
    writes = [
        ann.send("PATCH", path, {"content": str(number)}, if_match='"1"') for number in range(6)
    ]
    answers = await asyncio.gather(*writes, return_exceptions=True)
    won = [answer for answer in answers if not isinstance(answer, Exception)]
    assert len(won) == 1
    assert {answer.code for answer in answers if isinstance(answer, Exception)} == {"CONFLICT"}
    assert await ann.get(template) == won[0].body


async def test_changes_at_once_without_a_version_are_all_kept(ann):
    template = await ann.add("one")
    await asyncio.gather(*(ann.change(template, content=str(number)) for number in range(1, 9)))
    versions = (await ann.send("GET", f"/{template['id']}/versions")).body["items"]
    assert [version["version"] for version in versions] == list(range(9, 0, -1))


async def test_a_write_that_is_sent_twice_is_done_once(ann, refusal):
    first = await ann.add("one", idempotency_key="a")
    assert await ann.add("one", idempotency_key="a") == first
    assert len((await ann.list())["items"]) == 1
    refused = await refusal(ann.add("other", idempotency_key="a"))
    assert refused.code == "VALIDATION_ERROR"
    assert await ann.use(first, idempotency_key="b") == await ann.use(first, idempotency_key="b")
    assert (await ann.get(first))["uses"] == 1


async def test_every_version_can_be_read_and_restored(ann, refusal):
    template = await ann.add("one", "first")
    await ann.change(template, content="second")
    await ann.change(template, name="three", content="third")
    path = f"/{template['id']}/versions"
    listed = (await ann.send("GET", path)).body["items"]
    assert [(v["version"], v["name"], v["chars"]) for v in listed] == [
        (3, "three", 5),
        (2, "one", 6),
        (1, "one", 5),
    ]
    assert (await ann.send("GET", f"{path}/2")).body["content"] == "second"
    restored = (await ann.send("POST", f"{path}/1/restore")).body
    assert (restored["version"], restored["name"], restored["content"]) == (4, "one", "first")
    assert len((await ann.send("GET", path)).body["items"]) == 4
    assert (await refusal(ann.send("POST", f"{path}/9/restore"))).status == 404
    assert (await refusal(ann.send("GET", f"{path}/9007199254740993"))).status == 404


async def test_versions_come_in_parts(ann):
    template = await ann.add("one", "0")
    for number in range(1, 5):
        await ann.change(template, content=str(number))
    seen, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await ann.send("GET", f"/{template['id']}/versions", query=query)).body
        seen += [version["version"] for version in page["items"]]
        cursor = page["nextCursor"]
        if cursor is None:
            break
    assert seen == [5, 4, 3, 2, 1]


async def test_a_deleted_template_is_gone_with_its_versions(ann, refusal):
    template = await ann.add("one", "unique")
    await ann.use(template)
    path = f"/{template['id']}"
    assert (await ann.send("DELETE", path)).status == 204
    for request in (
        ann.get(template),
        ann.send("GET", f"{path}/versions"),
        ann.send("GET", f"{path}/versions/1"),
        ann.send("DELETE", path),
        ann.use(template),
    ):
        assert (await refusal(request)).code == "NOT_FOUND"
    assert await ann.found("unique") == []


async def test_use_is_counted_and_is_no_change(ann):
    template = await ann.add("one")
    first = await ann.use(template)
    second = await ann.use(template)
    assert (first["uses"], second["uses"]) == (1, 2)
    now = await ann.get(template)
    assert (now["uses"], now["usedAt"]) == (2, second["usedAt"])
    assert (now["version"], now["updatedAt"]) == (1, template["updatedAt"])


async def test_uses_at_once_are_all_counted(ann):
    template = await ann.add("one")
    await asyncio.gather(*(ann.use(template) for _ in range(10)))
    assert (await ann.get(template))["uses"] == 10


async def test_the_list_is_sorted_by_change_name_or_use(ann):
    made = {name: await ann.add(name) for name in ("bee", "Cat", "ant", "яблоко", "Ёж")}
    await ann.change(made["bee"], content="changed")
    for name in ("Cat", "ant"):
        await ann.use(made[name])

    async def names(sort):
        return [item["name"] for item in (await ann.list(sort=sort))["items"]]

    assert await names("updated") == ["bee", "Ёж", "яблоко", "ant", "Cat"]
    assert await names("name") == ["ant", "bee", "Cat", "Ёж", "яблоко"]
    assert await names("used") == ["ant", "Cat", "bee", "Ёж", "яблоко"]


@pytest.mark.parametrize("sort", ["updated", "name", "used"])
async def test_the_parts_of_a_list_are_the_whole_list(ann, sort):
    for number in range(11):
        template = await ann.add(f"Name {number % 3}")
        if number % 4 == 0:
            await ann.use(template)
    whole = (await ann.list(sort=sort))["items"]
    seen, cursor = [], None
    while True:
        query = {"cursor": cursor} if cursor else {}
        page = await ann.list(sort=sort, limit=4, **query)
        seen += page["items"]
        cursor = page["nextCursor"]
        if cursor is None:
            break
    assert seen == whole
    assert len(seen) == 11


async def test_a_list_tells_sizes_and_beginnings_but_no_contents(ann):
    await ann.add("one", "First line\n\n  second " + "x" * 100_000)
    (item,) = (await ann.list())["items"]
    assert item["chars"] == 100_021
    assert item["excerpt"].startswith("First line second xxx")
    assert len(json.dumps(item)) < 1_000


def cursor_of(*values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


NOW = "2026-01-01T00:00:00+00:00"
ID = "01a209ef-efc6-7d9c-a644-2c73435a7403"


@pytest.mark.parametrize(
    ("sort", "cursor"),
    [
        ("updated", "x"),
        ("updated", "éé"),
        ("updated", cursor_of()),
        ("updated", cursor_of(NOW)),
        ("updated", cursor_of("yesterday", ID)),
        ("updated", cursor_of(NOW, "1")),
        ("updated", cursor_of(NOW, 1)),
        ("updated", cursor_of(NOW, NOW, ID)),
        ("name", cursor_of("a\0", ID)),
        ("name", cursor_of("\ud800", ID)),
        ("used", "W1tbW1tbW1tbW1tb"),
        ("used", base64.b64encode(b"7").decode()),
    ],
)
async def test_a_made_up_cursor_is_refused(ann, refusal, sort, cursor):
    refused = await refusal(ann.list(sort=sort, cursor=cursor))
    assert (refused.status, refused.code) == (400, "VALIDATION_ERROR")
    assert "cursor" in refused.details["errors"]


async def test_a_version_number_beyond_the_database_is_refused_in_a_cursor(ann, refusal):
    template = await ann.add("one")
    query = {"cursor": cursor_of("9" * 30)}
    refused = await refusal(ann.send("GET", f"/{template['id']}/versions", query=query))
    assert refused.code == "VALIDATION_ERROR"


async def test_somebody_elses_template_is_not_found(ann, bob, refusal):
    template = await ann.add("hers", "secret")
    path = f"/{template['id']}"
    for request in (
        bob.get(template),
        bob.change(template, name="mine"),
        bob.send("DELETE", path),
        bob.use(template),
        bob.send("GET", f"{path}/versions"),
        bob.send("GET", f"{path}/versions/1"),
        bob.send("POST", f"{path}/versions/1/restore"),
    ):
        refused = await refusal(request)
        assert (refused.status, refused.code) == (404, "NOT_FOUND")
    assert (await bob.list())["items"] == []
    assert await ann.get(template) == template
