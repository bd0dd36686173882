"""Many who write in one project at once, and what must be true afterwards."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Patch = Callable[[dict[str, Any]], Awaitable[tuple[int, dict[str, Any]]]]
    Read = Callable[[], Awaitable[dict[str, Any]]]

SHARED = 3
"""Texts that everybody writes in; besides, each writer has one alone."""


@dataclass
class Writers:
    """Writers of a project whose first block has the shared texts, then one for each writer.

    Parameters
    ----------
    patch
        Sends operations on the context, and returns status and answer.
    read
        Returns the project as it is.
    """

    patch: Patch
    read: Read
    count: int = 50
    confirmed: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    answers: Counter[int] = field(default_factory=Counter)
    versions: list[int] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """Return what the project must hold at first."""
        items = [{"id": n, "title": f"I{n}"} for n in range(1, SHARED + self.count + 1)]
        return {"contextBlocks": [{"id": 1, "title": "B", "items": items}]}

    async def write(self, seconds: float) -> None:
        """Write for a while."""
        end = asyncio.get_running_loop().time() + seconds
        async with asyncio.TaskGroup() as group:
            for number in range(self.count):
                group.create_task(self._writer(number, end))

    async def _writer(self, number: int, end: float) -> None:
        chance = random.Random(number)  # noqa: S311 - repeatable, not secret
        seen: dict[int, int] = {}
        turn = 0
        while asyncio.get_running_loop().time() < end:
            turn += 1
            is_shared = chance.random() < 0.5
            item = chance.randint(1, SHARED) if is_shared else SHARED + 1 + number
            token = f"<{number}.{turn}>"
            splice = {"start": 0, "deleteCount": 0, "insert": token}
            named = {"op": "update", "blockId": 1, "itemId": item}
            version = seen.get(item, 1)
            status, answer = await self.patch({**named, "splice": splice, "version": version})
            self.answers[status] += 1
            if status == 200:
                self.confirmed.add(token)
                self.versions.append(answer["version"])
                told = answer["nodes"]
            else:
                assert (status, answer["error"]) == (409, "CONFLICT"), answer
                self.refused.add(token)
                told = answer["details"]["nodes"]
                # What clashed is told as it is now, so that one can go on from there.
                assert [node["version"] > version for node in told if node["itemId"] == item]
                assert all("content" in node for node in told)
            seen |= {node["itemId"]: node["version"] for node in told if "itemId" in node}

    async def check(self) -> None:
        """Assert that all that was confirmed is there, once, and nothing else."""
        project = await self.read()
        (block,) = project["data"]["contextBlocks"]
        written = re.findall(r"<[\d.]+>", "".join(item["content"] for item in block["items"]))
        assert Counter(written) == Counter(self.confirmed)
        assert self.refused.isdisjoint(written)
        assert project["chars"] == sum(map(len, self.confirmed)) == block["chars"]
        assert sorted(self.versions) == list(range(2, project["version"] + 1)), "one by one"
