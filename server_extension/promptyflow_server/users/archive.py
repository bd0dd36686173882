"""A zip that is written while it is sent: no more of it in memory than one file."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any, Final

_UNSAFE: Final = re.compile(r"[^\w .-]+")
_LONGEST: Final = 60


class _Sink(io.RawIOBase):
    """What a zip is written to: keeps what has not been taken yet, and cannot go back."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401 - any buffer
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        """Return what was written since the last time."""
        taken, self._parts = b"".join(self._parts), []
        return taken


class Archive:
    """A zip in the making; every method returns the bytes to be sent next."""

    def __init__(self) -> None:
        self._sink = _Sink()
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED)

    def add(self, name: str, content: bytes | str) -> bytes:
        """Add a file."""
        self._zip.writestr(name, content)
        return self._sink.take()

    def add_json(self, name: str, content: object) -> bytes:
        """Add a file of JSON; what JSON does not know is written as text."""
        return self.add(name, json.dumps(content, ensure_ascii=False, indent=1, default=str))

    def close(self) -> bytes:
        """Write the list of files."""
        self._zip.close()
        return self._sink.take()


def file_name(title: str, own_id: object, ending: str) -> str:
    """Return the name of a file that any system takes, and that no other has.

    >>> file_name("Обзор: a/b", "0190a1b2-0000-7000-8000-00000000abcd", "md")
    'Обзор a b 00000000abcd.md'
    """
    plain = " ".join(_UNSAFE.sub(" ", title).split())[:_LONGEST].strip(" .")
    return f"{plain} {str(own_id).rpartition('-')[2]}.{ending}".strip()
