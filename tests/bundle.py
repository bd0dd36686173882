"""How many bytes the front end costs, compressed as a proxy would send it."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

BUILT = Path(__file__).parents[1] / "promptyflow_lab/labextension"
_EXPOSED = re.compile(r'"\./(?:extension|style)":\(\)=>(.+?)\.then\(\(\)')


def files_at_start() -> set[str]:
    """Return the files that JupyterLab loads before the panel is first shown."""
    build = json.loads((BUILT / "package.json").read_text(encoding="utf-8"))["jupyterlab"]["_build"]
    entry = BUILT / build["load"]
    loaded = {entry.name}
    for chunks in _EXPOSED.findall(entry.read_text(encoding="utf-8")):
        for number in re.findall(r"\.e\((\d+)\)", chunks):
            (file,) = entry.parent.glob(f"{number}.*.js")
            loaded.add(file.name)
    return loaded


def compressed_at_start() -> int:
    return sum(_compressed(BUILT / "static" / name) for name in files_at_start())


def compressed_in_all() -> int:
    """Return the size of everything that could ever be loaded."""
    return sum(_compressed(file) for file in (BUILT / "static").glob("*.js"))


def _compressed(file: Path) -> int:
    return len(gzip.compress(file.read_bytes()))
