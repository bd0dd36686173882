"""``lock``: somebody who has left, or whose token was stolen, gets in no more."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from promptyflow_server.cli.arguments import name
from promptyflow_server.cli.messages import CommandError, said

if TYPE_CHECKING:
    import argparse

    from promptyflow_server.cli.messages import Commands
    from promptyflow_server.settings import Settings


def add_to(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("lock", help="let nobody in by an account any more; it stays")
    parser.add_argument("user", type=name, help="id, e-mail address, or name at the sign-in")
    parser.add_argument("--undo", action="store_true", help="let them in again")
    parser.set_defaults(run=run)


async def run(settings: Settings, options: argparse.Namespace) -> int:
    """Lock, or unlock."""
    from promptyflow_server.storage.database import Database
    from promptyflow_server.users.locking import known_as, lock

    database = Database(settings)
    try:
        async with database.transaction() as connection:
            people = await known_as(connection, options.user)
            if len(people) != 1:
                told = ", ".join(str(person.id) for person in people) or options.user
                raise CommandError("several" if people else "nobody", said=told)
            (person,) = people
            await lock(connection, person.id, is_locked=not options.undo)
    finally:
        await database.close()
    sentence = "unlocked" if options.undo else "locked"
    told = said(sentence, options.language, name=person.name, id=person.id)
    sys.stdout.write(told + "\n")
    return 0
