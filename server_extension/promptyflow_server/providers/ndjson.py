"""Reading JSON documents that come one a line, as Ollama's own API streams them."""

from __future__ import annotations

from typing import Final

from promptyflow_server.providers.sse import LARGEST_EVENT, EventTooLarge, ServerEvent

_MESSAGE: Final = "message"


class LineReader:
    """Takes bytes, cut anywhere, and gives the lines that they complete.

    Parameters
    ----------
    largest
        Bytes of one line; more raise `EventTooLarge`.

    Attributes
    ----------
    stray : bytearray
        Always empty: every line is an event.
    """

    def __init__(self, largest: int = LARGEST_EVENT) -> None:
        self._largest = largest
        self._buffer = bytearray()
        self.stray = bytearray()

    def feed(self, chunk: bytes) -> list[ServerEvent]:
        """Return the lines that end within these bytes."""
        searched = len(self._buffer)
        self._buffer += chunk
        last = self._buffer.rfind(b"\n", searched)
        if last >= 0:
            whole = bytes(self._buffer[:last])
            del self._buffer[: last + 1]
        else:
            whole = b""
        if len(self._buffer) > self._largest:
            raise EventTooLarge
        lines = (line.strip() for line in whole.split(b"\n"))
        return [ServerEvent(_MESSAGE, line.decode("utf-8", "replace")) for line in lines if line]
