"""Brings a database to the schema of this version; two servers at once do it once.

Servers of the version before may work meanwhile: whoever changes a table waits for it so briefly
that nobody queues behind, and gives up before a deadlock is looked for, so that never a person's
transaction is the one that is ended.
"""

from __future__ import annotations

import logging
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg import errors

from promptyflow_server.shared.errors import Unavailable

from . import wall

if TYPE_CHECKING:
    from alembic.config import Config

_log = logging.getLogger(__name__)

_FOLDER: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 0x70_66_6C_61_62  # "pflab"; one number for all servers on one database
_LONGEST_WAIT: Final = "500ms"  # for a table; PostgreSQL looks for deadlocks after a second
_SECONDS: Final = 120.0
_PAUSE: Final = 0.5


def revisions() -> list[str]:
    """Return this version's revisions, oldest first: each file begins with its revision."""
    return sorted(path.name.partition("_")[0] for path in (_FOLDER / "versions").glob("0*.py"))


def to_this_version(options: dict[str, Any]) -> bool:
    """Migrate the database where it is behind; where it is not, small questions are all.

    Parameters
    ----------
    options
        What the driver connects with.

    Returns
    -------
    bool
        Whether the wall of ``storage/wall.py`` stands.

    Raises
    ------
    Unavailable
        The data is newer than this version, the user may not change the schema, or somebody
        held a table for minutes.
    """
    with psycopg.connect(**options, autocommit=True) as connection:
        if not _is_behind(_current(connection)) and wall.stands(connection):
            return True
    deadline = time.monotonic() + _SECONDS
    while True:
        try:
            _upgrade(options)
        except errors.InsufficientPrivilege as error:
            raise Unavailable(reason="database_rights") from error
        except errors.LockNotAvailable as error:
            if time.monotonic() > deadline:
                raise Unavailable(reason="database_busy") from error
            _log.info("a table is in use, trying again to bring the schema to this version")
        else:
            break
        time.sleep(random.uniform(_PAUSE / 5, _PAUSE))  # noqa: S311 - no secret
    with psycopg.connect(**options, autocommit=True) as connection:
        return wall.raise_it(connection)


def alembic_config() -> Config:
    """Return alembic's configuration, for commands on the migrations of this package."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config


def _upgrade(options: dict[str, Any]) -> None:
    # Alembic takes 0.3 s to import and is needed once in the life of a version.
    from alembic import command
    from sqlalchemy import create_engine, pool, text
    from sqlalchemy.exc import DBAPIError

    engine = create_engine(
        "postgresql+psycopg://", connect_args=options, poolclass=pool.NullPool, hide_parameters=True
    )
    config = alembic_config()
    try:
        with engine.begin() as connection:
            # Freed with the transaction, which works behind a pooler too.
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            driver = connection.connection.driver_connection
            if isinstance(driver, psycopg.Connection) and _is_behind(_current(driver)):
                wait = text("SELECT set_config('lock_timeout', :wait, true)")
                connection.execute(wait, {"wait": _LONGEST_WAIT})
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
    except DBAPIError as error:
        raise error.orig or error from error


def _current(connection: psycopg.Connection[Any]) -> str | None:
    """Return the revision of the database, None for an empty one."""
    found = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
    if found is None or found[0] is None:
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])


def _is_behind(current: str | None) -> bool:
    known = revisions()
    if current is not None and current not in known:
        raise Unavailable(reason="database_newer")
    return current != known[-1]
