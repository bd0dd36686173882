"""Somebody at work: writes, reads, searches, asks a model; and notes what was confirmed."""

from __future__ import annotations

import asyncio
import json
import random
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from load.wire import Answer, Broken, Connection, StreamEvent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from load.figures import Figures

ITEMS = 20
WORDS = ("letter", "contract", "summary", "письмо", "договор", "отчёт", "summ", "дого")
SHARES = {"save": 0.45, "read": 0.3, "search": 0.15, "send": 0.1}
"""How often somebody does what. A panel saves while one types; the rest is looking around."""
_STREAM_SECONDS = 90.0


class Balance:
    """Two servers behind one address: a connection goes to one's own unless it is down.

    What a balancer in front of the service does: it asks each for its health, and takes one out
    as soon as a connection to it fails.
    """

    def __init__(self, ports: list[int], prefix: str) -> None:
        self.ports = ports
        self.prefix = prefix
        self._down: set[int] = set()

    def port_for(self, number: int) -> int:
        up = [port for port in self.ports if port not in self._down] or self.ports
        own = self.ports[number % len(self.ports)]
        return own if own in up else up[number % len(up)]

    def fails(self, port: int) -> None:
        self._down.add(port)

    async def watch(self) -> None:
        while True:
            await asyncio.sleep(1)
            for port in self.ports:
                (self._down.discard if await self._answers(port) else self._down.add)(port)

    async def _answers(self, port: int) -> bool:
        line = Connection(port)
        try:
            return (await line.ask("GET", f"{self.prefix}/health", {})).status == 200
        except Broken:
            return False
        finally:
            line.close()


@dataclass
class User:
    """One of many.

    Parameters
    ----------
    number
        Which.
    token
        What opens the API for them.
    pause
        Seconds between two things that they do, in the mean.
    """

    number: int
    token: str
    balance: Balance
    figures: Figures
    pause: float
    confirmed: set[str] = field(default_factory=set)
    project: str = ""
    _versions: dict[int, int] = field(default_factory=dict)
    _lines: dict[int, Connection] = field(default_factory=dict)
    _turn: int = 0
    chance: random.Random = field(default_factory=random.Random)

    async def settle(self, templates: bytes) -> None:
        """Make what they work with: a project with texts, and a library."""
        self.chance.seed(self.number)
        text = "Ein Satz about a contract. Письмо о договоре. " * 40
        items = [{"id": n, "title": f"I{n}", "content": text} for n in range(1, ITEMS + 1)]
        chosen = [{"blockId": 1, "itemId": n, "order": n} for n in range(1, 4)]
        prompt = {"id": 1, "title": "P", "template": "{{context}}", "selectedContext": chosen}
        data = {
            "contextBlocks": [{"id": 1, "title": "B", "items": items}],
            "promptBlocks": [prompt],
        }
        made = await self.ask("POST", "/api/projects", {"name": "Load", "data": data})
        self.project = f"/api/projects/{made['id']}"
        zipped = {"Content-Type": "application/zip"}
        await self.ask("POST", "/api/templates/import?filename=t.zip", raw=templates, more=zipped)

    async def live(self, over: asyncio.Event) -> None:
        """Work until it is over, with a panel open that hears of changes."""
        panel = asyncio.create_task(self._hear())
        kinds, shares = list(SHARES), list(SHARES.values())
        try:
            while not over.is_set():
                wait = self.chance.expovariate(1 / self.pause)
                try:
                    await asyncio.wait_for(over.wait(), wait)
                except TimeoutError:
                    (kind,) = self.chance.choices(kinds, shares)
                    await self._do(kind)
        finally:
            panel.cancel()
            await asyncio.gather(panel, return_exceptions=True)
            self.leave()

    def leave(self) -> None:
        """Close all connections."""
        for line in self._lines.values():
            line.close()

    async def check(self) -> list[str]:
        """Return what was confirmed and is not there, or is there twice."""
        whole = await self.ask("GET", self.project)
        self.leave()
        (block,) = whole["data"]["contextBlocks"]
        text = "".join(item["content"] for item in block["items"])
        return [token for token in self.confirmed if text.count(token) != 1]

    async def _do(self, kind: str) -> None:
        actions: dict[str, Callable[[], Awaitable[Any]]] = {
            "save": self._save,
            "read": self._read,
            "search": self._search,
            "send": self._send,
        }
        try:
            await actions[kind]()
        except (AssertionError, Broken, TimeoutError) as error:
            self.figures.errors.append(f"{kind}: {type(error).__name__} {error}"[:400])

    async def _save(self) -> None:
        self._turn += 1
        item = self._turn // 10 % ITEMS + 1  # one types for a while at one place
        token = f"<{self.number}.{self._turn}>"
        update = {
            "op": "update",
            "blockId": 1,
            "itemId": item,
            "splice": {"start": 0, "deleteCount": 0, "insert": token},
            "version": self._versions.get(item, 1),
        }
        path = f"{self.project}/context-blocks"
        told = await self.ask("PATCH", path, {"operations": [update]}, kind="save")
        self.confirmed.add(token)
        nodes = [node for node in told["nodes"] if "itemId" in node]
        self._versions |= {node["itemId"]: node["version"] for node in nodes}

    async def _read(self) -> None:
        what = self.chance.randrange(4)
        item = self.chance.randint(1, ITEMS)
        if what == 0:
            await self.ask("GET", "/api/projects", kind="read: list")
        elif what == 1:
            await self.ask("GET", f"{self.project}?contents=none", kind="read: outline")
        elif what == 2:
            path = f"{self.project}/context-blocks/1/items/{item}"
            await self.ask("GET", path, kind="read: text")
        else:
            path = f"{self.project}/prompt-blocks/compile"
            await self.ask("POST", path, {"promptBlockId": 1}, kind="read: compiled")

    async def _search(self) -> None:
        word = self.chance.choice(WORDS)
        quoted = "".join(f"%{byte:02X}" for byte in word.encode())
        if self.chance.random() < 0.7:
            await self.ask("GET", f"/api/templates/search?q={quoted}", kind="search: templates")
        else:
            await self.ask("GET", f"{self.project}/search?q={quoted}", kind="search: project")

    async def _send(self) -> None:
        """Ask a model; where the answer breaks off with its server, ask once more."""
        for attempt in (1, 2):
            if await self._answer():
                return
            self.figures.sent_again[self.number] += 1
            assert attempt == 1, "an answer broke off twice"

    async def _answer(self) -> bool:
        """Return whether a whole answer came."""
        body = {
            "provider": "openai-compatible",
            "model": "m",
            "stream": True,
            "messages": [{"role": "user", "content": "long"}],
        }
        began, expected, run = time.monotonic(), 0, ""
        async with asyncio.timeout(_STREAM_SECONDS):
            async for event in self._events(body):
                if event.name == "start":
                    run = run or event.data["runId"]
                    assert run == event.data["runId"]
                elif event.name == "delta":
                    now = time.monotonic()
                    if expected == 0:
                        self.figures.times["stream: first word"].append(now - began)
                    for part in event.data["text"].split():
                        number, _, sent = part.partition("@")
                        assert int(number) == expected, "lost or out of order"
                        expected += 1
                        self.figures.times["stream: late by"].append(now - float(sent))
                elif event.name in {"done", "error"}:
                    is_whole = event.name == "done"
                    assert is_whole or event.data["details"]["kind"] == "stopped", event.data
                    return is_whole
        raise AssertionError("the stream ended without an end")

    async def _events(self, body: dict[str, Any]) -> AsyncIterator[StreamEvent]:
        """Yield the events of a run; after a lost connection go on behind the last one."""
        run, last = "", ""
        key = {"Idempotency-Key": str(uuid4())}
        lost = 0
        while True:
            port = self.balance.port_for(self.number)
            line = Connection(port)
            try:
                if run:
                    more = {"Last-Event-ID": last}
                    events = line.follow(
                        "GET", self._at(f"/ai/runs/{run}/events"), self._head(more)
                    )
                else:
                    path = self._at("/ai/send")
                    content = json.dumps(body).encode()
                    events = line.follow("POST", path, self._head(key), content)
                async for event in events:
                    last, run = event.id or last, run or event.data.get("runId", "")
                    yield event
            except Broken:
                self._retry(port)
                lost += 1
                assert lost == 1, "a stream was lost twice"
            else:
                return

    async def _hear(self) -> None:
        """Keep the stream of changes open, as a panel does."""
        last = ""
        while True:
            port = self.balance.port_for(self.number)
            more = {"Last-Event-ID": last} if last else {}
            try:
                line = Connection(port)
                async for event in line.follow("GET", self._at("/api/events"), self._head(more)):
                    last = event.id
            except Broken:
                self.balance.fails(port)
            except AssertionError as error:
                self.figures.errors.append(f"events: {error}")
            await asyncio.sleep(self.chance.uniform(0.1, 1))

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes = b"",
        kind: str = "",
        more: dict[str, str] | None = None,
    ) -> Any:
        """Ask; if the connection breaks or the server stops, once more at the other one.

        So do the panel and every proxy in front of the service.
        """
        content = raw if body is None else json.dumps(body, ensure_ascii=False).encode()
        key = {} if method == "GET" else {"Idempotency-Key": str(uuid4())}
        headers = self._head({**key, **(more or {})})
        began = time.monotonic()
        port = self.balance.port_for(self.number)
        answer: Answer | None = None
        with suppress(Broken):
            answer = await self._line(port).ask(method, self._at(path), headers, content)
        if answer is None or answer.status == 503:  # gone, or about to go
            self._retry(port)
            other = self._line(self.balance.port_for(self.number))
            answer = await other.ask(method, self._at(path), headers, content)
        assert answer.status in {200, 201}, (
            f"{method} {path}: {answer.status} {answer.body[:200]!r}"
        )
        if kind:
            self.figures.times[kind].append(time.monotonic() - began)
        return answer.json()

    def _retry(self, port: int) -> None:
        self.balance.fails(port)
        self.figures.retried[self.number] += 1

    def _line(self, port: int) -> Connection:
        return self._lines.setdefault(port, Connection(port))

    def _at(self, path: str) -> str:
        return self.balance.prefix + path

    def _head(self, more: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", **more}
