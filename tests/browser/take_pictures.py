"""Make the pictures of the documentation from the running program.

    python tests/browser/take_pictures.py

Starts JupyterLab with the sample project, sends its prompt to the emulator of an AI provider,
and writes ``docs/images/*.png``: light theme, 1400 by 900.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from emulator import running_emulator  # noqa: E402 - found through the line above
from jupyter_process import running_jupyter  # noqa: E402
from lab_browser import Api, Person, new_context, running_chromium  # noqa: E402
from playwright.sync_api import expect  # noqa: E402
from workbench import Workbench  # noqa: E402

from promptyflow_server.projects.sample import sample_name  # noqa: E402

if TYPE_CHECKING:
    from emulator import Emulator
    from playwright.sync_api import Page

IMAGES = ROOT / "docs" / "images"
MODEL = "openai-compatible/gpt-4o"
ANSWER = """## When the city rides

On working days rentals peak twice, **at 8 and at 17–18 o'clock**: people ride to work and home.
At weekends there is one broad hill **around 14 o'clock**.

| weather | what happens to rentals |
|---|---|
| warmer, up to 0.75 of the scale | they rise |
| hotter than that | they fall |
| humidity above 0.85 | they halve |

**Missing:** rentals by district, and how many bikes stood empty at 8.
"""


def main() -> None:
    """Take all pictures."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        data = folder / "data"
        command = [sys.executable, "-m", "promptyflow_server.cli", "--data-dir", str(data)]
        subprocess.run([*command, "sample", "--language", "en"], check=True, cwd=folder)
        with (
            running_emulator() as emulator,
            running_jupyter(folder / "jupyter", data=data) as jupyter,
            running_chromium() as chromium,
            new_context(chromium) as context,
        ):
            prepare(emulator, Api(jupyter))
            person = Person(context, jupyter, IMAGES)
            page = person.open()
            show_the_answer(page)
            sys.stdout.write(f"{person.picture(page, 'workbench')}\n")
            person.leave()


def prepare(emulator: Emulator, api: Api) -> None:
    """Let there be a model that answers the sample prompt."""
    emulator.answer("Write a summary", ANSWER, latency=40, chunkSize=24)
    api.connect(emulator.base_url)


def show_the_answer(page: Page) -> None:
    """Open the workbench in a tab, send the first prompt, and read its answer."""
    page.locator(".jp-LauncherCard", has_text="PromptyFlow").click()
    tab = Workbench(page, page.locator("#jp-main-dock-panel .pf-Shell"))
    tab.open_project(sample_name("en"))
    page.get_by_role("tab", name="Launcher").locator(".lm-TabBar-tabCloseIcon").click()
    page.keyboard.press("ControlOrMeta+b")  # the workbench alone
    expect(page.locator("#jp-left-stack")).to_be_hidden()
    tab.at("pf-prompt-row").first.click()
    tab.choose_model(MODEL)
    tab.at("pf-preview-text").wait_for()
    tab.at("pf-send").click()
    tab.has_phase("done")
    tab.is_saved()
    page.mouse.move(700, 700)


if __name__ == "__main__":
    main()
