"""``jupyter promptyflow``: the standalone service and what an operator needs around it."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from promptyflow_server.cli import (
    audit,
    backup,
    doctor,
    lock,
    login,
    migrate,
    openapi,
    restore,
    rotate_key,
    sample,
    serve,
    token,
)
from promptyflow_server.cli.messages import CommandError, language_of_terminal, said
from promptyflow_server.settings import settings_of
from promptyflow_server.shared.errors import AppError
from promptyflow_server.shared.logs import log_to
from promptyflow_server.shared.messages import message, reason

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMANDS = (
    serve,
    migrate,
    token,
    login,
    lock,
    backup,
    restore,
    rotate_key,
    doctor,
    audit,
    sample,
    openapi,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit code."""
    options = _parser().parse_args(arguments)
    language = options.language
    folder = Path(options.data_dir or _default_data_dir())
    try:
        settings = settings_of(os.environ, data_dir=folder, local=False)
    except (ValueError, OSError) as error:
        sys.stderr.write(said("settings", language, said=str(error)) + "\n")
        return 2
    log_to(sys.stderr, options.log_format, options.log_level, settings.secrets())
    try:
        result: int = asyncio.run(options.run(settings, options))
    except AppError as error:
        details = error.details | {"reason": reason(str(error.details.get("reason")), language)}
        sys.stderr.write(message(error.code, language, details) + "\n")
        return 1
    except CommandError as error:
        sys.stderr.write(error.told(language) + "\n")
        return 1
    return result


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jupyter promptyflow", description=__doc__)
    parser.add_argument("--data-dir", help="folder of the embedded database and the master key")
    parser.add_argument(
        "--language",
        choices=["en", "ru"],
        default=language_of_terminal(os.environ),
        help="of what is said; default: as the terminal's",
    )
    parser.set_defaults(log_format="text", log_level="WARNING")
    commands = parser.add_subparsers(required=True, metavar="command")
    for command in _COMMANDS:
        command.add_to(commands)
    return parser


def _default_data_dir() -> Path:
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir()) / "promptyflow"
