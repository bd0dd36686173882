"""A run while it runs: what has come, how it ended, and who waits for more."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from promptyflow_server.ai.journal import Journal
from promptyflow_server.providers.base import (
    Chunk,
    Delta,
    Finish,
    Message,
    Opened,
    Reasoning,
    Usage,
)
from promptyflow_server.shared.ids import new_id

if TYPE_CHECKING:
    from uuid import UUID

    from promptyflow_server.ai.models.prices import Prices
    from promptyflow_server.shared.errors import AppError

RunStatus = Literal["running", "done", "cancelled", "interrupted", "blocked", "failed"]


@dataclass(frozen=True, slots=True)
class RunOrder:
    """What is to be run, as it is recorded.

    Parameters
    ----------
    parameters
        In the form of the contract.
    sha256
        Of the compiled prompt; None where the messages were given.
    prices
        Of the model, where they are known.
    expected_tokens
        Of what is sent, as far as they were counted.
    keep_texts
        Whether what is sent and what comes is recorded.
    """

    owner_id: UUID
    provider: str
    model: str
    messages: tuple[Message, ...]
    parameters: dict[str, Any] = field(default_factory=dict)
    project_id: UUID | None = None
    prompt_id: int | None = None
    prompt_title: str | None = None
    sha256: str | None = None
    prices: Prices | None = None
    expected_tokens: int = 0
    keep_texts: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended."""

    status: RunStatus
    finish_reason: str | None = None
    error: AppError | None = None


class LiveRun:
    """One run of this process.

    Parameters
    ----------
    order
        What is run.
    """

    def __init__(self, order: RunOrder) -> None:
        self.id = new_id()
        self.order = order
        self.journal = Journal()
        self.opened = False
        self.usage: Usage | None = None
        self.finish: Finish | None = None
        self.request_id: str | None = None
        self.started_at = datetime.now(UTC)
        self.first_output_at: datetime | None = None
        self.finished_at: datetime | None = None
        self.outcome: Outcome | None = None
        self.told = False
        self.task: asyncio.Task[None] | None = None
        self.stop_reason: Literal["cancelled", "stopped"] | None = None
        self.saved = 0
        self.has_pieces = False
        self._changed = asyncio.Event()

    @property
    def duration_ms(self) -> int:
        """Milliseconds from the start to the end, or until now."""
        end = self.finished_at or datetime.now(UTC)
        return round((end - self.started_at).total_seconds() * 1000)

    def take(self, chunk: Chunk) -> None:
        """Take a piece of what the provider sends."""
        if isinstance(chunk, Delta | Reasoning):
            kind: Literal["delta", "reasoning"] = (
                "delta" if isinstance(chunk, Delta) else "reasoning"
            )
            if self.journal.add(kind, chunk.text):
                self.first_output_at = self.first_output_at or datetime.now(UTC)
                self._wake()
        elif isinstance(chunk, Usage):
            self.usage = chunk
        elif isinstance(chunk, Finish):
            self.finish = chunk
        elif isinstance(chunk, Opened):
            self.opened = True
            self.request_id = chunk.request_id

    def end(self, outcome: Outcome) -> None:
        """Note how it ended; readers are told by `tell`, once that is recorded."""
        self.outcome = outcome
        self.finished_at = datetime.now(UTC)

    def tell(self) -> None:
        """Let readers see the end."""
        self.told = True
        self._wake()

    def stop(self, reason: Literal["cancelled", "stopped"]) -> None:
        """Close the connection to the provider; what had come is kept."""
        if self.outcome is None and self.stop_reason is None and self.task is not None:
            self.stop_reason = reason
            self.task.cancel()

    async def ended(self) -> None:
        """Wait for the end."""
        while not self.told:
            await self._changed.wait()

    async def more(self, place: int) -> None:
        """Wait until there is something behind a place, or the end."""
        while self.journal.chars <= place and not self.told:
            await self._changed.wait()

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
