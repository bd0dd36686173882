"""Whatever is sent: the one error shape, the place, never a 500, and nothing half done."""

from __future__ import annotations

import json

import pytest
from people import Refused

DEEP = b"[" * 100_000
UNKNOWN = "0190a1b2-0000-7000-8000-000000000001"


@pytest.fixture
async def project(ann):
    block = {"id": 1, "title": "A", "items": [{"id": 1, "title": "i", "content": "text"}]}
    return await ann.make({"contextBlocks": [block]})


def places(project):
    """Return every write that takes a text, as path, verb and the body around the text."""
    update = '{"operations":[{"op":"update","blockId":1,"itemId":1,"content":%s}]}'
    block = '{"id":1,"title":"A","items":[{"id":1,"title":"i","content":%s}]}'
    splice = '{"start":0,"deleteCount":0,"insert":%s}'
    context, prompts = f"{project.path}/context-blocks", f"{project.path}/prompt-blocks"
    return [
        ("POST", "/api/projects", '{"name":%s}', "name"),
        (
            "POST",
            "/api/projects",
            '{"name":"x","data":{"contextBlocks":[' + block + "]}}",
            "data.contextBlocks[0].items[0].content",
        ),
        ("PATCH", project.path, '{"name":%s}', "name"),
        (
            "PATCH",
            context,
            '{"contextBlocks":[' + block + "]}",
            "contextBlocks[0].items[0].content",
        ),
        ("PATCH", context, update, "operations[0].content"),
        (
            "PATCH",
            context,
            '{"operations":[{"op":"update","blockId":1,"itemId":1,"version":1,"splice":'
            + splice
            + "}]}",
            "operations[0].splice.insert",
        ),
        (
            "PATCH",
            prompts,
            '{"operations":[{"op":"addPrompt","template":%s}]}',
            "operations[0].template",
        ),
        (
            "PATCH",
            prompts,
            '{"promptBlocks":[{"id":1,"title":"P","template":%s}]}',
            "promptBlocks[0].template",
        ),
    ]


@pytest.mark.parametrize("bad", ["\\u0000", "\\ud800", "\\udc00", "\\udc00\\ud800"])
async def test_text_that_cannot_be_kept_is_refused_with_its_place(project, bad):
    for method, path, form, place in places(project):
        body = (form % f'"ab😀{bad}c"').encode()
        with pytest.raises(Refused) as refused:
            await project.person.send(method, path, raw=body)
        assert (refused.value.status, refused.value.code) == (400, "INVALID_TEXT")
        assert refused.value.details["path"] == place
        assert refused.value.details["index"] == 3
    assert (await project.get())["version"] == 1


async def test_an_escaped_pair_is_one_character(project):
    body = json.dumps(
        {"operations": [{"op": "update", "blockId": 1, "itemId": 1, "content": "\U0001f600"}]}
    )
    assert "\\ud83d" in body
    await project.person.send("PATCH", f"{project.path}/context-blocks", raw=body.encode())
    assert (await project.node(1, 1))["content"] == "😀"


@pytest.mark.parametrize(
    ("value", "status", "code"),
    [
        (b"NaN", 400, "INVALID_JSON"),
        (b"-Infinity", 400, "INVALID_JSON"),
        (DEEP, 400, "INVALID_JSON"),
        (DEEP + b"]" * 100_000, 400, "INVALID_JSON"),
        (b'"\xff"', 400, "INVALID_JSON"),
        (b'"\x00"', 400, "INVALID_JSON"),
        (b'"', 400, "INVALID_JSON"),
        (b"", 400, "INVALID_JSON"),
        (b"5", 400, "VALIDATION_ERROR"),
        (b"true", 400, "VALIDATION_ERROR"),
        (b"[]", 400, "VALIDATION_ERROR"),
        (b'{"a":1}', 400, "VALIDATION_ERROR"),
        (b"1e999", 400, "VALIDATION_ERROR"),
    ],
)
async def test_what_is_no_text_is_refused(project, value, status, code):
    for method, path, form, place in places(project):
        head, _, tail = form.partition("%s")
        with pytest.raises(Refused) as refused:
            await project.person.send(method, path, raw=head.encode() + value + tail.encode())
        assert (refused.value.status, refused.value.code) == (status, code)
        if code == "VALIDATION_ERROR":
            assert list(refused.value.details["errors"]) == [place]
    assert (await project.get())["version"] == 1


@pytest.mark.parametrize("body", [b"[]", b"null", b"5", b'"x"', b"{", b"\xff", DEEP])
async def test_a_body_that_is_no_object_is_refused_everywhere(project, body):
    for method, path, _, _ in places(project):
        with pytest.raises(Refused) as refused:
            await project.person.send(method, path, raw=body)
        assert refused.value.code in {"INVALID_JSON", "VALIDATION_ERROR"}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "NOT_FOUND"),
        ("GET", "/api/projects/not-an-id", 404, "NOT_FOUND"),
        ("GET", f"/api/projects/{UNKNOWN}", 404, "NOT_FOUND"),
        ("GET", "{project}/context-blocks/0/items/1", 404, "NOT_FOUND"),
        ("GET", "{project}/context-blocks/x/items/1", 404, "NOT_FOUND"),
        ("GET", "{project}/context-blocks/1/items/9", 404, "NOT_FOUND"),
        ("GET", "{project}/context-blocks/1/items/1/sub-items/1", 404, "NOT_FOUND"),
        ("GET", "{project}/context-blocks/9999999999999999/items/1", 404, "NOT_FOUND"),
        ("PUT", "{project}", 405, "METHOD_NOT_ALLOWED"),
        ("DELETE", "/api/projects", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "{project}/prompt-blocks/compile", 405, "METHOD_NOT_ALLOWED"),
    ],
)
async def test_what_is_not_there_has_the_one_error_shape(project, method, path, status, code):
    with pytest.raises(Refused) as refused:
        await project.person.send(method, path.format(project=project.path))
    assert (refused.value.status, refused.value.code) == (status, code)


@pytest.mark.parametrize("header", ["x", "-1", "1.5", '"1", "2"'])
async def test_a_version_that_is_none_is_refused(project, header):
    with pytest.raises(Refused) as refused:
        await project.context({"op": "addBlock"}, if_match=header)
    assert list(refused.value.details["errors"]) == ["If-Match"]


async def test_hostile_ids_meet_the_rules_and_not_the_database(project):
    for number in (2**31, 2**53 - 1, 2**53, 2**63, 2**64, -1, 10**30):
        operation = {"op": "update", "blockId": number, "title": "x"}
        with pytest.raises(Refused) as refused:
            await project.context(operation)
        assert refused.value.code == "VALIDATION_ERROR", number
        select = {"op": "addPrompt", "selectedContext": [{"blockId": 1, "itemId": number}]}
        if not 1 <= number < 2**53:
            with pytest.raises(Refused, match="VALIDATION_ERROR"):
                await project.prompts(select)
    block = {"id": 2**53 - 1, "title": "last", "items": [{"id": 2**53 - 1, "title": "last"}]}
    await project.person.patch(f"{project.path}/context-blocks", {"contextBlocks": [block]})
    order = {"blockId": 1, "itemId": 1, "order": 2**53 - 1}
    await project.prompts({"op": "addPrompt", "selectedContext": [order]})
    await project.context({"op": "addBlock"}, {"op": "addItem", "blockId": 2**53 - 1})


async def test_five_thousand_and_one_operations_are_too_many(project):
    with pytest.raises(Refused) as refused:
        await project.context(*[{"op": "addBlock"}] * 5_001)
    assert list(refused.value.details["errors"]) == ["operations"]
