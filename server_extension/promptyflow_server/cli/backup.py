"""``backup``: everything that people keep here, in one file."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from promptyflow_server.cli.messages import CommandError, said

if TYPE_CHECKING:
    import argparse

    from promptyflow_server.cli.messages import Commands
    from promptyflow_server.settings import Settings


def add_to(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("backup", help="write everything to a file, while servers run")
    parser.add_argument(
        "file", nargs="?", help="default: promptyflow-<time>.dump in the current folder"
    )
    parser.set_defaults(run=run)


async def run(settings: Settings, options: argparse.Namespace) -> int:
    """Write the file, and say what does not belong in it."""
    from promptyflow_server.security.master_key import key_file

    named = options.file or f"promptyflow-{datetime.now(UTC):%Y%m%d-%H%M%S}.dump"
    target = await asyncio.to_thread(_write, settings, named)
    language = options.language
    size = f"{target.stat().st_size:,}"
    sys.stdout.write(said("backed_up", language, file=target, size=size) + "\n")
    key = key_file(settings)
    known = "environment" if key is None else str(key)
    name = "keep_key" if key is None or key.exists() else "no_key_yet"
    sys.stdout.write(said(name, language, file=known) + "\n")
    return 0


def _write(settings: Settings, named: str) -> Path:
    from promptyflow_server.storage.dumping import DumpError, dump
    from promptyflow_server.storage.opening import opened

    target = Path(named).absolute()
    try:
        with opened(settings) as options:
            dump(options, target)
    except DumpError as error:
        raise CommandError(error.reason, said=error.said) from error
    return target
