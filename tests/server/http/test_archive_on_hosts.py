"""An archive arrives whole, made while it is sent, on both hosts."""

from __future__ import annotations

import io
import json
import zipfile

from hosts import Host


def test_the_archive_arrives_whole(host: Host) -> None:
    blocks = [{"id": 1, "title": "B", "items": [{"id": 1, "title": "i", "content": "ы" * 400_000}]}]
    document = {"projectName": "In the archive", "contextBlocks": blocks}
    made = host.known.post("/api/projects/import", json=document)
    assert made.status_code == 201, made.text
    assert made.headers["Location"] == f"{host.root}/api/projects/{made.json()['project']['id']}"
    answer = host.known.get("/api/user/export")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/zip")
    assert "Content-Length" not in answer.headers
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        (name,) = (n for n in archive.namelist() if n.startswith("projects/In the archive"))
        items = json.loads(archive.read(name))["data"]["contextBlocks"][0]["items"]
        assert items[0]["chars"] == 400_000
    host.known.delete(f"/api/projects/{made.json()['project']['id']}")


def test_an_uploaded_form_is_read(host: Host) -> None:
    files = [("file", ("Первый_шаблон.txt", "раз".encode())), ("file", ("b.md", b"two"))]
    made = host.known.post("/api/projects/import", files=files)
    assert made.status_code == 201, made.text
    assert [one["name"] for one in made.json()["templates"]] == ["Первый шаблон", "b"]
    for one in made.json()["templates"]:
        assert host.known.delete(f"/api/templates/{one['id']}").status_code == 204


def test_an_account_does_not_go_unconfirmed(host: Host) -> None:
    refused = host.known.delete("/api/user")
    assert (refused.status_code, refused.json()["error"]) == (400, "VALIDATION_ERROR")
