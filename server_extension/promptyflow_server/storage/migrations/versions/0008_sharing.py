"""Projects shared with people and groups: one id for either, and news for all who see a project."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision = "0008"
down_revision = "0007"

# With the rights of its owner: whoever changes a project need not know with whom it is shared.
ANNOUNCE = """
CREATE FUNCTION pf_announce(channel text, owner uuid, project uuid, news text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT pg_notify(channel, seen.id || ' ' || news)
    FROM (
        SELECT owner
        UNION SELECT s.grantee FROM shares s WHERE s.owner_id = owner AND s.project_id = project
    ) seen (id)
$$
"""


def upgrade() -> None:
    """Take the step; nothing could be shared before it."""
    for index in ("ix_shares_group", "uq_shares_user", "uq_shares_group"):
        op.drop_index(index, "shares")
    op.add_column("shares", sa.Column("grantee", UUID(as_uuid=True), nullable=False))
    op.create_index("ix_shares_grantee", "shares", ["grantee", "project_id"])
    op.create_index(
        "uq_shares_grantee", "shares", ["owner_id", "project_id", "grantee"], unique=True
    )
    op.execute(ANNOUNCE)
