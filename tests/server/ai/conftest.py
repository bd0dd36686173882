"""People who send to models, over the contract and without a web server in between."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fault_server import FaultServer

from promptyflow_server.http.call import Principal
from promptyflow_server.http.exchange import Request
from promptyflow_server.settings import ProviderSettings, Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from promptyflow_server.http.dispatcher import Dispatcher
    from promptyflow_server.http.models import Event

KEY = "pf-planted-Key_0123456789.abcdefg"
COMPATIBLE = "openai-compatible"


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: dict[str, str]
    events: AsyncIterator[Event] | None = None

    async def all(self) -> list[Event]:
        return [event async for event in self.events]


@dataclass(frozen=True)
class Person:
    """A signed-in person; each call is one request."""

    dispatcher: Dispatcher
    name: str
    language: str = "en"

    async def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        path, _, query = path.partition("?")
        arguments = dict(pair.split("=", 1) for pair in query.split("&")) if query else {}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request(
            method=method,
            path=path,
            query={name: [value] for name, value in arguments.items()},
            headers={"accept-language": self.language, **named},
            body=b"" if body is None else json.dumps(body, ensure_ascii=False).encode(),
            request_id="test",
        )
        answering = self.dispatcher.answer(
            request, Principal("test", self.name, self.name, "jupyter")
        )
        # In a context of its own, as every request has one.
        response = await asyncio.create_task(answering)
        told = json.loads(response.body) if response.body else None
        return Answer(response.status, told, response.headers, response.events)

    async def get(self, path: str) -> Any:
        answer = await self("GET", path)
        assert answer.status == 200, answer.body
        return answer.body

    async def set_up(self, url: str, key: str | None = KEY) -> Any:
        """Set up the compatible server at this address."""
        answer = await self("POST", KEYS, {"baseUrl": url, "apiKey": key or ""})
        assert answer.status == 200, answer.body
        return answer.body

    async def send(self, content: str = "hi", **more: Any) -> Answer:
        body = {"provider": COMPATIBLE, "model": "m", "stream": True, **more}
        if not {"projectId", "repeat"} & body.keys():
            body["messages"] = [{"role": "user", "content": content}]
        headers = body.pop("headers", {})
        return await self("POST", "/ai/send", body, **headers)

    async def run(self, run_id: str) -> Any:
        return await self.get(f"/ai/runs/{run_id}")

    async def run_when(self, run_id: str, status: str, seconds: float = 5) -> Any:
        """Return the run once it stands so."""
        async with asyncio.timeout(seconds):
            while (run := await self.run(run_id))["status"] != status:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        return run


KEYS = f"/api/user/api-keys/{COMPATIBLE}"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    patience = ProviderSettings(
        connect_seconds=2, first_byte_seconds=3, total_seconds=20, trust_env=False
    )
    return Settings(data_dir=tmp_path, database_url=database_url, providers=patience)


@pytest.fixture
async def dispatcher(servers):
    return await servers.start()


@pytest.fixture
def ann(dispatcher):
    return Person(dispatcher, "ann")


@pytest.fixture
def bob(dispatcher):
    return Person(dispatcher, "bob")


@pytest.fixture
def person():
    return Person


@pytest.fixture
async def faults():
    """A provider under our control; its list of models is told first."""
    async with FaultServer() as server:
        server.reply(json={"object": "list", "data": [{"id": "m"}]})
        yield server


@pytest.fixture
async def ready(ann, faults):
    """Ann, set up with the provider under our control."""
    await ann.set_up(faults.url)
    faults.forget()
    return ann


@pytest.fixture
def key():
    return KEY
