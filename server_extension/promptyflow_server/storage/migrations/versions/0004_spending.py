"""What was spent in which month, whatever becomes of the runs; what providers count as a token."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from promptyflow_server.storage.migrations.columns import big, flag, time, to, uuid, words

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables, and enter what the runs of before have cost."""
    op.create_table(
        "spending",
        uuid("owner_id"),
        uuid("run_id"),
        time("at"),
        *(words(name) for name in ("provider", "model")),
        flag("admin_key", "false"),
        sa.Column("cost", sa.Numeric(18, 9), nullable=False, server_default=sa.text("0")),
        big("tokens", 0),
        sa.PrimaryKeyConstraint("owner_id", "run_id"),
        to("users.id", "owner_id"),
        sa.Index("ix_spending_month", "owner_id", "at"),
    )
    op.create_table(
        "token_factors",
        uuid("owner_id"),
        *(words(name) for name in ("provider", "family", "script")),
        big("counted", 0),
        big("charged", 0),
        time("updated_at"),
        sa.PrimaryKeyConstraint("owner_id", "provider", "family", "script"),
        to("users.id", "owner_id"),
    )
    op.execute(
        """
        INSERT INTO spending (owner_id, run_id, at, provider, model, cost, tokens)
        SELECT owner_id, id, started_at, provider, model, COALESCE(cost, 0),
            COALESCE((usage->>'inputTokens')::bigint, 0)
            + COALESCE((usage->>'outputTokens')::bigint, 0)
        FROM runs WHERE cost IS NOT NULL OR usage IS NOT NULL
        """
    )
