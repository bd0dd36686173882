"""Somebody who talks to the application over the contract, without a web server in between."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from promptyflow_server.http.call import Principal
from promptyflow_server.http.exchange import Request

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
        self.message = body["message"]
        self.details = body["details"]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any
    content: bytes

    @property
    def size(self) -> int:
        return len(self.content)


def _json(body: Any) -> bytes:
    try:
        return json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # a lone surrogate, which only an escape can name
        return json.dumps(body).encode()


@dataclass
class Person:
    """A signed-in person; each method is one request."""

    dispatcher: Dispatcher
    name: str
    headers: dict[str, str] = field(default_factory=dict)
    groups: frozenset[str] = frozenset()

    async def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        query: Mapping[str, Any] | None = None,
        **headers: str,
    ) -> Answer:
        """Send; `query` is for values that a path cannot hold as they are."""
        path, _, told_in_path = path.partition("?")
        arguments = {name: str(value) for name, value in (query or {}).items()}
        if told_in_path:
            arguments |= dict(pair.split("=", 1) for pair in told_in_path.split("&"))
        if raw is None:
            raw = b"" if body is None else _json(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request(
            method=method,
            path=path,
            query={name: [value] for name, value in arguments.items()},
            headers=self.headers | named,
            body=raw,
            request_id="test",
        )
        principal = Principal("test", self.name, self.name, "jupyter", groups=self.groups)
        # In a context of its own, as every request has one: what a test does next is its own.
        response = await asyncio.create_task(self.dispatcher.answer(request, principal))
        if response.events is not None:
            return Answer(response.status, response.headers, response.events, b"")
        content = response.body
        if response.chunks is not None:
            content = b"".join([chunk async for chunk in response.chunks])
        is_json = response.headers.get("Content-Type", "").startswith("application/json")
        told = json.loads(response.body) if response.body and is_json else None
        if response.status >= 400:
            raise Refused(response.status, told)
        return Answer(response.status, response.headers, told, content)

    async def get(self, path: str) -> Any:
        return (await self.send("GET", path)).body

    async def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return (await self.send("POST", path, body, **headers)).body

    async def patch(self, path: str, body: Any, **headers: str) -> Any:
        return (await self.send("PATCH", path, body, **headers)).body

    async def delete(self, path: str, **headers: str) -> None:
        await self.send("DELETE", path, **headers)

    async def make(self, data: Any = None, name: str = "Test") -> Project:
        body = {"name": name} if data is None else {"name": name, "data": data}
        return Project(self, (await self.post("/api/projects", body))["id"])


@dataclass
class Project:
    """A project as its owner, or somebody else, works with it."""

    person: Person
    id: str

    @property
    def path(self) -> str:
        return f"/api/projects/{self.id}"

    def seen_by(self, person: Person) -> Project:
        return replace(self, person=person)

    async def share(self, *, role: str = "view", **whom: str) -> Any:
        """Share it with a ``user`` or a ``group``."""
        return await self.person.post(f"{self.path}/shares", {**whom, "role": role})

    async def get(self, contents: str = "all") -> Any:
        return await self.person.get(f"{self.path}?contents={contents}")

    async def data(self) -> Any:
        return (await self.get())["data"]

    async def context(self, *operations: Any, **headers: str) -> Any:
        body = {"operations": list(operations)}
        return await self.person.patch(f"{self.path}/context-blocks", body, **headers)

    async def prompts(self, *operations: Any, **headers: str) -> Any:
        body = {"operations": list(operations)}
        return await self.person.patch(f"{self.path}/prompt-blocks", body, **headers)

    async def node(self, block: int, item: int, sub: int | None = None) -> Any:
        rest = "" if sub is None else f"/sub-items/{sub}"
        return await self.person.get(f"{self.path}/context-blocks/{block}/items/{item}{rest}")

    async def compile(self, prompt: int, **more: Any) -> Any:
        body = {"promptBlockId": prompt, **more}
        return await self.person.post(f"{self.path}/prompt-blocks/compile", body)
