"""``token``: a way in for a user of the standalone service."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING

from promptyflow_server.cli.arguments import name, number
from promptyflow_server.settings import MOST_DAYS

if TYPE_CHECKING:
    import argparse

    from promptyflow_server.cli.messages import Commands
    from promptyflow_server.settings import Settings


def add_to(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("token", help="print a new access token for a user")
    parser.add_argument(
        "user", type=name, help="name of the user; made if there is none of that name yet"
    )
    days = number(int, 0, MOST_DAYS)
    parser.add_argument("--days", type=days, default=90, help="how long it is valid; 0: for ever")
    parser.set_defaults(run=run)


async def run(settings: Settings, options: argparse.Namespace) -> int:
    """Print a token."""
    from promptyflow_server.http.call import Principal
    from promptyflow_server.services import build_services

    services = build_services(settings)
    try:
        await services.database.ready()
        user = await services.identities.resolve(
            Principal("service", options.user, options.user, "access-token")
        )
        lifetime = timedelta(days=options.days) if options.days else None
        token = await services.access_tokens.create(user.id, "command line", lifetime)
    finally:
        await services.database.close()
    sys.stdout.write(token + "\n")
    return 0
