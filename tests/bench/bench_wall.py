"""What row-level security costs: the same requests with the wall and without it, turn by turn.

    .venv/bin/python tests/bench/bench_wall.py

The application is asked in this process, so that nothing but the database differs.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from people import Person

from promptyflow_server.services import build_dispatcher
from promptyflow_server.settings import RateLimitSettings, Settings

TURNS = 150
ITEMS, CHARS = 200, 5_000
TEMPLATES = 300


def data() -> dict[str, Any]:
    items = [{"id": n, "title": f"Item {n}", "content": "x" * CHARS} for n in range(1, ITEMS + 1)]
    return {"contextBlocks": [{"id": 1, "title": "Block", "items": items}]}


async def compared(name: str, database: Any, work: Callable[[], Awaitable[Any]]) -> None:
    """Print the medians of both, and their ratio."""
    times: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(2 * TURNS):
        database._is_walled = walled = turn % 2 == 0
        start = perf_counter()
        await work()
        times[walled].append(1000 * (perf_counter() - start))
    without, behind = median(times[False]), median(times[True])
    ratio = behind / without
    sys.stdout.write(f"{name:34} {without:8.2f} ms {behind:8.2f} ms   × {ratio:.2f}\n")


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        limits = RateLimitSettings(requests=10**6)
        settings = Settings(data_dir=Path(folder), local=False, rate_limits=limits)
        made = build_dispatcher(settings)
        database = made.services.database
        await database.ready()
        assert database._is_walled
        ann, bob = Person(made, "ann"), Person(made, "bob")
        await bob.get("/api/user")
        project = await ann.make(data())
        await project.share(user="bob", role="edit")
        for number in range(TEMPLATES):
            await ann.post("/api/templates", {"name": f"Letter {number}", "content": "a text"})
        number = iter(range(10**6))

        def edit(of: Any) -> Callable[[], Awaitable[Any]]:
            return lambda: of.context(
                {"op": "update", "blockId": 1, "itemId": 7, "title": f"t{next(number)}"}
            )

        seen = project.seen_by(bob)
        sys.stdout.write(f"{'':34} {'without':>11} {'with':>11}\n")
        for name, work in (
            ("one title is saved", edit(project)),
            ("… by an editor", edit(seen)),
            ("outline of 200 items", lambda: project.get("none")),
            ("… to an editor", lambda: seen.get("none")),
            ("the whole, 1,000,000 characters", project.get),
            ("list of projects", lambda: ann.get("/api/projects")),
            ("search in templates", lambda: ann.get("/api/templates/search?q=letter")),
        ):
            await compared(name, database, work)
        await made.services.close()


if __name__ == "__main__":
    asyncio.run(main())
