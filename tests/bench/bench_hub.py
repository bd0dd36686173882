"""What the way through a Hub costs: the same request past the proxy, through it, and by a server.

Needs root, as tests/hub does. Rounds of all three in turn, medians.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

sys.path.insert(0, str(Path(__file__).parents[1]))

from hub_process import running_hub, service_of
from other_accounts import ALICE, need_root
from postgres_process import PostgresProcess, short_folder

if TYPE_CHECKING:
    from hub_process import Hub

ROUNDS = 300
NEW_TOKENS = 60


def milliseconds(client: httpx.Client, path: str = "/api/user") -> float:
    """Return how long one request takes."""
    began = time.perf_counter()
    client.get(path).raise_for_status()
    return (time.perf_counter() - began) * 1000


def ways(hub: Hub) -> None:
    """Compare the ways of one person's request, once the token is known."""
    alice = hub.start("alice")
    roots = {
        "past the proxy": hub.direct,
        "through the proxy": hub.service,
        "by the person's own server": f"{alice.url}promptyflow",
    }
    headers = {"Authorization": f"token {alice.token}"}
    clients = {
        name: httpx.Client(base_url=root, headers=headers, timeout=60)
        for name, root in roots.items()
    }
    seen: dict[str, list[float]] = {name: [] for name in roots}
    for _ in range(ROUNDS):
        for name, client in clients.items():
            seen[name].append(milliseconds(client))
    for name, client in clients.items():
        client.close()
        warm = sorted(seen[name][20:])
        p95 = warm[int(len(warm) * 0.95)]
        print(f"{name}: median {statistics.median(warm):.1f} ms, p95 {p95:.1f} ms")  # noqa: T201


def first_visits(hub: Hub) -> None:
    """Tell what a token costs that the service does not know."""
    tokens = [hub.new_token("alice")["token"] for _ in range(NEW_TOKENS)]
    firsts, seconds = [], []
    with httpx.Client(base_url=hub.direct, timeout=60) as client:
        for token in tokens:
            client.headers["Authorization"] = f"token {token}"
            firsts.append(milliseconds(client))
            seconds.append(milliseconds(client))
    difference = statistics.median(firsts) - statistics.median(seconds)
    print(f"an unknown token: {difference:.1f} ms more (two questions to the Hub)")  # noqa: T201


def main() -> None:
    """Print the figures."""
    need_root()
    with (
        short_folder() as data,
        PostgresProcess(data).create() as database,
        short_folder() as folder,
        running_hub(folder, {"alice": ALICE}, ["alice"], database.url) as hub,
    ):
        service = service_of(hub, database.url)
        service.start()
        try:
            ways(hub)
            first_visits(hub)
        finally:
            service.stop()


if __name__ == "__main__":
    main()
