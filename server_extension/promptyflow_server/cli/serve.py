"""``serve``: the API without a Jupyter server."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from promptyflow_server.cli.messages import Commands
    from promptyflow_server.settings import Settings


def add_to(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("serve", help="serve the API without a Jupyter server")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=10101)
    parser.add_argument("--prefix", default="/", help="path below which the API is served")
    parser.add_argument(
        "--log-level",
        choices=["DEBUG", "INFO", "WARNING", "ERROR"],
        default="INFO",
        help="the least that is logged",
    )
    parser.add_argument(
        "--log-format",
        choices=["json", "text"],
        default="text" if sys.stderr.isatty() else "json",
        help="default: text on a terminal, else one JSON object a line",
    )
    parser.set_defaults(run=run)


async def run(settings: Settings, options: argparse.Namespace) -> int:
    """Serve until a signal ends it."""
    from promptyflow_server.service import serve

    await serve(settings, host=options.host, port=options.port, prefix=options.prefix)
    return 0
