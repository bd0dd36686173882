"""Who acts: in whose name the statements of a request reach the database."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Acting:
    """A person, and the ids that projects may be shared with so that this person sees them."""

    user_id: UUID
    audience: frozenset[UUID]

    def __str__(self) -> str:
        """Return what policies of the database read: the person first."""
        return ",".join(map(str, (self.user_id, *(self.audience - {self.user_id}))))


ACTING: Final[ContextVar[Acting | None]] = ContextVar("promptyflow_acting", default=None)
"""Whose request is being answered; what it starts in the background keeps it.

None where the server does its own work, for everybody: a task that does and that a request happens
to start needs a context of its own.
"""
