"""What a person feels of a 10,000,000-character project, measured in Chromium; JupyterLab's start.

    .venv/bin/python tests/bench/bench_browser.py [--starts 12]

Latency is the browser's own: from a key press to the next picture on the screen (Event Timing).
A long task is what the browser reports as one: 50 ms or more without a pause. JupyterLab starts
in turn with and without the extension, in the same run, each time in a browser without a memory.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from bundle import compressed_at_start, compressed_in_all  # noqa: E402 - found through the line above
from jupyter_process import running_jupyter  # noqa: E402
from lab_browser import Api, ready, running_chromium  # noqa: E402
from playwright.sync_api import expect  # noqa: E402
from workbench import Workbench  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

LINE = "Съешь же ещё этих мягких French buns, да выпей чаю, twice. 😀\n"
LONG = 4_990_000  # of the 5,000,000 a block may have: there is room to type
TILES = 2_000
NAME = "Ten million"
TYPED = "The quick brown fox jumps over the lazy dog, again and again. "

# Collects what the browser says of slow frames and of latency, from the first moment on.
OBSERVE = """() => {
    window.longTasks = [];
    window.keys = [];
    new PerformanceObserver(list => {
        for (const task of list.getEntries()) window.longTasks.push(task.duration);
    }).observe({ type: 'longtask' });
    new PerformanceObserver(list => {
        for (const one of list.getEntries()) {
            if (one.name === 'keydown') window.keys.push(one.duration);
        }
    }).observe({ type: 'event', durationThreshold: 16 });
}"""

# Click, and tell how long it takes until something is there and a picture of it was painted.
TIME_TO = """([click, there]) => new Promise(resolve => {
    const began = performance.now();
    const look = () => document.querySelector(there)
        ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)))
        : requestAnimationFrame(look);
    document.querySelector(click).click();
    look();
})"""

# When the splash is gone, JupyterLab can be used.
STARTED = """() => {
    const seen = new MutationObserver(() => {
        const splash = document.querySelector('#jupyterlab-splash');
        if (splash) window.splashed = true;
        if (window.splashed && !splash) {
            window.started ??= performance.now();
            seen.disconnect();
        }
    });
    seen.observe(document, { childList: true, subtree: true });
}"""


def tell(name: str, figure: str, promise: str = "") -> None:
    sys.stdout.write(f"{name:<58} {figure:>34}   {promise}\n")
    sys.stdout.flush()


def text(chars: int) -> str:
    """Return a text of exactly this many characters."""
    return (LINE * (chars // len(LINE) + 1))[:chars]


def project() -> dict[str, Any]:
    """Return a project as large as one may be: one huge text, and two thousand short ones."""
    short = text(LONG // TILES)
    items = [{"id": n, "title": f"Item {n}", "content": short} for n in range(1, TILES + 1)]
    return {
        "contextBlocks": [
            {
                "id": 1,
                "title": "Book",
                "items": [{"id": 1, "title": "Huge", "content": text(LONG)}],
            },
            {"id": 2, "title": "Notes", "items": items},
        ],
        "promptBlocks": [{"id": 1, "title": "Ask", "template": "Read {{context}} and answer."}],
    }


def p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]


@contextmanager
def new_page(chromium: Browser, *scripts: str) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(60_000)
    for script in scripts:
        context.add_init_script(f"({script})()")
    yield context.new_page()
    context.close()


def slowest(page: Page, action: Callable[[], None]) -> float:
    """Return the longest task, in milliseconds, while something is done; 0 for none over 50."""
    page.evaluate("window.longTasks = []")
    action()
    page.wait_for_timeout(2000)  # what is saved and compiled after a rest belongs to it
    return max(page.evaluate("window.longTasks"), default=0.0)


def latencies(page: Page, action: Callable[[], int]) -> list[float]:
    """Return the latency of every key; the browser does not tell those below 16 ms."""
    page.evaluate("window.keys = []")
    count = action()
    page.wait_for_timeout(300)
    told: list[float] = page.evaluate("window.keys")
    return [*told, *[16.0] * (count - len(told))]


# --- a project of 10,000,000 characters -----------------------------------------------------------


def open_project(page: Page, url: str) -> None:
    row, tree = "[data-testid=pf-project-row] button", "[data-testid=pf-block-row]"
    times = []
    for _ in range(7):
        page.goto(url)
        ready(page)
        Workbench(page).open().at("pf-project-row").first.wait_for()
        times.append(page.evaluate(TIME_TO, [row, tree]))
    first = f"median {median(times):.0f}, worst {max(times):.0f} ms"
    tell("open the project, from a click to its tree", first, "< 1,000")


def read_and_type(page: Page) -> None:
    panel = Workbench(page)
    huge = "[data-testid=pf-item-row]"
    took = page.evaluate(TIME_TO, [huge, "[data-testid=pf-node-text] .cm-line"])
    tell(f"open a text of {LONG:,} characters", f"{took:.0f} ms", "< 1,000")
    editor = panel.editor("pf-node-text")
    for place, key in (("beginning", "Home"), ("end", "End")):
        editor.click()
        page.keyboard.press(f"ControlOrMeta+{key}")
        type_there(page, f"type at its {place}")
    panel.is_saved()
    panel.row("item", "Item 1").click()
    editor.click()
    type_there(page, f"type in a text of {LONG // TILES:,}")
    panel.is_saved()


def type_there(page: Page, name: str) -> None:
    """Type for some seconds, with rests in which the text is saved."""

    def typing() -> int:
        for _ in range(4):
            page.keyboard.type(TYPED, delay=40)
            page.wait_for_timeout(700)
        return 4 * len(TYPED)

    longest = 0.0

    def watched() -> int:
        nonlocal longest
        typed = 0

        def act() -> None:
            nonlocal typed
            typed = typing()

        longest = slowest(page, act)
        return typed

    found = latencies(page, watched)
    figure = f"median {median(found):.0f}, p95 {p95(found):.0f}, worst {max(found):.0f} ms"
    tell(name, figure, f"p95 < 50; longest task {longest:.0f} ms")


def scroll_and_paint(page: Page) -> None:
    panel = Workbench(page)
    rows = panel.at("pf-rows")

    def wheel(steps: int, by: int) -> None:
        for _ in range(steps):
            page.mouse.wheel(0, by)
            page.wait_for_timeout(16)

    def over(locator: Any) -> dict[str, float]:
        box: dict[str, float] = locator.bounding_box()
        page.mouse.move(box["x"] + 60, box["y"] + box["height"] / 2)
        return box

    over(rows)
    long_task("scroll the tree", page, lambda: (wheel(80, 400), wheel(80, -400)))
    panel.editor("pf-node-text").hover()

    panel.tab("prompt")
    tiles = panel.at("pf-tiles")
    tiles.wait_for()
    page.locator("[data-testid=pf-tile]").first.wait_for()
    field = over(tiles)
    long_task(f"scroll {TILES:,} tiles", page, lambda: (wheel(80, 400), wheel(80, -400)))

    def select(test_id: str) -> None:
        panel.at(test_id).click()

    def paint() -> None:
        first = panel.tile("Item 1").bounding_box()
        assert first
        page.mouse.move(first["x"] + 30, first["y"] + 8)
        page.mouse.down()
        y = field["y"] + field["height"] + 60
        page.mouse.move(field["x"] + 30, y, steps=10)
        to_the_end(page, lambda x: page.mouse.move(x, y), field)
        page.mouse.up()

    def band() -> None:
        tiles.evaluate("field => { field.scrollTop = 0; }")
        page.wait_for_timeout(200)
        first = panel.tile("Item 1").bounding_box()
        assert first
        page.mouse.move(field["x"] + 3, first["y"] + 8)
        page.mouse.down()
        y = field["y"] + field["height"] + 60
        x = field["x"] + field["width"] - 10
        page.mouse.move(x, y, steps=10)
        to_the_end(page, lambda _: page.mouse.move(x, y), field)
        page.mouse.up()

    long_task("paint over all of them", page, paint)
    long_task("clear", page, lambda: select("pf-select-none"))
    long_task("draw a rubber band around all of them", page, band)
    long_task("clear", page, lambda: select("pf-select-none"))
    long_task("select all", page, lambda: select("pf-select-all"))
    panel.is_saved()
    take_one_away(page, panel)


def take_one_away(page: Page, panel: Workbench) -> None:
    panel.at("pf-tiles").evaluate("field => { field.scrollTop = 0; }")
    panel.tile("Item 3").click()
    panel.is_saved()
    long_task("take one of 2,000 away", page, lambda: panel.tile("Item 4").click())
    long_task("undo", page, lambda: page.keyboard.press("ControlOrMeta+z"))


def to_the_end(page: Page, move: Callable[[float], None], field: dict[str, float]) -> None:
    """Move back and forth below the edge until the field has scrolled to its end."""
    at_end = """() => {
        const field = document.querySelector('[data-testid=pf-tiles]');
        return field.scrollTop + field.clientHeight >= field.scrollHeight - 2;
    }"""
    turn = 0
    deadline = time.monotonic() + 120
    while not page.evaluate(at_end):
        assert time.monotonic() < deadline, "it does not scroll"
        turn += 1
        move(field["x"] + 20 + (turn * 37) % (field["width"] - 60))


def long_task(name: str, page: Page, action: Callable[[], object]) -> None:
    def act() -> None:
        action()

    found = slowest(page, act)
    figure = f"longest task {found:.0f} ms" if found else "no task over 50 ms"
    tell(name, figure, "< 100")


def large(chromium: Browser, folder: Path) -> None:
    with (
        running_jupyter(folder / "large") as jupyter,
        new_page(chromium, OBSERVE) as page,
    ):
        Api(jupyter).make(NAME, project())
        open_project(page, jupyter.lab_url)
        read_and_type(page)
        scroll_and_paint(page)


# --- JupyterLab's start ---------------------------------------------------------------------------


def starts(chromium: Browser, folder: Path, runs: int) -> None:
    """Start JupyterLab's page in turn with and without the extension."""
    found = Path(sys.prefix) / "share/jupyter/labextensions"
    arguments = {}
    for name in ("with", "without"):
        place = folder / name / "labextensions"
        place.mkdir(parents=True)
        for extension in found.iterdir():
            if name == "with" or extension.name != "promptyflow-lab":
                shutil.copytree(extension.resolve(), place / extension.name)
        enabled = {"promptyflow_server": name == "with"}
        arguments[name] = [
            f"--LabApp.labextensions_path={place}",
            f"--ServerApp.jpserver_extensions={enabled}",
        ]
    with (
        running_jupyter(folder / "with", arguments=arguments["with"]) as ours,
        running_jupyter(folder / "without", arguments=arguments["without"]) as bare,
    ):
        times: dict[str, list[list[float]]] = {"with": [], "without": []}
        for turn in range(runs + 1):
            order = [("with", ours), ("without", bare)]
            for name, jupyter in order if turn % 2 else order[::-1]:
                with new_page(chromium, STARTED) as page:
                    pair = [started(page, jupyter.lab_url)]
                    panel = page.locator('li[data-id="promptyflow-panel"]')
                    expect(panel).to_have_count(1 if name == "with" else 0)
                    pair.append(started(page, jupyter.lab_url))
                    if turn > 0:
                        times[name].append(pair)
        for place, what in enumerate(("first time", "again")):
            pairs = list(zip(times["with"], times["without"], strict=True))
            middle = [median(one[place] for one in times[name]) for name in ("with", "without")]
            difference = median(a[place] - b[place] for a, b in pairs)
            tell(
                f"JupyterLab's page until it can be used, {what}",
                f"{middle[0]:.0f} with, {middle[1]:.0f} ms without",
                f"median of the differences {difference:+.0f} ms, < 50",
            )


def started(page: Page, url: str) -> float:
    page.goto(url)
    page.wait_for_function("() => window.started !== undefined")
    return float(page.evaluate("() => window.started"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--starts", type=int, default=12)
    parser.add_argument("--only", choices=("large", "starts"))
    options = parser.parse_args()
    tell(
        "bundle before the panel is first shown, gzip",
        f"{compressed_at_start():,} bytes",
        "< 61,440",
    )
    tell("bundle in all, gzip", f"{compressed_in_all():,} bytes", "< 256,000")
    with tempfile.TemporaryDirectory() as name, running_chromium() as chromium:
        if options.only != "starts":
            large(chromium, Path(name))
        if options.only != "large":
            starts(chromium, Path(name), options.starts)


if __name__ == "__main__":
    main()
