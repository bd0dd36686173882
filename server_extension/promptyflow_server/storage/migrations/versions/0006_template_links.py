"""Prompts find their template, so that they can be told when it is deleted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Forget templates that are gone already, and make the index."""
    op.execute(
        "UPDATE prompts SET template_id = NULL WHERE template_id IS NOT NULL AND NOT EXISTS ("
        "SELECT FROM templates t"
        " WHERE t.owner_id = prompts.owner_id AND t.id = prompts.template_id)"
    )
    op.create_index(
        "ix_prompts_template",
        "prompts",
        ["owner_id", "template_id"],
        postgresql_where=sa.text("template_id IS NOT NULL"),
    )
