"""People on their way through a sign-in: who has left for the provider, and who has come back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from promptyflow_server.storage.migrations.columns import blob, time, to, uuid, words

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables; what stands in them is of minutes."""
    op.create_table(
        "sign_in_attempts",
        *(blob(name) for name in ("state_hash", "browser_hash")),
        *(words(name) for name in ("nonce", "verifier")),
        *(words(name, null=True) for name in ("redirect", "challenge", "client_state")),
        time("expires_at"),
        sa.PrimaryKeyConstraint("state_hash"),
        sa.Index("ix_sign_in_attempts_expires_at", "expires_at"),
    )
    op.create_table(
        "sign_in_codes",
        blob("code_hash"),
        uuid("user_id"),
        blob("browser_hash"),
        words("challenge", null=True),
        time("expires_at"),
        sa.PrimaryKeyConstraint("code_hash"),
        to("users.id", "user_id"),
        sa.Index("ix_sign_in_codes_user", "user_id"),
        sa.Index("ix_sign_in_codes_expires_at", "expires_at"),
    )
