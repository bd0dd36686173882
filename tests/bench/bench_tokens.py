"""Counting tokens: cold and warm, what it takes from the event loop, and after an edit.

Each of several processes counts once with nothing loaded; where a machine has other work to do, the
time of the processor tells more than the clock.
"""

from __future__ import annotations

import asyncio
import resource
import statistics
import subprocess
import sys
import time

from promptyflow_server.tokens.counter import TokenCounter

CHARS = 2_000_000
PROCESSES = 5
WARM = 20
WORDS = [
    *("и", "в", "не", "на", "я", "быть", "он", "с", "что", "а", "по", "это", "она", "этот", "к"),
    *("который", "из", "время", "рука", "дело", "самый", "сказать", "другой", "большой", "новый"),
    *("система", "программа", "последний", "государство", "возможность", "стоять", "московский"),
    *("работа", "пример", "документ", "место", "вопрос", "лицо", "друг", "жизнь", "стать", "знать"),
]
ENDINGS = ("", "ами", "ого", "ться", "ение", "а", "у")


def russian(chars: int) -> str:
    """Return words in an order that never repeats, in lines and sentences."""
    words, state, length = [], 1, 0
    while length < chars:
        state = (state * 1103515245 + 12345) % 2**31
        word = WORDS[state // 65536 % len(WORDS)] + ENDINGS[state // 977 % len(ENDINGS)]
        word += {0: ".\n", 1: ",", 2: ". "}.get(state // 31 % 23, "")
        words.append(word)
        length += len(word) + 1
    return " ".join(words)[:chars]


async def once(text: str) -> None:
    """Print the figures of one process."""
    counter = TokenCounter()
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - before - 0.001)

    watching = asyncio.create_task(watch())
    await asyncio.sleep(0.01)
    longest, begin, busy = 0.0, time.perf_counter(), time.process_time()
    tokens = await counter.count("o200k_base", text)
    seconds, stall, busy = time.perf_counter() - begin, longest, time.process_time() - busy
    longest, begin = 0.0, time.perf_counter()
    again = text + "."
    await counter.count("o200k_base", again)
    loaded, loaded_stall = time.perf_counter() - begin, longest
    warm = []
    for _ in range(WARM):
        begin = time.perf_counter()
        await counter.count("o200k_base", text)
        warm.append(time.perf_counter() - begin)
    pieces = [again[start : start + 10_000] for start in range(0, len(again), 10_000)]
    await counter.count_all("o200k_base", pieces)
    pieces[7] = "Правка. " + pieces[7]
    begin = time.perf_counter()
    await counter.count_all("o200k_base", pieces)
    edit = time.perf_counter() - begin
    watching.cancel()
    counter.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = (
        tokens,
        seconds,
        busy,
        stall,
        loaded,
        loaded_stall,
        statistics.median(warm),
        edit,
        memory,
    )
    print(*figures)  # noqa: T201


def main() -> None:
    """Print the medians."""
    rows = []
    for _ in range(PROCESSES):
        done = subprocess.run(
            [sys.executable, __file__, "one"], capture_output=True, text=True, check=True
        )
        rows.append([float(word) for word in done.stdout.split()])
    best, median = ([kind(c) for c in zip(*rows, strict=True)] for kind in (min, statistics.median))
    names = (
        "cold, with the vocabulary to load",
        "    time of the processors",
        "    of which the event loop stood still (once in a process)",
        "cold, vocabulary there",
        "    of which the event loop stood still",
        "warm (known by its hash)",
        "one of 200 pieces edited",
    )
    lines = [f"{CHARS:,} characters of Russian, {median[0]:,.0f} tokens (o200k), ms:"]
    lines += [
        f"{name}: best {low * 1000:.1f}, median {usual * 1000:.1f} of {PROCESSES}"
        for name, low, usual in zip(names, best[1:-1], median[1:-1], strict=True)
    ]
    lines.append(f"memory of the whole process: {median[-1]:.0f} MB")
    print("\n".join(lines))  # noqa: T201


if __name__ == "__main__":
    if sys.argv[1:] == ["one"]:
        asyncio.run(once(russian(CHARS)))
    else:
        main()
