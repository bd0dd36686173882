"""Every form is taken in whole or not at all, and a refusal names the place."""

from __future__ import annotations

import copy
import io
import json
import zipfile

import pytest
from interchange_forms import BLOCK, DESKTOP, DESKTOP_OLDER, OURS, SAAS
from people import Project, Refused

IMPORT = "/api/projects/import"
BOUNDARY = "a-line-between"
DISPOSITION = 'Content-Disposition: form-data; name="file"'


def form_of(*files):
    """Return files as browsers send them, and the header that goes with it."""
    parts = [
        f'--{BOUNDARY}\r\n{DISPOSITION}; filename="{name}"\r\n\r\n'.encode() + content + b"\r\n"
        for name, content in files
    ]
    body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
    return body, f"multipart/form-data; boundary={BOUNDARY}"


def zipped(*files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return stream.getvalue()


async def upload(person, raw, path=IMPORT, **headers):
    return await person.send("POST", path, raw=raw, **headers)


async def kept(person):
    """Return everything that an import could leave behind."""
    projects = (await person.get("/api/projects"))["items"]
    templates = (await person.get("/api/templates"))["items"]
    return (
        [(project["name"], project["version"]) for project in projects],
        [template["name"] for template in templates],
    )


def without_time(export):
    return {name: value for name, value in export.items() if name != "exportedAt"}


@pytest.mark.parametrize(
    ("document", "form", "name"),
    [
        (OURS, "promptyflow", "Ours"),
        (SAAS, "saas", "Hosted"),
        (DESKTOP, "desktop", "Настольный"),
        (DESKTOP_OLDER, "desktop", "Older"),
        ({"contextBlocks": []}, "desktop", "Imported project"),
    ],
)
async def test_a_project_of_each_form_becomes_a_project(ann, document, form, name):
    answer = await ann.send("POST", IMPORT, document)
    made = answer.body["project"]
    assert (answer.status, answer.body["recognised"], made["name"]) == (201, form, name)
    assert answer.headers["Location"] == f"/api/projects/{made['id']}"
    assert "block" not in answer.body
    told = (await Project(ann, made["id"]).get())["data"]["contextBlocks"]
    blocks = (document.get("data") or document).get("contextBlocks", [])
    assert [block["title"] for block in told] == [block["title"] for block in blocks]


async def test_a_project_without_a_name_is_called_in_the_persons_language(ann):
    answer = await ann.send("POST", IMPORT, {"promptBlocks": []}, accept_language="ru")
    assert answer.body["project"]["name"] == "Импортированный проект"


async def test_what_is_selected_comes_along(ann):
    made = await ann.post(IMPORT, SAAS)
    (ordered, in_lists) = (await Project(ann, made["project"]["id"]).data())["promptBlocks"]
    chosen = [
        [(e["blockId"], e["itemId"], e.get("subItemId")) for e in prompt["selectedContext"]]
        for prompt in (ordered, in_lists)
    ]
    assert chosen[0] == [(2, 1, None), (1, 2, 1), (1, 1, None), (1, 2, None)]
    assert chosen[1] == [(2, 1, None), (1, 2, None), (1, 1, None), (1, 2, 1)]


async def test_a_file_is_recognised_by_what_it_holds_and_not_by_its_name(ann):
    body, content_type = form_of(("notes.txt", json.dumps(OURS).encode()))
    answer = await upload(ann, body, content_type=content_type)
    assert answer.body["recognised"] == "promptyflow"
    body, content_type = form_of(("project.json", "Суть: {{context}}".encode()))
    answer = await upload(ann, body, content_type=content_type)
    assert answer.body["recognised"] == "templates"
    assert [one["name"] for one in answer.body["templates"]] == ["project.json"]
    with_mark = b"\xef\xbb\xbf" + json.dumps(DESKTOP).encode()
    assert (await upload(ann, with_mark)).body["recognised"] == "desktop"
    utf16 = json.dumps(DESKTOP, ensure_ascii=False).encode("utf-16")
    assert (await upload(ann, utf16)).body["recognised"] == "desktop"


async def test_one_block_is_added_to_the_open_project(ann):
    project = await ann.make(OURS["data"])
    answer = await ann.send("POST", f"{IMPORT}?projectId={project.id}", BLOCK)
    assert (answer.status, answer.headers["ETag"]) == (201, '"2"')
    assert (answer.body["recognised"], answer.body["block"]) == ("contextBlock", {"blockId": 4})
    assert answer.body["project"]["chars"] == 2 + 4 + 3
    first, added = (await project.data())["contextBlocks"]
    assert (first["id"], added["id"], added["title"]) == (3, 4, "Docs")
    assert [(item["id"], item["title"]) for item in added["items"]] == [(1, "Intro"), (2, "Second")]
    assert added["items"][1]["subItems"][0]["content"] == "x"
    await ann.post(f"{project.path}/history/2/undo")
    assert len((await project.data())["contextBlocks"]) == 1
    await ann.post(f"{project.path}/history/3/undo")
    assert (await project.data())["contextBlocks"][1]["items"][1]["subItems"][0]["title"] == "S"


async def test_a_block_without_a_project_or_for_somebody_elses_is_refused(ann, person):
    with pytest.raises(Refused) as refused:
        await ann.post(IMPORT, BLOCK)
    assert list(refused.value.details["errors"]) == ["projectId"]
    project = await person("bob").make()
    with pytest.raises(Refused) as refused:
        await ann.post(f"{IMPORT}?projectId={project.id}", BLOCK)
    assert refused.value.status == 404
    with pytest.raises(Refused) as refused:
        await person("bob").post(f"{IMPORT}?projectId={project.id}", BLOCK, if_match='"7"')
    assert refused.value.status == 409


async def test_texts_and_zips_of_texts_become_templates(ann):
    answer = await upload(ann, b"{{context}}!", f"{IMPORT}?filename=Short_one.md")
    assert answer.body["recognised"] == "templates"
    assert answer.headers["Location"] == f"/api/templates/{answer.body['templates'][0]['id']}"
    files = zipped(("a/Первый.txt", "раз"), ("b.md", "[КОНТЕКСТ]"))
    body, content_type = form_of(("x.bin", files), ("third.txt", b"3"))
    answer = await upload(ann, body, content_type=content_type)
    assert [t["name"] for t in answer.body["templates"]] == ["Первый", "b", "third"]
    template = await ann.get(f"/api/templates/{answer.body['templates'][1]['id']}")
    assert (template["content"], template["version"]) == ("[КОНТЕКСТ]", 1)


async def test_the_library_takes_a_text_that_looks_like_a_document(ann):
    path = "/api/templates/import?filename=json.txt"
    answer = await upload(ann, json.dumps(OURS).encode(), path)
    assert answer.body["templates"][0]["chars"] == len(json.dumps(OURS))
    assert await kept(ann) == ([], ["json"])


async def test_a_repeat_is_taken_in_once(ann):
    for _ in range(2):
        await ann.post(IMPORT, OURS, idempotency_key="one")
        await upload(ann, b"x", f"{IMPORT}?filename=t.txt", idempotency_key="two")
    assert await kept(ann) == ([("Ours", 1)], ["t"])


async def test_everybody_who_looks_on_is_told(ann, dispatcher):
    project = await ann.make()
    services = dispatcher.services
    async with await services.database.direct() as connection:
        await connection.execute("LISTEN promptyflow")
        await ann.post(IMPORT, OURS)
        await ann.post(f"{IMPORT}?projectId={project.id}", BLOCK)
        await upload(ann, b"x", f"{IMPORT}?filename=t.txt")
        notes = connection.notifies(timeout=2, stop_after=3)
        seen = [note.payload.split()[1::2] async for note in notes]
    assert seen == [["project", "1"], ["project", "2"], ["template", "1"]]


def changed(document, path, value):
    """Return the document with something else at a place; `...`: with nothing there."""
    made = copy.deepcopy(document)
    target = made
    for step in path[:-1]:
        target = target[step]
    if value is ...:
        del target[path[-1]]
    else:
        target[path[-1]] = value
    return made


ITEM = ("data", "contextBlocks", 0, "items", 1)
ASK = ("data", "promptBlocks", 0)
CHOSEN = (*ASK, "selectedContexts", 0)
LONG = "x" * 201

BROKEN = [
    (OURS, ("format",), "else", "format"),
    (OURS, ("version",), 2, "version"),
    (OURS, ("version",), ..., "version"),
    (OURS, ("name",), ..., "name"),
    (OURS, ("name",), " ", "name"),
    (OURS, ("data",), [], "data"),
    (OURS, ("data",), ..., "data"),
    (OURS, ("data", "contextBlocks"), {}, "data.contextBlocks"),
    (OURS, ("data", "contextBlocks", 0), None, "data.contextBlocks[0]"),
    (OURS, ("data", "contextBlocks", 0, "id"), 0, "data.contextBlocks[0].id"),
    (OURS, (*ITEM, "title"), LONG, "data.contextBlocks[0].items[1].title"),
    (OURS, (*ITEM, "title"), ..., "data.contextBlocks[0].items[1].title"),
    (OURS, (*ITEM, "content"), 7, "data.contextBlocks[0].items[1].content"),
    (OURS, (*ITEM, "id"), "4", "data.contextBlocks[0].items[1].id"),
    (OURS, (*ITEM, "subItems"), "x", "data.contextBlocks[0].items[1].subItems"),
    (OURS, (*ITEM, "subItems", 0, "id"), 1.5, "data.contextBlocks[0].items[1].subItems[0].id"),
    (OURS, (*ITEM, "source"), {"kind": "web"}, "data.contextBlocks[0].items[1].source.kind"),
    (OURS, (*ASK, "template"), ["x"], "data.promptBlocks[0].template"),
    (OURS, (*ASK, "wrapInTags"), "yes", "data.promptBlocks[0].wrapInTags"),
    (OURS, (*ASK, "variables"), {"who": 1}, "data.promptBlocks[0].variables.who"),
    (OURS, (*ASK, "templateId"), "x", "data.promptBlocks[0].templateId"),
    (
        OURS,
        (*ASK, "selectedContext", 1, "itemId"),
        True,
        "data.promptBlocks[0].selectedContext[1].itemId",
    ),
    (SAAS, ("version",), "2.0", "version"),
    (SAAS, (*ITEM, "title"), "", "data.contextBlocks[0].items[1].title"),
    (SAAS, (*CHOSEN, "itemIds", 1), "2", "data.promptBlocks[0].selectedContexts[0].itemIds[1]"),
    (SAAS, (*CHOSEN, "subItemIds"), 3, "data.promptBlocks[0].selectedContexts[0].subItemIds"),
    (
        SAAS,
        (*CHOSEN, "subItemIds", 0),
        "2-1",
        "data.promptBlocks[0].selectedContexts[0].subItemIds[0]",
    ),
    (SAAS, (*CHOSEN, "blockId"), ..., "data.promptBlocks[0].selectedContexts[0].blockId"),
    (SAAS, (*ASK, "selectionOrder", 1), 5, "data.promptBlocks[0].selectionOrder[1]"),
    (DESKTOP, ("projectName",), LONG, "projectName"),
    (DESKTOP, ("contextBlocks", 1, "title"), None, "contextBlocks[1].title"),
    (DESKTOP, ("contextBlocks", 0, "items", 0), "x", "contextBlocks[0].items[0]"),
    (DESKTOP, ("promptBlocks", 0, "selectedContexts"), {}, "promptBlocks[0].selectedContexts"),
    (DESKTOP_OLDER, ("contextBlocks",), "x", "contextBlocks"),
    (BLOCK, ("title",), LONG, "title"),
    (BLOCK, ("items", 1, "subItems", 0, "title"), 5, "items[1].subItems[0].title"),
    (BLOCK, ("items",), {}, "items"),
]


async def test_what_is_broken_is_refused_with_its_place_and_leaves_nothing(ann):
    project = await ann.make(name="Open")
    before = await kept(ann)
    for document, path, value, place in BROKEN:
        with pytest.raises(Refused) as refused:
            await ann.post(f"{IMPORT}?projectId={project.id}", changed(document, path, value))
        told = (refused.value.status, refused.value.code, list(refused.value.details["errors"]))
        assert told == (400, "VALIDATION_ERROR", [place])
        assert await kept(ann) == before
    assert len(BROKEN) >= 30


@pytest.mark.parametrize(
    ("body", "code", "place"),
    [
        (b'{"format": "promptyflow"', "INVALID_JSON", None),
        (b"[" * 100_000 + b"{", "INVALID_JSON", None),
        (b'{"name": NaN}', "INVALID_JSON", None),
        (b'{"hello": "world"}', "VALIDATION_ERROR", ""),
        (b'[{"title": "x", "items": []}]', "VALIDATION_ERROR", ""),
        (b"", "VALIDATION_ERROR", "filename"),
        (b"PK\x03\x04 no zip", "VALIDATION_ERROR", "zip"),
        (b"\x89PNG\r\n\x1a\n\xff", "VALIDATION_ERROR", "filename"),
        (zipped(("good.txt", "x"), ("bad.bin", b"\xff\xfe\xff")), "VALIDATION_ERROR", "bad.bin"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_and_leaves_nothing(ann, body, code, place):
    with pytest.raises(Refused) as refused:
        await upload(ann, body)
    assert (refused.value.status, refused.value.code) == (400, code)
    if place is not None:
        assert list(refused.value.details["errors"]) == [place]
    assert await kept(ann) == ([], [])


@pytest.mark.parametrize("bad", ["a\0b", "\ud800"])
async def test_a_text_that_cannot_be_kept_is_refused_with_its_place(ann, bad):
    document = changed(OURS, (*ITEM, "content"), bad)
    with pytest.raises(Refused) as refused:
        await upload(ann, json.dumps(document).encode())
    assert (refused.value.code, refused.value.details["path"]) == (
        "INVALID_TEXT",
        "data.contextBlocks[0].items[1].content",
    )


async def test_a_form_without_a_file_and_one_with_several_projects_are_refused(ann):
    empty, content_type = form_of()
    with pytest.raises(Refused) as refused:
        await upload(ann, empty, content_type=content_type)
    assert list(refused.value.details["errors"]) == ["file"]
    two, content_type = form_of(("a", json.dumps(OURS).encode()), ("b", b"x"))
    for body, header in ((two, content_type), (b"x", content_type), (two, "multipart/form-data")):
        with pytest.raises(Refused) as refused:
            await upload(ann, body, content_type=header)
        assert refused.value.status == 400
    assert await kept(ann) == ([], [])


async def test_limits_are_told_with_both_numbers_and_the_place(ann):
    block = {"id": 1, "title": "B", "items": [{"id": 1, "title": "i", "content": "я" * 5_000_001}]}
    document = {"projectName": "Large", "contextBlocks": [{**block, "items": []}, block]}
    with pytest.raises(Refused) as refused:
        await ann.post(IMPORT, document)
    assert refused.value.status == 413
    assert refused.value.details == {
        "what": "block",
        "limit": 5_000_000,
        "actual": 5_000_001,
        "path": "contextBlocks[1]",
    }
    project = await ann.make()
    with pytest.raises(Refused) as refused:
        await ann.post(f"{IMPORT}?projectId={project.id}", block)
    assert (refused.value.status, refused.value.details["actual"]) == (413, 5_000_001)
    assert (await project.get("none"))["version"] == 1


async def test_a_bomb_is_refused(ann):
    bomb = zipped(*((f"{n}.txt", "0" * 9_000_000) for n in range(30)))
    with pytest.raises(Refused) as refused:
        await upload(ann, bomb)
    told = (refused.value.status, refused.value.details["actual"], refused.value.details["path"])
    assert told == (413, 270_000_000, "zip")
    assert await kept(ann) == ([], [])


async def test_a_full_project_is_taken_in_and_comes_out_the_same(ann):
    items = [{"id": n, "title": f"I{n}", "content": "слово \n" * 7_142} for n in range(1, 201)]
    blocks = [{"id": b, "title": f"B{b}", "items": items[(b - 1) * 100 : b * 100]} for b in (1, 2)]
    made = (await ann.post(IMPORT, {"projectName": "Full", "contextBlocks": blocks}))["project"]
    assert made["chars"] == 200 * 7 * 7_142
    first = (await ann.send("GET", f"/api/projects/{made['id']}/export")).body
    again = (await ann.post(IMPORT, first))["project"]
    second = (await ann.send("GET", f"/api/projects/{again['id']}/export")).body
    assert without_time(second) == without_time(first)
