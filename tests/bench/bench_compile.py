"""Times of the domain rules: compiling, checking and reading large projects, and the import."""

from __future__ import annotations

import os
import subprocess
import sys
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING

from promptyflow_lab.domain import (
    ContextBlock,
    ContextItem,
    ProjectData,
    PromptBlock,
    SelectedContext,
    check_text,
    compile_prompt,
)

if TYPE_CHECKING:
    from collections.abc import Callable

RUNS = 40
SELECTED = 2_000_000
PROJECT = 10_000_000

TEXTS = {
    "English": "The quick brown fox jumps over the lazy dog, twice.\n",
    "Russian": "Съешь же ещё этих мягких французских булок, да выпей чаю.\n",
    "HTML": "<p>Some <b>bold</b> text, <a href='x'>a link</a>.</p>\n",
}


def filled(pattern: str, length: int) -> str:
    return (pattern * (length // len(pattern) + 1))[:length]


def project(pattern: str, items: int, selected_chars: int) -> tuple[PromptBlock, ProjectData]:
    size = PROJECT // items
    blocks = [
        ContextBlock(
            block,
            f"Block {block}",
            [
                ContextItem(item, f"Item {item}", filled(pattern, size))
                for item in range(1, per + 1)
            ],
        )
        for block, per in ((1, items // 2), (2, items - items // 2))
    ]
    keys = [(block.id, item.id) for block in blocks for item in block.items]
    chosen = keys[: selected_chars // size]
    prompt = PromptBlock(
        1,
        "P",
        "Read this.\n\n{{context}}\n\nAnswer by {{date}}.",
        selected_context=[SelectedContext(*key, order=n) for n, key in enumerate(chosen)],
    )
    return prompt, ProjectData(blocks, [prompt])


def measure(name: str, action: Callable[[], object], runs: int = RUNS) -> None:
    action()
    times = []
    for _ in range(runs):
        start = perf_counter()
        action()
        times.append((perf_counter() - start) * 1000)
    p95 = quantiles(times, n=20)[-1]
    sys.stdout.write(f"{name:<58} median {median(times):8.2f} ms   p95 {p95:8.2f} ms\n")


def import_in_a_new_process(module: str) -> None:
    # As in a notebook: byte code is there, and IPython has imported dataclasses and hashlib.
    code = (
        "from time import perf_counter as t; import dataclasses, hashlib; s = t(); "
        f"import {module}; print((t() - s) * 1000)"
    )
    with TemporaryDirectory() as cache:
        kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment = {**kept, "PYTHONPYCACHEPREFIX": cache}
        command = [sys.executable, "-c", code]
        times = [
            float(subprocess.run(command, capture_output=True, check=True, env=environment).stdout)
            for _ in range(10)
        ]
    sys.stdout.write(f"import {module:<51} median {median(times[1:]):8.2f} ms\n")


def main() -> None:
    for language, pattern in TEXTS.items():
        for items in (200, 5_000):
            prompt, data = project(pattern, items, SELECTED)
            for tags in (False, True):
                style = "tags" if tags else "plain"
                pieces = len(prompt.selected_context)
                measure(
                    f"compile {SELECTED:,} {language}, {pieces} pieces, {style}",
                    lambda p=prompt, d=data, t=tags: compile_prompt(p, d.context_blocks, t),
                )
        whole = filled(pattern, PROJECT)
        measure(f"check_text of {PROJECT:,} {language}", lambda text=whole: check_text(text))
    hostile = ["</Context>", "</Item 1>", *(f"</Context {n}>" for n in range(2, 100_000))]
    block = ContextBlock(1, "Block", [ContextItem(1, "Item 1", "".join(hostile))])
    prompt = PromptBlock(1, "P", "{{context}}", selected_context=[SelectedContext(1, 1)])
    measure("compile 1.6 MB of numbered closing tags", lambda: compile_prompt(prompt, [block]))
    braces = PromptBlock(1, "P", "{{" * 50_000)
    measure("compile a template of 100 kB of braces", lambda: compile_prompt(braces, []))
    _, data = project(TEXTS["Russian"], 5_000, 0)
    document = data.to_dict()
    measure("read 10,000,000 characters in 5,000 items", lambda: ProjectData.from_dict(document), 9)
    import_in_a_new_process("promptyflow_lab")
    import_in_a_new_process("promptyflow_lab.domain")


if __name__ == "__main__":
    main()
