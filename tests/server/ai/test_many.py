"""Many answers at once: each reader gets its own, whole and in order."""

from __future__ import annotations

import asyncio

from fault_server import DONE, chunk, sse

from promptyflow_server.settings import RateLimitSettings

RUNS = 80
PIECES = 25


async def test_many_answers_at_once_lose_nothing_and_refuse_nobody(servers, person, faults):
    unlimited = RateLimitSettings(requests=10_000, sends=10_000)
    ann = person(await servers.start(rate_limits=unlimited), "ann")
    await ann.set_up(faults.url)
    faults.forget()
    pieces = [part for number in range(PIECES) for part in (chunk(f"{number} "), 0.02)]
    faults.reply(*pieces, sse(chunk(finish="stop"), DONE))

    async def read() -> tuple[str, list[str]]:
        answer = await ann.send()
        assert answer.status == 200, answer.body
        texts, names = [], []
        async for event in answer.events:
            names.append(event.name)
            if event.name == "delta":
                texts.append(event.data["text"])
        return "".join(texts), names

    found = await asyncio.gather(*(read() for _ in range(RUNS)))
    whole = "".join(f"{number} " for number in range(PIECES))
    assert [text for text, _ in found] == [whole] * RUNS
    assert {(names[0], names[-1]) for _, names in found} == {("start", "done")}
    runs = (await ann.get(f"/ai/runs?limit={RUNS}"))["items"]
    assert len(runs) == RUNS
    assert {run["status"] for run in runs} == {"done"}
