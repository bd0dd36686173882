"""``restore``: what a backup holds, here."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from promptyflow_server.cli.messages import CommandError, said

if TYPE_CHECKING:
    import argparse

    from promptyflow_server.cli.messages import Commands
    from promptyflow_server.settings import Settings


def add_to(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "restore", help="bring back what `backup` wrote; stop servers first"
    )
    parser.add_argument("file")
    parser.add_argument(
        "--replace", action="store_true", help="although there is something: drop what is there"
    )
    parser.set_defaults(run=run)


async def run(settings: Settings, options: argparse.Namespace) -> int:
    """Restore, migrate, and say what became of the sealed keys."""
    from promptyflow_server.security.master_key import load_master_keys
    from promptyflow_server.security.rotation import count_unknown
    from promptyflow_server.security.vault import KeyRing
    from promptyflow_server.storage.database import Database

    await asyncio.to_thread(_read, settings, options.file, options.replace)
    database = Database(settings)
    try:
        await database.ready()
        ring = KeyRing(await asyncio.to_thread(load_master_keys, settings))
        unknown = await count_unknown(database, ring)
    finally:
        await database.close()
    language = options.language
    sys.stdout.write(said("restored", language, file=options.file) + "\n")
    if unknown:
        sys.stdout.write(said("keys_unknown", language, count=unknown) + "\n")
    return 0


def _read(settings: Settings, named: str, replace: bool) -> None:
    from promptyflow_server.storage.dumping import DumpError, restore
    from promptyflow_server.storage.opening import opened

    try:
        with opened(settings) as options:
            restore(options, Path(named).absolute(), replace=replace)
    except DumpError as error:
        raise CommandError(error.reason, said=error.said) from error
