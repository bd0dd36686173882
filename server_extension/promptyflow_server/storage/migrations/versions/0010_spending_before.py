"""What was spent in a month stays spent for whoever deletes the account and comes back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from promptyflow_server.storage.migrations.columns import big, flag, time

revision = "0010"
down_revision = "0009"

MINE = """
identity IN (
    SELECT sha256(convert_to(concat_ws(E'\\n', issuer, subject, hub_created), 'UTF8'))
    FROM identities WHERE user_id = (SELECT pf_user())
)
"""


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "spending_before",
        sa.Column("identity", sa.LargeBinary(), nullable=False),
        time("at"),
        flag("admin_key", "false"),
        sa.Column("cost", sa.Numeric(18, 9), nullable=False, server_default=sa.text("0")),
        big("tokens", 0),
        sa.PrimaryKeyConstraint("identity", "at", "admin_key"),
    )
    op.execute("ALTER TABLE spending_before ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY mine ON spending_before FOR ALL USING ({MINE})")
