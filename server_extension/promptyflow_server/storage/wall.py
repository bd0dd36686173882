"""The second wall: transactions of people take on a role that sees only what policies let through.

The login of the service owns the tables and is let through everywhere, since it migrates, looks
after all runs and is backed up. The role of people is none of its kind, whatever the login is: a
superuser who takes it on is held too. It lasts as long as the transaction, so that a pooler may
give each transaction another connection.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg import errors, sql

if TYPE_CHECKING:
    from .acting import Acting

_log = logging.getLogger(__name__)

PERSON_ROLE: Final = "promptyflow_person"
_LOCK: Final = 0x70_66_77_61_6C  # "pfwal"
_ROLE: Final = sql.Identifier(PERSON_ROLE)
_TRY: Final = f"""
BEGIN; SET LOCAL ROLE {PERSON_ROLE}; SELECT FROM projects, nodes, runs, shares LIMIT 0; COMMIT
"""
_NO_ROLE: Final = (errors.InvalidParameterValue, errors.UndefinedObject)
_NOT_ALLOWED: Final = (*_NO_ROLE, errors.InsufficientPrivilege, errors.UndefinedTable)


def begin(how: str, acting: Acting | None) -> str:
    """Return what begins a transaction, in one question to the server.

    Parameters
    ----------
    how
        Of ``BEGIN``: level of isolation, read only or not.
    acting
        Who is held by the wall; None for the server's own work.
    """
    if acting is None:
        return f"BEGIN {how}"
    # Both are ours: a fixed name and UUIDs.
    told = f"SET LOCAL ROLE {PERSON_ROLE}; SET LOCAL promptyflow.acting = '{acting}'"
    return f"BEGIN {how}; {told}"


def stands(connection: psycopg.Connection[Any]) -> bool:
    """Return whether transactions of people can take on their role and work in it."""
    try:
        connection.execute(_TRY)
    except _NOT_ALLOWED:
        connection.execute("ROLLBACK")
        return False
    return True


def raise_it(connection: psycopg.Connection[Any]) -> bool:
    """Make the role and give it what it needs, where the login may; return whether it stands.

    Parameters
    ----------
    connection
        In autocommit mode; a login that owns the tables.
    """
    for step in (_make, _grant):
        try:
            with connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
                step(connection)
        except _NOT_ALLOWED:  # somebody else may have done it
            continue
    if stands(connection):
        return True
    _log.warning(
        "row-level security is off: the login of the database may not take on the role %s."
        " A superuser can allow it: CREATE ROLE %s NOLOGIN; GRANT %s TO <login>",
        *(PERSON_ROLE,) * 3,
    )
    return False


def _make(connection: psycopg.Connection[Any]) -> None:
    known = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [PERSON_ROLE])
    if known.fetchone() is None:
        connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(_ROLE))
    is_member = "SELECT pg_has_role(%s, 'MEMBER')"
    row = connection.execute(is_member, [PERSON_ROLE]).fetchone()
    if row is None or not row[0]:
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(_ROLE))


def _grant(connection: psycopg.Connection[Any]) -> None:
    row = connection.execute("SELECT current_schema()").fetchone()
    schema = sql.Identifier(row[0] if row else "public")
    for words in (
        "GRANT USAGE ON SCHEMA {schema} TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
        "REVOKE ALL ON alembic_version FROM {role}",
    ):
        connection.execute(sql.SQL(words).format(schema=schema, role=_ROLE))
