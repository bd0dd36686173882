"""Where this process stands: its notebook, the folder its server shows, its variables."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path, PurePosixPath
from typing import Any

from . import browser
from .origin import Elsewhere


def notebook_path() -> Path | None:
    """Return the notebook of this kernel, as it is called now; None where it is nobody's."""
    known, root = browser.told(), server_root()
    if known is not None and known.path and root is not None:
        return root / known.path
    return _first_path()


def _first_path() -> Path | None:
    """Return what the notebook was called when the kernel was started."""
    told = os.environ.get("JPY_SESSION_NAME", "")
    return Path(told) if told.endswith(".ipynb") and Path(told).is_absolute() else None


def server_root() -> Path | None:
    """Return the folder that the server of this notebook shows; None where it does not tell."""
    pid = os.environ.get("JPY_PARENT_PID", "")
    if not pid.isdigit():
        return None
    try:
        from jupyter_core.paths import jupyter_runtime_dir
    except ImportError:
        return None
    note = Path(jupyter_runtime_dir()) / f"jpserver-{pid}.json"
    try:
        root = json.loads(note.read_text(encoding="utf-8")).get("root_dir")
    except (OSError, ValueError, AttributeError):
        return None
    return Path(root) if isinstance(root, str) and root else None


def told(path: Path) -> str:
    """Return a path as an address holds it: as the file browser shows it, where it shows it."""
    path = Path(os.path.abspath(path.expanduser()))  # noqa: PTH100 - resolve() would follow links
    root = server_root()
    if root is not None and path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    return str(path)


def found(path: str) -> Path:
    """Return where a path of an address is on this machine.

    Raises
    ------
    Elsewhere
        It is below the folder that a server shows, and this process belongs to none.
    """
    if Path(path).is_absolute() or PurePosixPath(path).is_absolute():
        return Path(path)
    root = server_root()
    if root is None:
        raise Elsewhere(f"{path} is a file that a Jupyter server shows; this process has none.")
    there = root / path
    # It may have got another name since something was taken from it.
    return notebook_path() or there if there == _first_path() else there


def variables() -> dict[str, Any]:
    """Return what the notebook's cells have named; in a script, what the script has."""
    shell = _shell()
    if shell is not None:
        names: dict[str, Any] = shell.user_ns
        return names
    return vars(sys.modules["__main__"])


def _shell() -> Any:  # noqa: ANN401 - IPython's own
    if "IPython" not in sys.modules:
        return None
    from IPython.core.getipython import get_ipython

    return get_ipython()
