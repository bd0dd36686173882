"""``migrate``: the schema of this version, before a server needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from promptyflow_server.cli.messages import Commands
    from promptyflow_server.settings import Settings


def add_to(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("migrate", help="bring the database to this version's schema")
    parser.set_defaults(run=run)


async def run(settings: Settings, options: argparse.Namespace) -> int:  # noqa: ARG001 - as all commands
    """Migrate."""
    from promptyflow_server.storage.database import Database

    database = Database(settings)
    try:
        await database.ready()
    finally:
        await database.close()
    return 0
