"""Runs as they are recorded."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from promptyflow_server.ai.journal import Journal, laid_out
from promptyflow_server.shared.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row

    from promptyflow_server.ai.live_run import RunStatus

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


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


def duration_ms(row: Row[Any]) -> int | None:
    """Return how long a run took; None while it runs."""
    if row.finished_at is None:
        return None
    taken: timedelta = row.finished_at - row.started_at
    return round(taken.total_seconds() * 1000)


def cursor_of(row: Row[Any]) -> str:
    """Return the cursor that asks for what comes behind this run in a list."""
    moment = (row.started_at - _EPOCH) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(moment.to_bytes(8, "big") + row.id.bytes).decode().rstrip("=")


def before(cursor: str) -> tuple[datetime, UUID]:
    """Return the place that a cursor names.

    Raises
    ------
    ValidationError
        It is none of ours.
    """
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        moment = _EPOCH + timedelta(microseconds=int.from_bytes(data[:8], "big"))
        return moment, UUID(bytes=data[8:])
    except (ValueError, OverflowError, binascii.Error):
        raise ValidationError.at("cursor", "invalid") from None
