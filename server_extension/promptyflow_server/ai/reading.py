"""Runs as they are recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from promptyflow_server.ai.costs import cost_of
from promptyflow_server.ai.journal import Journal, laid_out
from promptyflow_server.shared.cursors import decode, encode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row

    from promptyflow_server.ai.live_run import LiveRun, RunStatus
    from promptyflow_server.providers.base import Usage


@dataclass(frozen=True, slots=True)
class StoredRun:
    """What events are told from."""

    id: UUID
    provider: str
    model: str
    sha256: str | None
    status: RunStatus
    journal: Journal
    usage: dict[str, Any] | None
    cost: float | None
    cost_source: str | None
    finish_reason: str | None
    error: dict[str, Any] | None
    duration_ms: int | None


def stored_run(row: Row[Any], pieces: Sequence[Row[Any]]) -> StoredRun:
    """Return a run from its row and from the pieces kept of it."""
    if any("text" in piece.data for piece in pieces):
        journal = Journal((piece.kind, piece.data["text"]) for piece in pieces)
    else:
        layout = [(piece.kind, piece.data["chars"]) for piece in pieces]
        journal = laid_out(layout, row.reasoning, row.response)
    return StoredRun(
        id=row.id,
        provider=row.provider,
        model=row.model,
        sha256=row.sha256,
        status=row.status,
        journal=journal,
        usage=row.usage,
        cost=None if row.cost is None else float(row.cost),
        cost_source=row.cost_source,
        finish_reason=row.finish_reason,
        error=row.error,
        duration_ms=duration_ms(row),
    )


def as_stored(run: LiveRun) -> StoredRun:
    """Return a run of this process as it will be recorded."""
    outcome, order = run.outcome, run.order
    cost = cost_of(run)
    error = None if outcome is None else outcome.error
    return StoredRun(
        id=run.id,
        provider=order.provider,
        model=order.model,
        sha256=order.sha256,
        status="running" if outcome is None else outcome.status,
        journal=run.journal,
        usage=_usage(run.usage),
        cost=cost.dollars,
        cost_source=cost.source,
        finish_reason=None if outcome is None else outcome.finish_reason,
        # Told in the language of whoever reads it later.
        error=None if error is None else {"code": error.code, "details": error.details},
        duration_ms=run.duration_ms,
    )


def _usage(usage: Usage | None) -> dict[str, Any] | None:
    if usage is None:
        return None
    told = {
        "inputTokens": usage.input_tokens,
        "outputTokens": usage.output_tokens,
        "cachedTokens": usage.cached_tokens,
        "cacheWriteTokens": usage.cache_write_tokens,
        "reasoningTokens": usage.reasoning_tokens,
    }
    return {name: tokens for name, tokens in told.items() if tokens is not None}


def duration_ms(row: Row[Any]) -> int | None:
    """Return how long a run took; None while it runs."""
    if row.finished_at is None:
        return None
    taken: timedelta = row.finished_at - row.started_at
    return round(taken.total_seconds() * 1000)


def cursor_of(row: Row[Any]) -> str:
    """Return the cursor that asks for what comes behind this run in a list."""
    return encode(row.started_at.isoformat(), row.id)


def before(cursor: str) -> tuple[datetime, UUID]:
    """Return the place that a cursor names.

    Raises
    ------
    ValidationError
        It is none of ours.
    """
    moment, run_id = decode(cursor, datetime.fromisoformat, UUID)
    return moment, run_id
