"""Reading server-sent events from bytes as they come (WHATWG HTML, section 9.2.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LARGEST_EVENT: Final = 16 * 1024 * 1024
_LARGEST_STRAY: Final = 64 * 1024
_BOM: Final = b"\xef\xbb\xbf"
_CR: Final = 0x0D
_LF: Final = 0x0A


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event: its type, its data, and the id last given."""

    event: str
    data: str
    id: str = ""


class EventTooLarge(ValueError):
    """An event is larger than what is kept for it."""


class EventReader:
    """Takes bytes, cut anywhere, and gives the events that they complete.

    Parameters
    ----------
    largest
        Bytes of one event; more raise `EventTooLarge`.

    Attributes
    ----------
    stray : bytearray
        Lines that are no field of an event, as some servers send their errors: bare JSON.
    """

    def __init__(self, largest: int = LARGEST_EVENT) -> None:
        self._largest = largest
        self._buffer = bytearray()
        self._searched = 0
        self._skip_newline = False
        self._at_start = True
        self._event = ""
        self._id = ""
        self._data: list[str] = []
        self._size = 0
        self.stray = bytearray()

    def feed(self, chunk: bytes) -> list[ServerEvent]:
        """Return the events that end within these bytes."""
        buffer = self._buffer
        buffer += chunk
        if self._at_start and not self._skip_bom():
            return []
        events: list[ServerEvent] = []
        if not self._skip_newline and buffer.find(b"\r", self._searched) < 0:
            self._plain_lines(events)
        else:
            self._any_lines(events)
        self._searched = len(buffer)
        if len(buffer) + self._size > self._largest:
            raise EventTooLarge
        return events

    def _plain_lines(self, events: list[ServerEvent]) -> None:
        """Take the whole lines of a buffer that knows one kind of line end, as nearly all do."""
        last = self._buffer.rfind(b"\n", self._searched)
        if last >= 0:
            lines = bytes(self._buffer[:last]).split(b"\n")
            del self._buffer[: last + 1]
            for line in lines:
                self._line(line, events)

    def _any_lines(self, events: list[ServerEvent]) -> None:
        buffer = self._buffer
        start = 0
        if self._skip_newline and buffer:
            start = int(buffer[0] == _LF)
            self._skip_newline = False
        end = _line_end(buffer, max(self._searched, start))
        while end >= 0:
            self._line(bytes(buffer[start:end]), events)
            start = end + 1
            if buffer[end] == _CR:
                if start == len(buffer):
                    self._skip_newline = True  # the rest of a CR LF may be in the next bytes
                elif buffer[start] == _LF:
                    start += 1
            end = _line_end(buffer, start)
        del buffer[:start]

    def _skip_bom(self) -> bool:
        """Return whether the start is known to be past a byte order mark."""
        if len(self._buffer) < len(_BOM) and _BOM.startswith(self._buffer):
            return False
        if self._buffer.startswith(_BOM):
            del self._buffer[: len(_BOM)]
        self._at_start = False
        return True

    def _line(self, line: bytes, events: list[ServerEvent]) -> None:
        if not line:
            if self._data:
                event = ServerEvent(self._event or "message", "\n".join(self._data), self._id)
                events.append(event)
            self._event = ""
            self._data = []
            self._size = 0
            return
        name, colon, value = line.partition(b":")
        if colon and not name:
            return  # a comment
        text = value.removeprefix(b" ").decode("utf-8", "replace")
        if name == b"data":
            self._data.append(text)
            self._size += len(line)
        elif name == b"event":
            self._event = text
        elif name == b"id":
            if "\0" not in text:
                self._id = text
        elif name != b"retry" and len(self.stray) + len(line) < _LARGEST_STRAY:
            self.stray += line + b"\n"


def _line_end(buffer: bytearray, start: int) -> int:
    newline = buffer.find(b"\n", start)
    carriage = buffer.find(b"\r", start, newline if newline >= 0 else len(buffer))
    return newline if carriage < 0 else carriage
