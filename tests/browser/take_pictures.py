"""Make the pictures of the documentation from the running program.

    python tests/browser/take_pictures.py          # or: make pictures

Walks through all screens of the sample project, with the emulator as an AI provider, and writes
``docs/users/images/<screen>-<theme>.png`` for JupyterLab's light and dark theme.
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
from screens import Walk, world  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import FloatRect

IMAGES = ROOT / "docs/users/images"
SIDE: FloatRect = {"x": 0, "y": 0, "width": 560, "height": 900}


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
            for theme in ("dark", "light"):
                change_theme(walk.page, theme)
                # Beside the side panel there is nothing of ours, except where a dialog lies.
                side = (
                    walk.place is walk.panel
                    and not walk.beside
                    and walk.page.locator("dialog[open]").count() == 0
                )
                file = IMAGES / f"{screen}-{theme}.png"
                picture = walk.page.screenshot(clip=SIDE if side else None)
                # 256 colours are enough for a screen, and a third of the size.
                Image.open(BytesIO(picture)).convert("RGB").quantize(256).save(file, optimize=True)
                sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    main()
