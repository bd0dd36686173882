"""What it costs to search one project of 10,000,000 characters, which no index knows.

    .venv/bin/python tests/bench/bench_project_search.py

Each figure is of one request, answered in this process over the contract, the database on a socket.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import tracemalloc
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parent.parent))

from people import Person, Project

from promptyflow_server.services import build_dispatcher
from promptyflow_server.settings import Settings

RUNS = 15
CHARS = 10_000_000
QUERIES = {
    "rare, English": "synchrotron ",
    "rare, Russian": "синхротронами ",
    "common, Russian": "модель данных ",
    "common, English": "compute model ",
    "beginning": "моде",
    "one letter": "м",
    "phrase": '"языковая модель"',
    "signs": "=>",
    "nothing": "zyxwvut ",
}
WORDS = [
    "модель",
    "моделями",
    "данные",
    "данных",
    "языковая",
    "языковые",
    "ответы",
    "вопрос",
    "контекст",
    "текстами",
    "быстро",
    "prompt",
    "model",
    "models",
    "computing",
    "computed",
    "answers",
    "context",
    "tokens",
    "language",
    "large",
    "small",
    "fast",
    "и",
    "в",
    "на",
    "не",
    "что",
    "как",
    "the",
    "of",
    "and",
    "in",
    "to",
    "is",
]


def document(items: int) -> dict[str, object]:
    """Return a project of that many texts, with one rare word in each language."""
    chance = random.Random(7)  # noqa: S311 - repeatable, not secret
    size = CHARS // items
    base = " ".join(chance.choices(WORDS, k=size // 5))
    texts = []
    for number in range(items):
        start = chance.randrange(len(base) // 2)
        text = (base[start:] + " " + base)[: size - 40]
        texts.append(text + (" Синхротрон. Synchrotron." if number == items // 2 else ""))
    blocks = [
        {
            "id": block + 1,
            "title": f"Block {block}",
            "items": [
                {"id": n + 1, "title": f"Item {n}", "content": text}
                for n, text in enumerate(texts[block::4])
            ],
        }
        for block in range(4)
    ]
    return {"contextBlocks": blocks}


async def longest_pause(stop: asyncio.Event) -> float:
    """Return the longest time for which the event loop answered nobody."""
    longest = 0.0
    while not stop.is_set():
        before = perf_counter()
        await asyncio.sleep(0.001)
        longest = max(longest, perf_counter() - before - 0.001)
    return longest


async def measure(project: Project) -> None:
    person = project.person
    for name, query in QUERIES.items():
        times = []
        stop = asyncio.Event()
        pause = asyncio.create_task(longest_pause(stop))
        for _ in range(RUNS):
            began = perf_counter()
            found = await person.get(f"{project.path}/search?q={query}")
            times.append(perf_counter() - began)
        stop.set()
        ordered = sorted(times)
        print(  # noqa: T201
            f"  {name:18} {median(times) * 1000:6.0f} ms, p95 {ordered[-1] * 1000:6.0f} ms, "
            f"{found['total']:5} found, longest pause of the loop {await pause * 1000:4.0f} ms"
        )
    tracemalloc.start()
    await person.get(f"{project.path}/search?q=модель данных ")
    print(f"  most memory of one search: {tracemalloc.get_traced_memory()[1] / 1e6:.0f} MB")  # noqa: T201
    tracemalloc.stop()


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        dispatcher = build_dispatcher(Settings(data_dir=Path(folder)))
        await dispatcher.services.start()
        try:
            ann = Person(dispatcher, "ann")
            for items in (200, 5_000):
                project = await ann.make(document(items))
                print(f"{CHARS:,} characters in {items:,} items")  # noqa: T201
                await measure(project)
        finally:
            await dispatcher.services.close()


if __name__ == "__main__":
    asyncio.run(main())
