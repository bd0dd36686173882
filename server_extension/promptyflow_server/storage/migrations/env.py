"""Runs the migrations on the connection, in the transaction and under the lock it is given."""

from __future__ import annotations

from alembic import context

from promptyflow_server.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
