"""What was confirmed is there after the worst: kill -9 in the middle of saving."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import httpx
import pytest
from jupyter_process import JupyterProcess, running_jupyter, start_jupyter

WRITERS = 4
SECONDS = 1.0


class Writer(threading.Thread):
    """Saves one item again and again, and remembers what was confirmed and what was on its way."""

    def __init__(self, jupyter: JupyterProcess, path: str, item: int) -> None:
        super().__init__()
        self.client = httpx.Client(
            base_url=f"{jupyter.url}promptyflow",
            headers={"Authorization": f"token {jupyter.token}"},
            timeout=20,
        )
        self.path, self.item = path, item
        self.confirmed = self.sent = ""
        self.count = 0
        self.ended = threading.Event()

    def run(self) -> None:
        with self.client:
            self.save()

    def save(self) -> None:
        while not self.ended.is_set():
            self.sent = f"item {self.item}, saved {self.count} " + "x" * 20_000
            change = {"op": "update", "blockId": 1, "itemId": self.item, "content": self.sent}
            try:
                answer = self.client.patch(self.path, json={"operations": [change]})
            except httpx.TransportError:
                return
            if answer.status_code == 503:
                continue  # told that it was not saved: try again, as the panel does
            assert answer.status_code == 200, answer.text
            self.confirmed = self.sent
            self.count += 1


def client_of(jupyter: JupyterProcess) -> httpx.Client:
    headers = {"Authorization": f"token {jupyter.token}"}
    return httpx.Client(base_url=f"{jupyter.url}promptyflow", headers=headers, timeout=60)


def make_project(jupyter: JupyterProcess) -> str:
    items = [{"id": n, "title": f"Item{n}", "content": ""} for n in range(1, WRITERS + 1)]
    data = {"contextBlocks": [{"id": 1, "title": "Block", "items": items}], "promptBlocks": []}
    with client_of(jupyter) as client:
        made = client.post("/api/projects", json={"name": "Crash", "data": data})
        assert made.status_code == 201, made.text
        return f"/api/projects/{made.json()['id']}"


def postmaster_of(data: Path) -> int:
    return int(next(data.glob("pg*/postmaster.pid")).read_text().splitlines()[0])


def written_until(jupyter: JupyterProcess, project: str, end: str) -> list[Writer]:
    writers = [Writer(jupyter, f"{project}/context-blocks", n) for n in range(1, WRITERS + 1)]
    for writer in writers:
        writer.start()
    time.sleep(SECONDS)
    if end == "jupyter":
        jupyter.kill()
    else:
        os.kill(postmaster_of(jupyter.data), signal.SIGKILL)
        time.sleep(SECONDS)  # the server must find its way back by itself
        for writer in writers:
            writer.ended.set()
    for writer in writers:
        writer.join(60)
        assert not writer.is_alive()
    return writers


@pytest.mark.parametrize("end", ["jupyter", "postgres"])
def test_nothing_confirmed_is_lost_by_a_kill_in_the_middle_of_saving(
    tmp_path: Path, end: str
) -> None:
    data = tmp_path / "promptyflow"
    jupyter = start_jupyter(tmp_path / "first", app="server", data=data)
    try:
        project = make_project(jupyter)
        writers = written_until(jupyter, project, end)
        if end == "postgres":
            with client_of(jupyter) as client:
                assert client.get("/health").json()["status"] == "ok"
    finally:
        jupyter.kill()
    assert all(writer.count > 3 for writer in writers)
    with (
        running_jupyter(tmp_path / "second", app="server", data=data) as again,
        client_of(again) as client,
    ):
        items = client.get(project).json()["data"]["contextBlocks"][0]["items"]
        for writer, item in zip(writers, items, strict=True):
            assert item["content"] in {writer.confirmed, writer.sent}
            assert item["chars"] == len(item["content"])
        assert "Traceback" not in again.log
