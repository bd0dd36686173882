"""Where a text can be taken from, as often as one likes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

from promptyflow_lab.domain import Source

if TYPE_CHECKING:
    from promptyflow_lab.domain.reference import Reference
    from promptyflow_lab.domain.source import SourceKind


class Gone(Exception):
    """What a text was taken from does not exist any more, or nothing can be read of it."""


class Elsewhere(Exception):
    """What a text was taken from cannot be reached from here, but may well exist."""


class Origin(Protocol):
    """Something that a text can be taken from."""

    @property
    def kind(self) -> SourceKind:
        """What sort of thing it is."""

    @property
    def reference(self) -> Reference:
        """Its address."""

    @property
    def title(self) -> str:
        """What people would call it."""

    def read(self) -> str:
        """Return its text as it is now.

        Raises
        ------
        Gone, Elsewhere
            There is none, or not here.
        """


def options(**given: object) -> tuple[tuple[str, str], ...]:
    """Return options as an address holds them; None is left out."""
    return tuple((name, str(value)) for name, value in given.items() if value is not None)


def number(reference: Reference, name: str) -> int | None:
    """Return an option that is a number; None where there is none."""
    value = reference.told.get(name, "")
    return int(value) if value.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Captured:
    """A text, and where it was taken from; None: it cannot be taken anew."""

    title: str
    text: str
    source: Source | None


def digest(text: str) -> str:
    """Return what tells two texts apart."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def capture(origin: Origin) -> Captured:
    """Take the text now.

    Raises
    ------
    Gone, Elsewhere
        There is none, or not here.
    """
    text = sendable(origin.read())
    at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    source = Source(origin.kind, str(origin.reference), digest(text), at)
    return Captured(origin.title, text, source)


def sendable(text: str) -> str:
    """Return a text without what no project takes: NUL and lone surrogates."""
    return (
        text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )
