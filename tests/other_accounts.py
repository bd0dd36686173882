"""Running programs as other accounts of this machine, which the interpreter must be in reach of.

An interpreter below root's home is out of their reach. Then each program gets a view of the file
system of its own in which the folders in between let everybody through, and hold nothing else.
"""

from __future__ import annotations

import os
import shlex
import shutil
import stat
import sys
import tempfile
from pathlib import Path

import pytest

ALICE, BOB = 60001, 60002
"""User ids that have no entry in the system's list of users."""

SERVICE = 65534
"""The account of the service: ``nobody``, who runs the tests' PostgreSQL too."""


def need_root() -> None:
    """Fail where we cannot be other accounts: what isolates people would go untested."""
    if os.geteuid() != 0:
        pytest.fail(
            "tests/hub start a JupyterHub whose people have accounts of their own: they need root "
            "(a container, or sudo). Without them nothing shows that people are kept apart."
        )


def as_root(command: list[str]) -> list[str]:
    """Return a command that starts a program whose children may be other accounts."""
    hidden = _hidden()
    if not hidden:
        return command
    keep = Path(tempfile.gettempdir()) / "promptyflow-test-view"
    lines = [f"mkdir -p {keep}"]
    for folder, needed in hidden.items():
        for number, path in enumerate(needed):
            lines += [f"mkdir -p {keep}/{number}", f"mount --bind {path} {keep}/{number}"]
        lines.append(f"mount -t tmpfs -o mode=0711 none {folder}")
        for number, path in enumerate(needed):
            lines += [f"mkdir -m 755 {path}", f"mount --move {keep}/{number} {path}"]
    lines.append(f"exec {shlex.join(command)}")
    return ["unshare", "--mount", "--propagation=private", "sh", "-ec", "\n".join(lines)]


def as_account(uid: int, command: list[str]) -> list[str]:
    """Return a command that runs a program as another account, with none of our groups."""
    account = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", *command]
    return as_root(account)


def _hidden() -> dict[Path, list[Path]]:
    """Return the folders that nobody else may walk through, and what is needed below each."""
    found: dict[Path, list[Path]] = {}
    for program in (sys.executable, shutil.which("node")):
        assert program is not None, "node is missing"
        real = Path(program).resolve()
        for folder in reversed(real.parents):
            if not folder.stat().st_mode & stat.S_IXOTH:
                needed = folder / real.relative_to(folder).parts[0]
                if needed not in found.setdefault(folder, []):
                    found[folder].append(needed)
                break
    return found
