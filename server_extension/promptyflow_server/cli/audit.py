"""``audit``: who changed what, and when."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from promptyflow_server.cli.arguments import number
from promptyflow_server.settings import MOST_DAYS

if TYPE_CHECKING:
    import argparse

    from promptyflow_server.cli.messages import Commands
    from promptyflow_server.settings import Settings

_MOST_LINES: Final = 1_000_000


def add_to(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("audit", help="print who changed what, the newest first")
    parser.add_argument("--user", help="id, name or e-mail of a person")
    parser.add_argument("--target", help="id of a project, template, run, share, …")
    parser.add_argument("--days", type=number(float, 0, MOST_DAYS), help="of the last days only")
    parser.add_argument(
        "--limit", type=number(int, 1, _MOST_LINES), default=100, help="lines at most"
    )
    parser.set_defaults(run=run)


async def run(settings: Settings, options: argparse.Namespace) -> int:
    """Print lines of JSON."""
    from promptyflow_server.audit.repository import AuditRepository
    from promptyflow_server.storage.database import Database

    since = None if options.days is None else datetime.now(UTC) - timedelta(days=options.days)
    database = Database(settings)
    try:
        async with database.read() as connection:
            rows = await AuditRepository(connection).newest(
                user=options.user, target=options.target, since=since, limit=options.limit
            )
    finally:
        await database.close()
    for row in rows:
        told = {
            "at": row.at.isoformat(timespec="milliseconds"),
            "userId": str(row.user_id),
            "user": row.user_name,
            "action": row.action,
            "target": row.target,
            "identifiedBy": row.identified_by,
            "requestId": row.request_id,
        }
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    return 0
