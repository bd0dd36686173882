"""The least of HTTP/1.1 and event streams: hundreds of people fit into one process."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_LARGEST_LINE = 2**22


class Broken(Exception):
    """The connection ended before the answer did."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class StreamEvent:
    name: str
    id: str
    data: dict[str, Any]


@dataclass
class Connection:
    """One connection to one server, used for one request after another."""

    port: int
    _reader: asyncio.StreamReader | None = field(default=None, repr=False)
    _writer: asyncio.StreamWriter | None = field(default=None, repr=False)

    async def ask(
        self, method: str, path: str, headers: dict[str, str], body: bytes = b""
    ) -> Answer:
        """Return the whole answer.

        Raises
        ------
        Broken
            None came, or not all of it.
        """
        try:
            status, told = await self._begin(method, path, headers, body)
            content = b"".join([part async for part in self._parts(told)])
        except (OSError, EOFError) as error:
            self.close()
            raise Broken from error
        if told.get("connection") == "close":
            self.close()
        return Answer(status, told, content)

    async def follow(
        self, method: str, path: str, headers: dict[str, str], body: bytes = b""
    ) -> AsyncIterator[StreamEvent]:
        """Yield the events of a stream; the connection serves nothing else afterwards."""
        waiting = b""
        try:
            status, told = await self._begin(method, path, headers, body)
            if status == 503:
                raise Broken
            if status != 200:
                content = b"".join([part async for part in self._parts(told)])
                raise AssertionError(f"{method} {path}: {status} {content[:300]!r}")
            async for part in self._parts(told):
                *whole, waiting = (waiting + part).split(b"\n\n")
                for block in whole:
                    event = _event(block)
                    if event is not None:
                        yield event
        except (OSError, EOFError) as error:
            raise Broken from error
        finally:
            self.close()

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._reader = self._writer = None

    async def _begin(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str]]:
        if self._reader is not None and self._reader.at_eof():
            self.close()  # the server hung up while nothing was asked
        if self._reader is None or self._writer is None:
            opened = await asyncio.open_connection("127.0.0.1", self.port, limit=_LARGEST_LINE)
            self._reader, self._writer = opened
        told = {"Host": "127.0.0.1", "Content-Length": str(len(body)), **headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        self._writer.write(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body)
        raw = await self._reader.readuntil(b"\r\n\r\n")
        first, *lines = raw.decode("latin-1").strip().split("\r\n")
        pairs = (line.partition(": ") for line in lines)
        return int(first.split(" ", 2)[1]), {name.lower(): value for name, _, value in pairs}

    async def _parts(self, headers: dict[str, str]) -> AsyncIterator[bytes]:
        assert self._reader is not None
        if "chunked" not in headers.get("transfer-encoding", ""):
            yield await self._reader.readexactly(int(headers.get("content-length", "0")))
            return
        while size := int(await self._reader.readuntil(b"\r\n"), 16):
            yield (await self._reader.readexactly(size + 2))[:-2]
        await self._reader.readexactly(2)


def _event(block: bytes) -> StreamEvent | None:
    """Return the event of a block of lines; None for a comment."""
    pairs = (line.partition(": ") for line in block.decode().splitlines())
    told = {name: value for name, _, value in pairs}
    if "data" not in told:
        return None
    return StreamEvent(told.get("event", ""), told.get("id", ""), json.loads(told["data"]))
