"""Somebody with a template library, who talks to the application over the contract."""

from __future__ import annotations

from typing import Any

import pytest
from people import Answer, Person, Refused


class Reader(Person):
    """A person whose requests are all about templates; each method is one of them."""

    async def send(self, method: str, path: str, *args: Any, **more: Any) -> Answer:
        return await super().send(method, f"/api/templates{path}", *args, **more)

    async def get(self, template: Any) -> Any:
        return (await self.send("GET", f"/{template['id']}")).body

    async def add(self, name: str, content: str = "", **headers: str) -> Any:
        return (await self.send("POST", "", {"name": name, "content": content}, **headers)).body

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
