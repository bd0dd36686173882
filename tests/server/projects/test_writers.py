"""Fifty people write in one project at once: nothing is lost, nobody waits for ever."""

from __future__ import annotations

from people import Refused
from writers import Writers

SECONDS = 5.0


async def test_fifty_writers_lose_nothing_and_are_told_of_every_conflict(ann):
    async def patch(operation):
        try:
            return 200, await project.context(operation)
        except Refused as refused:
            told = {"error": refused.code, "details": refused.details}
            return refused.status, told

    async def read():
        return await project.get()

    writers = Writers(patch, read)
    project = await ann.make(writers.document())
    await writers.write(SECONDS)
    await writers.check()
    assert len(writers.confirmed) > 50
    assert writers.refused, "without a clash nothing was tried"
