"""A host of the application that answers, whichever of the two it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True)
class Host:
    """A host that answers, with somebody who is signed in and somebody who is not."""

    name: str
    root: str
    known: httpx.Client
    stranger: httpx.Client
    headers: dict[str, str]
