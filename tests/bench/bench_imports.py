"""What starting costs: importing the notebook side, and loading the server side at Jupyter's start.

Each figure is the difference between two interpreters started in turn, medians of 15 pairs.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

PAIRS = 15
CASES = {
    "promptyflow_lab, beyond Python": ("pass", "import promptyflow_lab"),
    "promptyflow_lab.domain, beyond Python": ("pass", "import promptyflow_lab.domain"),
    "promptyflow_server.extension, beyond Jupyter's own": (
        "import jupyter_server.serverapp, jupyter_server.extension.application",
        "import jupyter_server.serverapp, promptyflow_server.extension",
    ),
}


def milliseconds(code: str) -> float:
    """Return how long an interpreter takes to run the code, start and end included."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return (time.perf_counter() - begin) * 1000


def main() -> None:
    """Print a line for each case."""
    for name, (without, with_it) in CASES.items():
        milliseconds(without), milliseconds(with_it)  # so that bytecode and files are cached
        differences = [milliseconds(with_it) - milliseconds(without) for _ in range(PAIRS)]
        print(f"{name}: {statistics.median(differences):.1f} ms")  # noqa: T201


if __name__ == "__main__":
    main()
