"""Somebody with a template library, who talks to the application over the contract."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from promptyflow_server.http.call import Principal
from promptyflow_server.http.exchange import Request
from promptyflow_server.services import build_dispatcher
from promptyflow_server.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from promptyflow_server.http.dispatcher import Dispatcher


class Refused(Exception):
    """An answer that is not a success."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(f"{status} {body}")
        assert set(body) == {"error", "message", "details"}
        self.status = status
        self.code = body["error"]
        self.details = body["details"]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any


@dataclass
class Reader:
    """A signed-in person; each method is one request."""

    dispatcher: Dispatcher
    name: str

    async def send(
        self, method: str, path: str, body: Any = None, query: Any = None, **headers: str
    ) -> Answer:
        request = Request(
            method=method,
            path=f"/api/templates{path}",
            query={name: [str(value)] for name, value in (query or {}).items()},
            headers={name.replace("_", "-"): value for name, value in headers.items()},
            body=b"" if body is None else json.dumps(body).encode(),
            request_id="test",
        )
        principal = Principal("test", self.name, self.name, "jupyter")
        response = await self.dispatcher.answer(request, principal)
        told = json.loads(response.body) if response.body else None
        if response.status >= 400:
            raise Refused(response.status, told)
        return Answer(response.status, response.headers, told)

    async def add(self, name: str, content: str = "", **headers: str) -> Any:
        return (await self.send("POST", "", {"name": name, "content": content}, **headers)).body

    async def get(self, template: Any) -> Any:
        return (await self.send("GET", f"/{template['id']}")).body

    async def change(self, template: Any, **body: Any) -> Any:
        return (await self.send("PATCH", f"/{template['id']}", body)).body

    async def use(self, template: Any, **headers: str) -> Any:
        return (await self.send("POST", f"/{template['id']}/use", **headers)).body

    async def list(self, **query: Any) -> Any:
        return (await self.send("GET", "", query=query)).body

    async def search(self, q: str, **query: Any) -> Any:
        return (await self.send("GET", "/search", query={"q": q, **query})).body

    async def found(self, q: str) -> list[str]:
        """Return the names of what is found, as asked and not as guessed."""
        answer = await self.search(q)
        return [item["name"] for item in answer["items"]] if answer["matched"] == "words" else []


@pytest.fixture
def settings(database_url, tmp_path):
    return Settings(data_dir=tmp_path, database_url=database_url)


@pytest.fixture
async def dispatcher(settings):
    made = build_dispatcher(settings)
    await made.services.database.ready()
    yield made
    await made.services.database.close()


@pytest.fixture
def reader(dispatcher):
    """Return a person by name; each name is another account."""
    return lambda name="ann": Reader(dispatcher, name)


@pytest.fixture
def ann(reader):
    return reader("ann")


@pytest.fixture
def bob(reader):
    return reader("bob")


@pytest.fixture
def refusal():
    """What an awaited request is refused with."""

    async def refused(request: Any) -> Refused:
        with pytest.raises(Refused) as caught:
            await request
        return caught.value

    return refused
