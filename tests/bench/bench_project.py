"""Times and bytes of work on a 10,000,000-character project, over HTTP on a real Jupyter server.

    .venv/bin/python tests/bench/bench_project.py

Each figure is of one request by one client that reads the whole answer.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any

import httpx
import psycopg

sys.path.insert(0, str(Path(__file__).parent.parent))

from jupyter_process import JupyterProcess, running_jupyter

from promptyflow_server.storage import connecting
from promptyflow_server.storage.embedded import EmbeddedPostgres

RUNS = 60
LINE = "Съешь же ещё этих мягких French buns, да выпей чаю, twice. 😀\n"
LARGE, SMALL = 10_000_000, 100_000
SELECTED = 2_000_000


class Bench:
    """A client of one project, and the database behind it."""

    def __init__(self, http: httpx.Client, database: psycopg.Connection[Any]) -> None:
        self._http = http
        self._database = database

    def send(self, method: str, path: str, body: object = None) -> tuple[Any, int, int]:
        """Send a request; return the answer's body, and the bytes sent and received."""
        response = self._http.request(method, f"promptyflow{path}", json=body)
        response.raise_for_status()
        answer = response.json() if response.content else None
        return answer, len(response.request.content), len(response.content)

    def make(self, chars: int, items: int) -> str:
        """Make a project of that size with one prompt, and return its path."""
        size = chars // items
        content = (LINE * (size // len(LINE) + 1))[:size]
        blocks = [
            {
                "id": number,
                "title": f"Block {number}",
                "items": [
                    {"id": n, "title": f"Item {n}", "content": content}
                    for n in range(1, items // 4 + 1)
                ],
            }
            for number in range(1, 5)
        ]
        chosen = [{"blockId": b["id"], "itemId": i["id"]} for b in blocks for i in b["items"]]
        prompt = {
            "id": 1,
            "title": "Ask",
            "template": "Read.\n\n{{context}}\n\nAnswer.",
            "selectedContext": chosen[: SELECTED // size],
        }
        data = {"contextBlocks": blocks, "promptBlocks": [prompt]}
        body = {"name": f"{items} items", "data": data}
        began = perf_counter()
        made, _, _ = self.send("POST", "/api/projects", body)
        tell(f"import {chars:,} characters, {items:,} items", [perf_counter() - began])
        return f"/api/projects/{made['id']}"

    def measure(self, name: str, action: Callable[[int], tuple[str, str, object]]) -> None:
        """Do an action many times and tell its times, bytes and write-ahead log."""
        times, logged, sent, received = [], [], 0, 0
        for turn in range(RUNS + 3):
            request = action(turn)
            before = self._position()
            began = perf_counter()
            _, sent, received = self.send(*request)
            times.append(perf_counter() - began)
            logged.append(self._position() - before)
        note = f"sent {sent:>9,} B   received {received:>10,} B   WAL {median(logged[3:]):>9,.0f} B"
        tell(name, times[3:], note)

    def _position(self) -> int:
        query = "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"
        found = self._database.execute(query).fetchone()
        return int(found[0]) if found else 0


def tell(name: str, times: list[float], note: str = "") -> None:
    p95 = quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    figures = f"median {median(times) * 1000:8.2f} ms   p95 {p95 * 1000:8.2f} ms"
    sys.stdout.write(f"{name:<48} {figures}   {note}\n")
    sys.stdout.flush()


def edits(bench: Bench, path: str) -> dict[str, Callable[[int], tuple[str, str, object]]]:
    """Return two ways of saving one edited item of a project."""
    node, _, _ = bench.send("GET", f"{path}/context-blocks/2/items/2")
    state = {"content": node["content"]}
    address = {"op": "update", "blockId": 2, "itemId": 2}

    def patch(operation: object) -> tuple[str, str, object]:
        return "PATCH", f"{path}/context-blocks", {"operations": [operation]}

    def whole(turn: int) -> tuple[str, str, object]:
        content = state["content"]
        state["content"] = content[:9_000] + f"{turn:04}" + content[9_004:]
        return patch({**address, "content": state["content"]})

    def splice(turn: int) -> tuple[str, str, object]:
        its = bench.send("GET", f"{path}/context-blocks/2/items/2")[0]["version"]
        change = {"start": 9_000, "deleteCount": 4, "insert": f"{turn:04}"}
        return patch({**address, "splice": change, "version": its})

    return {"whole content": whole, "splice": splice}


def run(bench: Bench) -> None:
    # The same item in both, so that only what stands around it differs.
    for chars, items in ((SMALL, 8), (LARGE, 800)):
        path = bench.make(chars, items)
        for kind, action in edits(bench, path).items():
            bench.measure(f"{chars:,}: save an item of 12,500, {kind}", action)
        tokens = f"{path}/context-blocks/tokens?nodes=2.2"
        bench.measure(f"{chars:,}: tokens of this item", lambda _, p=tokens: ("GET", p, None))
        stats = f"{path}/context-blocks/stats?tokens=true"
        bench.measure(f"{chars:,}: tokens of all", lambda _, p=stats: ("GET", p, None))
    for items in (200, 5_000):
        path = bench.make(LARGE, items)
        label = f"{LARGE:,} in {items:,}"

        def title(turn: int, path: str = path) -> tuple[str, str, object]:
            operation = {"op": "update", "blockId": 1, "itemId": 1, "title": f"T{turn}"}
            return "PATCH", f"{path}/context-blocks", {"operations": [operation]}

        def move(turn: int, path: str = path) -> tuple[str, str, object]:
            to = {"after": 7 + turn % 30}
            operation = {"op": "move", "blockId": 1, "itemId": 2, "to": to}
            return "PATCH", f"{path}/context-blocks", {"operations": [operation]}

        compile_path = f"{path}/prompt-blocks/compile"
        bench.measure(f"{label}: outline", lambda _, p=path: ("GET", f"{p}?contents=none", None))
        if items == 200:
            for kind, action in edits(bench, path).items():
                bench.measure(f"{label}: save an item, {kind}", action)
        bench.measure(f"{label}: rename an item", title)
        bench.measure(f"{label}: move an item", move)
        bench.measure(
            f"{label}: compile {SELECTED:,}",
            lambda _, p=compile_path: ("POST", p, {"promptBlockId": 1}),
        )
        bench.measure(f"{label}: everything", lambda _, p=path: ("GET", p, None))


def connect(jupyter: JupyterProcess) -> psycopg.Connection[Any]:
    server = EmbeddedPostgres(jupyter.data)
    return psycopg.connect(**connecting.embedded_options(server.endpoint), autocommit=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        running = running_jupyter(Path(folder), app="server", data=Path(folder) / "data")
        with running as jupyter, jupyter.http() as http:
            http.get("promptyflow/api/projects").raise_for_status()
            with connect(jupyter) as database:
                run(Bench(http, database))


if __name__ == "__main__":
    main()
