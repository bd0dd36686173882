"""What was measured: how long each kind of thing took, and what the processes needed for it."""

from __future__ import annotations

import os
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Figures:
    """Times in seconds by kind, and what was noteworthy."""

    times: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    retried: Counter[int] = field(default_factory=Counter)
    sent_again: Counter[int] = field(default_factory=Counter)
    began: float = field(default_factory=time.monotonic)

    def table(self) -> str:
        """Return a line for each kind."""
        passed = time.monotonic() - self.began
        head = ("kind", "number", "a second", "p50 ms", "p95 ms", "p99 ms", "max ms")
        rows = [f"{head[0]:<26}" + "".join(f"{name:>10}" for name in head[1:])]
        for kind, seconds in sorted(self.times.items()):
            ordered = [value * 1000 for value in sorted(seconds)]
            told = [
                ordered[min(len(ordered) - 1, int(len(ordered) * q))] for q in (0.5, 0.95, 0.99)
            ]
            rate = len(ordered) / passed
            row = f"{kind:<26}{len(ordered):>10,}{rate:>10.1f}"
            rows.append(row + "".join(f"{value:>10.0f}" for value in (*told, ordered[-1])))
        return "\n".join(rows)

    def percentile(self, kind: str, share: float) -> float:
        """Return a time of a kind in milliseconds."""
        ordered = sorted(self.times[kind])
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


def memory_mb(pid: int) -> float:
    """Return what a process holds of the memory."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def cpu_seconds(pid: int) -> float:
    """Return the processor's time of a process and of all its children, also those that ended."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    own = sum(int(number) for number in told[11:15]) / _TICKS
    return own + sum(cpu_seconds(int(child)) for child in children)
