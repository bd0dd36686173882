"""Servers on data folders, and people with something in them."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from people import Person

from promptyflow_server.services import build_dispatcher
from promptyflow_server.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from promptyflow_server.http.dispatcher import Dispatcher

ODD = "\ufeffa\tb\r\nc\\N\\.\n'\";--\u2028🙂 ё\x01</x> {{y}}\n\\.\n"
"""Whatever a dump could stumble over."""


@dataclass
class Work:
    """What somebody keeps, as the API tells it."""

    person: Person

    async def fill(self, projects: int) -> None:
        for number in range(projects):
            project = await self.person.make(name=f"{self.person.name} {number}")
            await project.context(
                {"op": "addBlock", "title": ODD.strip()[:50].replace("\r\n", " ")}
            )
            for text in (ODD, "", "long " * 20_000):
                await project.context({"op": "addItem", "blockId": 1, "content": text})
            add = {"op": "addSubItem", "blockId": 1, "itemId": 2, "content": ODD * 2}
            await project.context(add)
            await project.prompts({"op": "addPrompt", "title": "p", "template": "{{context}}"})
            chosen = [{"blockId": 1, "itemId": 1}]
            await project.prompts({"op": "select", "promptBlockId": 1, "selectedContext": chosen})
        await self.person.post("/api/templates", {"name": "t", "content": ODD})

    async def everything(self) -> dict[str, Any]:
        """Return the export of every project, and what else there is."""
        told: dict[str, Any] = {}
        for summary in (await self.person.get("/api/projects?limit=200"))["items"]:
            answer = await self.person.send("GET", f"/api/projects/{summary['id']}/export")
            body = dict(answer.body)
            body.pop("exportedAt", None)
            told[summary["id"]] = body
            told[f"history {summary['id']}"] = summary
        told["templates"] = (await self.person.get("/api/templates"))["items"]
        profile = await self.person.get("/api/user")
        told["user"] = profile
        return told


@pytest.fixture
def work():
    return Work


@pytest.fixture
def server():
    """Return what runs a server on a data folder, as a context."""

    @asynccontextmanager
    async def running(data: Path, **settings: Any) -> AsyncIterator[Dispatcher]:
        dispatcher = build_dispatcher(Settings(data_dir=data, **settings))
        await dispatcher.services.start()
        try:
            yield dispatcher
        finally:
            await dispatcher.services.close()

    return running
