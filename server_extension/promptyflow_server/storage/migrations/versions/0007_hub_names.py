"""Identities know what the issuer calls the person now: the Hub's names, by which people share."""

from __future__ import annotations

from alembic import op

from promptyflow_server.storage.migrations.columns import words

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the name; it is told at the next visit. Find those that the Hub made at some moment."""
    op.add_column("identities", words("name", ""))
    op.create_index("ix_identities_name", "identities", ["issuer", "name"])
    op.create_index("ix_identities_created", "identities", ["issuer", "hub_created"])
