"""What the doctor asks about row-level security, the wall behind the owner that statements name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from promptyflow_server.cli.findings import Finding
from promptyflow_server.storage import wall

if TYPE_CHECKING:
    import psycopg

_STANDING: Final = """
SELECT to_regrole(%(role)s) IS NOT NULL AS is_there,
    coalesce(pg_has_role(to_regrole(%(role)s), 'MEMBER'), false) AS is_member,
    (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) AS may_make,
    (SELECT string_agg(DISTINCT c.relname, ', ')
        FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
        WHERE c.relnamespace = current_schema()::regnamespace AND NOT c.relrowsecurity) AS asleep,
    current_user AS login
"""


def examine_wall(connection: psycopg.Connection[Any]) -> Finding:
    """Tell whether the database itself keeps people apart, and what to do where it does not.

    Parameters
    ----------
    connection
        In autocommit mode, to a database with our tables.
    """
    row = connection.execute(_STANDING, {"role": wall.PERSON_ROLE}).fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    is_there, is_member, may_make, asleep, login = row
    told = {"role": wall.PERSON_ROLE, "login": login, "asleep": asleep}
    if asleep:
        return Finding("wall", "problem", "wall_asleep", told, "wall_restore")
    if wall.stands(connection):
        return Finding("wall", "ok", "wall", told)
    if is_member or (may_make and not is_there):
        return Finding("wall", "warning", "no_wall", told, "wall_migrate")
    return Finding("wall", "warning", "no_wall", told, "wall_grant" if is_there else "wall_role")
