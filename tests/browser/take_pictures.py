"""Make the pictures of the documentation from the running program.

    python tests/browser/take_pictures.py          # or: make pictures

Walks through all screens of the sample project, with the emulator as an AI provider, and writes
``docs/users/images/<screen>-<theme>.png`` for JupyterLab's light and dark theme; last the one that
the README begins with: the sample project as it is, in a tab.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PIL import Image

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from emulator import running_emulator  # noqa: E402 - found through the line above
from jupyter_process import running_jupyter  # noqa: E402
from lab_browser import Api, Person, change_theme, new_context, running_chromium  # noqa: E402
from screens import MODEL, Walk, world  # noqa: E402
from workbench import Workbench  # noqa: E402

from promptyflow_server.projects.sample import sample_project  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import FloatRect, Page

IMAGES = ROOT / "docs/users/images"
SIDE: FloatRect = {"x": 0, "y": 0, "width": 560, "height": 900}
THEMES = ("dark", "light")


def main() -> None:
    """Take all pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    expose = ["--LabApp.expose_app_in_browser=True"]
    with (
        TemporaryDirectory() as name,
        running_emulator() as emulator,
        running_jupyter(Path(name), arguments=expose) as jupyter,
        running_chromium() as chromium,
        new_context(chromium) as context,
    ):
        person = Person(context, jupyter, IMAGES)
        walk = Walk(person, Api(jupyter), emulator, world("en"))
        for screen in walk.screens():
            take(walk.page, screen, clip_of(walk, screen))
        walk.page.close()
        take(sample_in_a_tab(walk), "workbench", None)


def take(page: Page, screen: str, clip: FloatRect | None) -> None:
    """Keep how a screen looks in both themes."""
    for theme in THEMES:
        change_theme(page, theme)
        file = IMAGES / f"{screen}-{theme}.png"
        image = Image.open(BytesIO(page.screenshot(clip=clip))).convert("RGB")
        # 256 colours are enough for a screen, and a third of the size; those that are rare as well.
        image.quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE).save(
            file, optimize=True
        )
        sys.stdout.write(f"{file}\n")


def clip_of(walk: Walk, screen: str) -> FloatRect | None:
    """Return the part where something of ours is."""
    place, *above = [found for one in walk.shown() if (found := one.bounding_box())]
    if screen.startswith("wide") or place["x"] > SIDE["width"]:
        return None
    # The status bar is below all of it.
    end = place["y"] + place["height"]
    right = max(box["x"] + box["width"] for box in (place, *above) if box["y"] < end)
    if right > SIDE["width"]:
        return None
    return {**SIDE, "width": right + 8}


def sample_in_a_tab(walk: Walk) -> Page:
    """Show the sample project as everybody gets it, with what is selected and an answer."""
    walk.api.make("Bike rentals", sample_project("en").to_dict())
    page: Page = walk.person.open()
    page.set_viewport_size({"width": 1400, "height": 950})
    panel = Workbench(page).open()
    panel.open_project("Bike rentals")
    panel.at("pf-project-menu").click()
    page.get_by_role("menuitem", name="Open in a tab").click()
    tab = Workbench(page, page.locator("#jp-main-dock-panel .pf-Shell"))
    tab.at("pf-prompt-row").first.click()
    page.keyboard.press("ControlOrMeta+b")
    tab.choose_model(MODEL)
    tab.at("pf-send").click()
    tab.has_phase("done")
    page.mouse.move(0, 0)
    return page


if __name__ == "__main__":
    main()
