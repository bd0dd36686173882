"""``rotate-key``: a new master key, while people go on working."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Final

from promptyflow_server.cli.messages import CommandError, said

if TYPE_CHECKING:
    import argparse

    from promptyflow_server.cli.messages import Commands
    from promptyflow_server.settings import Settings

_PASSES: Final = 3
_PAUSE_SECONDS: Final = 2.0
"""What a server was sealing with the old key at the moment of the change is written by then."""


def add_to(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "rotate-key", help="make a new master key and seal all keys with it; servers may run"
    )
    parser.add_argument(
        "--keep-file",
        action="store_true",
        help="the file has its new key, as its first line, already: seal with that",
    )
    parser.set_defaults(run=run)


async def run(settings: Settings, options: argparse.Namespace) -> int:
    """Rotate."""
    from promptyflow_server.security.master_key import UnsafeKey, load_master_keys
    from promptyflow_server.security.rotation import add_master_key, seal_anew
    from promptyflow_server.security.vault import KeyRing
    from promptyflow_server.storage.database import Database

    language = options.language
    database = Database(settings)
    try:
        await database.ready()
        await asyncio.to_thread(load_master_keys, settings)  # made, where there is none yet
        if not options.keep_file:
            file = await asyncio.to_thread(add_master_key, settings)
            sys.stdout.write(said("key_made", language, file=file) + "\n")
        ring = KeyRing(await asyncio.to_thread(load_master_keys, settings))
        done = 0
        for number in range(_PASSES):
            result = await seal_anew(database, ring)
            done += result.done
            if number < _PASSES - 1:
                await asyncio.sleep(_PAUSE_SECONDS)
    except UnsafeKey as error:
        raise CommandError("key_file", said=error.problem) from error
    finally:
        await database.close()
    sys.stdout.write(said("sealed_anew", language, count=done, kid=ring.kid) + "\n")
    if result.lost:
        sys.stdout.write(said("keys_unknown", language, count=result.lost) + "\n")
    return 0
