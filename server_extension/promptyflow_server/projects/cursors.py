"""Where a list goes on: a moment and an id, in a form that clients need not understand."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from uuid import UUID

from promptyflow_server.shared.errors import ValidationError


def cursor_of(moment: datetime, own_id: UUID) -> str:
    """Return the cursor that goes on behind a row."""
    return base64.urlsafe_b64encode(f"{moment.isoformat()} {own_id}".encode()).decode()


def read_cursor(cursor: str) -> tuple[datetime, UUID]:
    """Return the row that a cursor goes on behind.

    Raises
    ------
    ValidationError
        It is none of ours.
    """
    try:
        told = base64.b64decode(cursor, altchars=b"-_", validate=True).decode()
        moment, _, own_id = told.partition(" ")
        read = datetime.fromisoformat(moment)
        if read.tzinfo is None:
            raise ValidationError.at("cursor", "invalid")
        return read, UUID(own_id)
    except (binascii.Error, ValueError):
        raise ValidationError.at("cursor", "invalid") from None
