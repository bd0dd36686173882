"""``jupyter promptyflow`` as an operator runs it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Said:
    """What a command said."""

    code: int
    out: str
    err: str


def run_command(data: Path, *arguments: str, **environment: str) -> Said:
    """Run a command on a data folder, without anything of our own environment's settings."""
    own = {key: value for key, value in os.environ.items() if not key.startswith("PROMPTYFLOW_")}
    command = [sys.executable, "-m", "promptyflow_server.cli", "--data-dir", str(data), *arguments]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env=own | {"LANG": "C.UTF-8"} | environment,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Said(done.returncode, done.stdout, done.stderr)
