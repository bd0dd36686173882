"""From an address to what a connection is made with, and from the driver's errors to ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from psycopg import ProgrammingError
from psycopg.conninfo import make_conninfo
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from promptyflow_server.shared.errors import Unavailable

if TYPE_CHECKING:
    import psycopg

    from .embedded import Endpoint

SECONDS_TO_CONNECT: Final = 10

_SCHEMES: Final = frozenset({"postgres", "postgresql"})
_REASONS: Final = {
    "53100": "disk_full",
    "53200": "database_busy",  # out of memory
    "53300": "database_busy",  # too many connections
    "57P01": "database",  # shut down by its administrator
    "57P02": "database",  # crashed
    "57P03": "database",  # starting up
    "58030": "database",  # input or output error
    "25006": "database",  # became a read-only standby
    "28000": "database_refused",
    "28P01": "database_refused",
    "3D000": "database_refused",
}
_CONNECTION_CLASS: Final = "08"
_TRY_AGAIN: Final = frozenset({"40001", "40P01"})  # serialization failure, deadlock
_REFUSALS: Final = ("authentication failed", "does not exist", "no pg_hba.conf entry")
_RECOVERING: Final = "the database system is"  # "starting up", "in recovery mode", …


def embedded_options(endpoint: Endpoint) -> dict[str, Any]:
    """Return the driver's options for the embedded server."""
    return {
        "host": endpoint.host,
        "user": endpoint.user,
        "dbname": endpoint.database,
        "application_name": "promptyflow",
    }


def external_options(url: str) -> dict[str, Any]:
    """Return the driver's options for a URL; no error tells it, for it holds a password.

    Raises
    ------
    Unavailable
        It is not the URL of a PostgreSQL server.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername.partition("+")[0] not in _SCHEMES:
            raise Unavailable(reason="database_url")
        _, options = PGDialect_psycopg().create_connect_args(parsed)  # type: ignore[no-untyped-call]
        make_conninfo("", **options)  # knows the options there are
    except (ArgumentError, NoSuchModuleError, ValueError, ProgrammingError):
        raise Unavailable(reason="database_url") from None
    # A pooler such as PgBouncer gives each transaction another connection, so none is prepared on.
    return {
        "application_name": "promptyflow",
        "connect_timeout": SECONDS_TO_CONNECT,
        **options,
        "prepare_threshold": None,
    }


def is_recovering(error: DBAPIError) -> bool:
    """Return whether the server is there and will answer in a moment."""
    return _RECOVERING in str(error.orig)


def is_worth_repeating(error: DBAPIError) -> bool:
    """Return whether the transaction lost against another and may win the next time."""
    return getattr(error.orig, "sqlstate", None) in _TRY_AGAIN


def of_connecting(error: DBAPIError | psycopg.OperationalError) -> Unavailable:
    """Return the error for a connection that could not be made."""
    told = error.orig if isinstance(error, DBAPIError) else error
    found = _reason(told)
    if found is None:
        is_refusal = any(words in str(told) for words in _REFUSALS)
        found = "database_refused" if is_refusal else "database"
    return Unavailable(reason=found)


def of_working(error: DBAPIError) -> Unavailable | None:
    """Return the error for a server that failed a transaction, or None if the fault is not its."""
    found = _reason(error.orig)
    if found is None and error.connection_invalidated:
        found = "database"
    return None if found is None else Unavailable(reason=found)


def of_following(error: DBAPIError) -> Unavailable | None:
    """Return the error for a copy that had to give up a read, to go on following."""
    state = getattr(error.orig, "sqlstate", None)
    return Unavailable(reason="database_busy") if state in _TRY_AGAIN else None


def conceal_rows(error: DBAPIError) -> None:
    """Take the server's details out of an error: they quote whole rows, and end up in logs."""
    told = error.orig
    primary = getattr(getattr(told, "diag", None), "message_primary", None)
    if told is not None and primary:
        told.args = (primary,)
        error.args = (f"({type(told).__name__}) {primary}",)


def _reason(told: BaseException | None) -> str | None:
    state = getattr(told, "sqlstate", None) or ""
    return "database" if state.startswith(_CONNECTION_CLASS) else _REASONS.get(state)
