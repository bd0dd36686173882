"""A provider that misbehaves on purpose, byte by byte as a test says, and notes who hung up when.

async with FaultServer() as server:
    server.reply(sse(chunk("Hel"), chunk("lo"), DONE))
    server.reply(status=429, json={"error": {"message": "slow down"}}, headers={...})
    server.reply(sse(chunk("Hel")), CUT)
    server.reply(sse(chunk("Hel")), WAIT)          # silence until the client goes
    ...
    assert server.hung_up_at is not None
"""

from __future__ import annotations

import asyncio
import json as _json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    import ssl


class _Mark:
    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


CUT = _Mark("CUT")
"""The connection is reset."""
WAIT = _Mark("WAIT")
"""Nothing more is sent until the client hangs up."""
DONE = b"data: [DONE]\n\n"


def event(document: Any, name: str | None = None) -> bytes:
    """Return an event with a document as its data."""
    head = "" if name is None else f"event: {name}\n"
    return f"{head}data: {_json.dumps(document, ensure_ascii=False)}\n\n".encode()


def chunk(content: str | None = None, *, finish: str | None = None, **more: Any) -> bytes:
    """Return a chunk of Chat Completions; ``reasoning_content`` and the like go into the delta."""
    delta = {} if content is None else {"content": content}
    choice = {"index": 0, "delta": {**delta, **more}, "finish_reason": finish}
    return event({"object": "chat.completion.chunk", "choices": [choice]})


def usage(prompt: int, completion: int, **details: Any) -> bytes:
    """Return the last chunk of Chat Completions."""
    told = {"prompt_tokens": prompt, "completion_tokens": completion, **details}
    return event({"object": "chat.completion.chunk", "choices": [], "usage": told})


@dataclass
class Received:
    """A request that arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return _json.loads(self.body)


@dataclass
class _Reply:
    parts: tuple[Any, ...]
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    piece: int | None = None


class FaultServer:
    """Listens on a free port of this machine.

    Attributes
    ----------
    requests
        What arrived, oldest first.
    peers
        The connections that were opened.
    hung_up_at
        When a client went away before its answer was complete (``time.monotonic``).
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.requests: list[Received] = []
        self.peers: set[tuple[str, int]] = set()
        self.hung_up_at: float | None = None
        self.hung_up = asyncio.Event()
        self.answering = asyncio.Event()
        self._replies: list[_Reply] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def reply(
        self,
        *parts: Any,
        status: int = 200,
        json: Any = None,
        headers: dict[str, str] | None = None,
        piece: int | None = None,
    ) -> None:
        """Add the answer to the next request; the last one is given to all that follow.

        Parameters
        ----------
        *parts
            Bytes, seconds of silence, `CUT` or `WAIT`. Without one of the two marks at the end,
            the answer ends cleanly.
        piece
            Send so many bytes at a time.
        """
        named = {"content-type": "text/event-stream", **(headers or {})}
        if json is not None:
            parts = (_json.dumps(json).encode(), *parts)
            named = {"content-type": "application/json", **(headers or {})}
        self._replies.append(_Reply(parts, status, named, piece))

    def forget(self) -> None:
        """Forget the requests that arrived and the replies that were prepared."""
        self.requests.clear()
        self._replies.clear()
        self.answering.clear()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._tasks.add(task)
        self.peers.add(writer.get_extra_info("peername")[:2])
        try:
            while await self._answer(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # cancelled by us: asyncio would report the task as failed
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ", 2)
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        raw = dict(line.split(": ", 1) for line in head[1:] if line)
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        named = {name.lower(): value for name, value in raw.items()}
        self.requests.append(Received(method, path, named, body))
        reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        lines = [f"HTTP/1.1 {reply.status} X", "transfer-encoding: chunked"]
        lines += [f"{name}: {value}" for name, value in reply.headers.items()]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.answering.set()
        watch = asyncio.ensure_future(reader.read(1))
        send = asyncio.ensure_future(self._send(reply, writer))
        await asyncio.wait({watch, send}, return_when=asyncio.FIRST_COMPLETED)
        if not send.done():
            self.hung_up_at = time.monotonic()
            self.hung_up.set()
            send.cancel()
            await asyncio.gather(send, return_exceptions=True)
            return False
        complete = not send.exception() and send.result()
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)
        return bool(complete)

    async def _send(self, reply: _Reply, writer: asyncio.StreamWriter) -> bool:
        for part in reply.parts:
            if part is CUT:
                await writer.drain()
                await asyncio.sleep(0.02)  # what was sent shall arrive before the reset
                writer.transport.abort()
                return False
            if part is WAIT:
                await writer.drain()
                await asyncio.Event().wait()
            elif isinstance(part, int | float):
                await asyncio.sleep(part)
            else:
                step = reply.piece or len(part) or 1
                for start in range(0, len(part), step):
                    data = part[start : start + step]
                    writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
                    await writer.drain()
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True


def sse(*events: bytes) -> bytes:
    """Return events as one piece."""
    return b"".join(events)
