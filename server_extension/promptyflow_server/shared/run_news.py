"""What others may learn of a run: that it began or how it ended, never a word of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class RunNews:
    """A run that began, or one that has ended.

    Parameters
    ----------
    status
        ``running`` for one that began.
    seconds, input_tokens, output_tokens
        None while it runs; tokens also where the provider does not count them.
    error
        Code of what went wrong.
    """

    id: UUID
    provider: str
    model: str
    status: str
    seconds: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    error: str | None = None
