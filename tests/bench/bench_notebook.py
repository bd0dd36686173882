"""What a notebook waits for: a DataFrame of 10,000,000 rows as context, a batch beside bare httpx.

Run ``python tests/bench/bench_notebook.py [--rows 1000] [--latency 100]``. Both sides of the batch
send the same prompts to the same emulator, eight at a time, in turn.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

import httpx
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parents[1]))

from emulator import running_emulator
from jupyter_process import running_jupyter

from promptyflow_lab import PromptyFlow
from promptyflow_lab.sources import estimate_tokens
from promptyflow_lab.sources.frames import frame_text

FRAME_ROWS = 10_000_000
TOKENS = 2000
AT_A_TIME = 8
SEVERAL_PIECES = 5


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command talks


def frames() -> None:
    """Print how long a long frame takes, with pandas, polars and Arrow."""
    dice = np.random.default_rng(7)
    cities = np.array(["Bern", "Basel", "Zug"], dtype=object)
    data = {f"x{n}": dice.random(FRAME_ROWS) for n in range(8)}
    data |= {
        "n": dice.integers(0, 100, FRAME_ROWS),
        "city": cities[dice.integers(0, 3, FRAME_ROWS)],
    }
    frame = pd.DataFrame(data)
    for each in (frame, pl.from_pandas(frame), pa.Table.from_pandas(frame)):
        frame_text(each[:10], "df", TOKENS)  # so that the libraries are loaded
        began = time.perf_counter()
        text = frame_text(each, "df", TOKENS)
        seconds = time.perf_counter() - began
        kind = type(each).__module__.partition(".")[0]
        tokens = estimate_tokens(text)
        say(f"{kind}, {FRAME_ROWS:,} rows × 10: {seconds:.2f} s, {tokens} of {TOKENS} tokens")


async def with_httpx(base_url: str, prompts: list[str]) -> float:
    """Return how long plain asyncio and httpx take for streamed answers."""
    gate = asyncio.Semaphore(AT_A_TIME)
    async with httpx.AsyncClient(timeout=60) as client:

        async def ask(prompt: str) -> None:
            body = {"model": "m", "stream": True, "messages": [{"role": "user", "content": prompt}]}
            async with (
                gate,
                client.stream("POST", f"{base_url}/chat/completions", json=body) as answer,
            ):
                assert answer.status_code == 200
                async for _ in answer.aiter_lines():
                    pass

        began = time.perf_counter()
        await asyncio.gather(*map(ask, prompts))
        return time.perf_counter() - began


def batches(rows: int, latency: int) -> None:
    """Print how many rows a second both ways send."""
    with tempfile.TemporaryDirectory() as folder, running_emulator() as emulator:
        emulator.answer("Row", "word " * SEVERAL_PIECES, latency=latency // SEVERAL_PIECES)
        with (
            running_jupyter(Path(folder), app="server") as jupyter,
            PromptyFlow(f"{jupyter.url}promptyflow", jupyter.token) as pf,
        ):
            pf.set_key("openai-compatible", base_url=emulator.base_url)
            prompt = pf.create_project("Bench").add_prompt("Ask", "Row {{n}}")
            table = pl.DataFrame({"n": range(rows)})
            plain = asyncio.run(with_httpx(emulator.base_url, [f"Row {n}" for n in range(rows)]))
            began = time.perf_counter()
            answers = prompt.map(table, "m", concurrency=AT_A_TIME, progress=False)
            ours = time.perf_counter() - began
            assert len(answers.done) == rows, answers
            began = time.perf_counter()
            assert len(prompt.map(table, "m", progress=False).done) == rows
            again = time.perf_counter() - began
    say(f"{rows} rows, {AT_A_TIME} at a time, answers of about {latency} ms:")
    say(f"asyncio + httpx: {plain:.1f} s, {rows / plain:.0f} rows/s")
    say(f"prompt.map:      {ours:.1f} s, {rows / ours:.0f} rows/s; every answer kept")
    say(f"the same again:  {again:.1f} s, nothing sent")


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--latency", type=int, default=100, help="milliseconds")
    chosen = parser.parse_args()
    frames()
    batches(chosen.rows, chosen.latency)


if __name__ == "__main__":
    main()
