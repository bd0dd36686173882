"""Kill -9 in the middle of an import: it is there as a whole, or not at all."""

from __future__ import annotations

import io
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import httpx
from jupyter_process import JupyterProcess, running_jupyter, start_jupyter

BLOCKS, ITEMS, CHARS = 2, 500, 4_000
FILES = 100
DELAYS = (0.4, 1.0)
"""Seconds after which the server is killed: while it reads, and while it writes."""


def client_of(jupyter: JupyterProcess) -> httpx.Client:
    headers = {"Authorization": f"token {jupyter.token}"}
    return httpx.Client(base_url=f"{jupyter.url}promptyflow", headers=headers, timeout=60)


def document() -> dict[str, Any]:
    items = [
        {"id": n, "title": f"I{n}", "content": "слово " * (CHARS // 6)} for n in range(1, ITEMS)
    ]
    blocks = [{"id": n, "title": f"B{n}", "items": items} for n in range(1, BLOCKS + 1)]
    return {"projectName": "Large", "contextBlocks": blocks}


def templates() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(FILES):
            archive.writestr(f"{number}.txt", "слово " * 5_000)
    return stream.getvalue()


def import_all(jupyter: JupyterProcess, done: list[str]) -> None:
    """Import both again and again, and remember what was confirmed."""
    with client_of(jupyter) as client:
        while True:
            for kind, sent in (
                ("project", {"json": document()}),
                ("files", {"content": templates()}),
            ):
                try:
                    answer = client.post("/api/projects/import", **sent)  # type: ignore[arg-type]
                except httpx.TransportError:
                    return
                if answer.status_code == 201:
                    done.append(kind)


def test_nothing_is_half_imported_after_a_kill(tmp_path: Path) -> None:
    data = tmp_path / "promptyflow"
    done: list[str] = []
    for number, delay in enumerate(DELAYS):
        jupyter = start_jupyter(tmp_path / f"{number}", app="server", data=data)
        try:
            with client_of(jupyter) as client:
                client.get("/api/projects").raise_for_status()
            importer = threading.Thread(target=import_all, args=(jupyter, done))
            importer.start()
            time.sleep(delay)
        finally:
            jupyter.kill()
        importer.join(60)
        assert not importer.is_alive()
    with (
        running_jupyter(tmp_path / "last", app="server", data=data) as again,
        client_of(again) as client,
    ):
        projects = client.get("/api/projects?limit=200").json()["items"]
        # What was on its way when the server was killed may be there as well.
        assert done.count("project") <= len(projects) <= done.count("project") + len(DELAYS)
        size = BLOCKS * (ITEMS - 1) * (CHARS // 6) * 6
        for project in projects:
            assert (project["chars"], project["items"]) == (size, BLOCKS * (ITEMS - 1))
            told = client.get(f"/api/projects/{project['id']}/export").json()["data"]
            items = [item for block in told["contextBlocks"] for item in block["items"]]
            assert sum(item["chars"] for item in items) == size
        used = client.get("/api/user").json()["used"]
        assert used["projects"] == len(projects)
        assert used["templates"] % FILES == 0
        assert used["templates"] >= FILES * done.count("files")
        assert "Traceback" not in again.log
