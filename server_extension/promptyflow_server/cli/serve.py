"""``serve``: the API without a Jupyter server."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from promptyflow_server.cli.arguments import number

if TYPE_CHECKING:
    import argparse

    from promptyflow_server.cli.messages import Commands
    from promptyflow_server.settings import Settings

_HOST: Final = "127.0.0.1"
_PORT: Final = 10101
_LAST_PORT: Final = 65535


def add_to(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("serve", help="serve the API without a Jupyter server")
    parser.add_argument("--host", help=f"default: as the Hub says, else {_HOST}")
    port = number(int, 0, _LAST_PORT)
    parser.add_argument("--port", type=port, help=f"default: as the Hub says, else {_PORT}")
    parser.add_argument(
        "--prefix",
        type=_path,
        help="path below which the API is served; default: as the Hub says, else /",
    )
    parser.add_argument(
        "--reuse-port",
        action="store_true",
        help="listen beside other processes of this service, which share what comes in",
    )
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


def _path(told: str) -> str:
    return "/" + told.strip("/")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    """Serve until a signal ends it."""
    from promptyflow_server.service import serve

    hub = settings.hub
    host, port = (hub and hub.address) or (None, _PORT)
    await serve(
        settings,
        host=options.host or host or _HOST,
        port=port if options.port is None else options.port,
        prefix=options.prefix or (hub and hub.prefix) or "/",
        reuse_port=options.reuse_port,
    )
    return 0
