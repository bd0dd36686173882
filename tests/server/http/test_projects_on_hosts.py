"""The first steps with a project over HTTP, on both hosts."""

from __future__ import annotations

import json

from hosts import Host

LIMIT = 10_000_000


def document(chars: int) -> dict[str, object]:
    half = chars // 2
    items = [[{"id": 1, "title": "i", "content": "ё" * size}] for size in (half, chars - half)]
    blocks = [{"id": n, "title": f"B{n}", "items": own} for n, own in enumerate(items, start=1)]
    return {"name": "large", "data": {"contextBlocks": blocks}}


def test_a_project_is_made_filled_and_compiled(host: Host) -> None:
    made = host.known.post("/api/projects", json={"name": "Over HTTP"})
    assert made.status_code == 201
    path = f"/api/projects/{made.json()['id']}"
    assert made.headers["Location"] == f"{host.root}{path}"
    operations = [
        {"op": "addBlock", "clientId": "b"},
        {"op": "addItem", "blockId": {"ref": "b"}, "content": "Привет 😀"},
    ]
    changed = host.known.patch(f"{path}/context-blocks", json={"operations": operations})
    assert (changed.json()["version"], changed.headers["ETag"]) == (2, '"2"')
    prompt = {
        "op": "addPrompt",
        "template": "{{context}}!",
        "wrapInTags": False,
        "selectedContext": [{"blockId": 1, "itemId": 1}],
    }
    host.known.patch(f"{path}/prompt-blocks", json={"operations": [prompt]}).raise_for_status()
    compiled = host.known.post(f"{path}/prompt-blocks/compile", json={"promptBlockId": 1})
    assert compiled.json()["compiled"] == "Привет 😀!"
    stale = host.known.patch(path, json={"name": "x"}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["error"]) == (409, "CONFLICT")
    export = host.known.get(f"{path}/export")
    assert json.loads(export.content)["name"] == "Over HTTP"
    gone = host.known.delete(path)
    assert (gone.status_code, gone.content) == (204, b"")
    assert host.known.get(path).status_code == 404


def test_a_full_project_of_two_byte_letters_fits_and_one_letter_more_does_not(host: Host) -> None:
    made = host.known.post("/api/projects", json=document(LIMIT))
    assert (made.status_code, made.json()["chars"]) == (201, LIMIT)
    path = f"/api/projects/{made.json()['id']}"
    whole = host.known.get(path).json()
    contents = [block["items"][0]["content"] for block in whole["data"]["contextBlocks"]]
    assert [len(content) for content in contents] == [LIMIT // 2] * 2
    host.known.delete(path)
    refused = host.known.post("/api/projects", json=document(LIMIT + 1))
    assert refused.status_code == 413
    details = {"what": "project", "limit": LIMIT, "actual": LIMIT + 1}
    assert refused.json()["details"] == details
