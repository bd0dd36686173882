"""How long a person waits for the embedded database: the first time, later, and beside another.

Run ``python tests/bench/bench_embedded.py``; it prints medians in milliseconds.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from promptyflow_server.storage import connecting, migrate
from promptyflow_server.storage.embedded import EmbeddedPostgres


def timed(action, *arguments):
    began = time.perf_counter()
    action(*arguments)
    return (time.perf_counter() - began) * 1000


def one_round(base, figures):
    """Go once through a server's life."""
    server = EmbeddedPostgres(base)
    figures.setdefault("first start (makes the database)", []).append(timed(server.start))
    options = connecting.embedded_options(server.endpoint)
    figures.setdefault("connect", []).append(timed(lambda: psycopg.connect(**options).close()))
    made = timed(migrate.to_this_version, options)
    figures.setdefault("make the schema", []).append(made)
    figures.setdefault("find the schema right", []).append(timed(migrate.to_this_version, options))
    other = EmbeddedPostgres(base)
    figures.setdefault("attach beside another", []).append(timed(other.start))
    figures.setdefault("ask again", []).append(timed(other.start))
    figures.setdefault("leave, others stay", []).append(timed(other.stop))
    figures.setdefault("stop", []).append(timed(server.stop))
    figures.setdefault("start", []).append(timed(server.start))
    server.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    figures: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            one_round(Path(folder, str(number)), figures)
    sys.stdout.write(f"{'':34}{'median':>9}{'max':>9}  ms, {rounds} rounds\n")
    for name, values in figures.items():
        sys.stdout.write(f"{name:34}{statistics.median(values):9.1f}{max(values):9.1f}\n")


if __name__ == "__main__":
    main()
