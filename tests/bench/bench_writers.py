"""Fifty writers on one project for a minute, over HTTP on a service of its own.

    .venv/bin/python tests/bench/bench_writers.py [seconds]

Ends with an error if anything that was confirmed is lost, or a conflict was not told.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parent.parent))

from service_process import ServiceProcess, running_service
from writers import Writers


async def run(service: ServiceProcess, seconds: float) -> None:
    headers = {"Authorization": f"Bearer {service.token('alice')}"}
    limits = httpx.Limits(max_connections=50)
    async with httpx.AsyncClient(
        base_url=service.url, headers=headers, timeout=60, limits=limits
    ) as http:
        times: list[float] = []
        path = ""

        async def patch(operation: dict[str, Any]) -> tuple[int, dict[str, Any]]:
            began = perf_counter()
            answer = await http.patch(f"{path}/context-blocks", json={"operations": [operation]})
            times.append(perf_counter() - began)
            return answer.status_code, answer.json()

        async def read() -> dict[str, Any]:
            whole: dict[str, Any] = (await http.get(path)).json()
            return whole

        writers = Writers(patch, read)
        body = {"name": "Writers", "data": writers.document()}
        path = f"/api/projects/{(await http.post('/api/projects', json=body)).json()['id']}"
        await writers.write(seconds)
        await writers.check()
        times.sort()
        half, most = times[len(times) // 2] * 1000, times[len(times) * 95 // 100] * 1000
        print(  # noqa: T201
            f"{writers.count} writers, {seconds:.0f} s: {len(writers.confirmed):,} saved, "
            f"{len(writers.refused):,} told of a conflict, none lost; "
            f"median {half:.0f} ms, p95 {most:.0f} ms"
        )


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "service.log"
        with running_service(Path(folder) / "data", log) as service:
            asyncio.run(run(service, seconds))


if __name__ == "__main__":
    main()
