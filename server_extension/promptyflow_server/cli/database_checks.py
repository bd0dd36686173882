"""What the doctor asks the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import psycopg

from promptyflow_server.cli.findings import Finding
from promptyflow_server.cli.wall_checks import examine_wall
from promptyflow_server.shared.errors import Unavailable
from promptyflow_server.storage import connecting, migrate
from promptyflow_server.storage.opening import opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptyflow_server.security.vault import KeyRing
    from promptyflow_server.settings import Settings

_OLDEST: Final = 140000
_SHOWN: Final = 5

_KEY: Final = "owner_id, project_id, block_id, item_id, sub_item_id"
_MISCOUNTED: Final = f"""
WITH counted AS (
    SELECT {_KEY}, sum(char_length(text)) AS chars, bool_or(chars <> char_length(text)) AS is_wrong
    FROM node_chunks GROUP BY {_KEY}
), own AS (
    SELECT {_KEY}, n.chars, n.total, n.children, coalesce(c.chars, 0) AS counted,
        coalesce(c.is_wrong, false) AS is_wrong
    FROM nodes n LEFT JOIN counted c USING ({_KEY})
), items AS (
    SELECT owner_id, project_id, block_id, item_id,
        sum(total) FILTER (WHERE sub_item_id > 0) AS below,
        count(*) FILTER (WHERE sub_item_id > 0) AS children,
        max(total) FILTER (WHERE sub_item_id = 0) AS total,
        max(chars) FILTER (WHERE sub_item_id = 0) AS chars,
        max(own.children) FILTER (WHERE sub_item_id = 0) AS noted
    FROM own WHERE item_id > 0 GROUP BY owner_id, project_id, block_id, item_id
), blocks AS (
    SELECT owner_id, project_id, block_id,
        max(total) FILTER (WHERE item_id = 0) AS total,
        coalesce(sum(total) FILTER (WHERE item_id > 0 AND sub_item_id = 0), 0) AS below
    FROM own GROUP BY owner_id, project_id, block_id
), sums AS (
    SELECT owner_id, project_id, sum(total) AS total FROM blocks GROUP BY owner_id, project_id
)
SELECT project_id FROM own WHERE chars <> counted OR is_wrong
UNION SELECT project_id FROM items
    WHERE total <> CASE WHEN children > 0 THEN below ELSE chars END OR children <> noted
UNION SELECT project_id FROM blocks WHERE total <> below
UNION SELECT p.id FROM projects p
    LEFT JOIN sums s ON s.owner_id = p.owner_id AND s.project_id = p.id
    WHERE p.chars <> coalesce(s.total, 0)
"""  # noqa: S608 - made of the constants above


def examine_database(settings: Settings, ring: KeyRing | None, *, quick: bool) -> Iterator[Finding]:
    """Look at the database.

    Parameters
    ----------
    settings
        Say where it is.
    ring
        The master keys; None where they cannot be used.
    quick
        Do not count the texts' characters.
    """
    try:
        with opened(settings) as options, psycopg.connect(**options, autocommit=True) as connection:
            yield _server(settings, connection)
            yield from _schema(connection)
            if settings.database_url is not None:
                yield from _connections(settings, connection)
                yield from _pooler(settings)
            if _value(connection, "SELECT to_regclass('node_chunks') IS NULL"):
                return
            yield examine_wall(connection)
            yield from _sealed(connection, ring)
            if not quick:
                yield _texts(connection)
    except Unavailable as error:
        yield _away(error)
    except psycopg.OperationalError as error:
        yield _away(connecting.of_connecting(error))


def examine_replica(settings: Settings) -> Iterator[Finding]:
    """Look at the copy that reads go to, where there is one."""
    if settings.database_replica_url is None:
        return
    try:
        options = connecting.external_options(settings.database_replica_url)
        with psycopg.connect(**options, autocommit=True) as connection:
            if not _value(connection, "SELECT pg_is_in_recovery()"):
                yield Finding("replica", "problem", "no_replica", advice="replica_url")
                return
            late = _value(
                connection,
                "SELECT extract(epoch FROM now() - pg_last_xact_replay_timestamp())::int",
            )
            yield Finding("replica", "ok", "replica", {"seconds": "—" if late is None else late})
    except Unavailable:
        yield Finding("replica", "problem", "replica_away", advice="replica_url")
    except psycopg.OperationalError:
        yield Finding("replica", "problem", "replica_away", advice="replica_url")


def _away(error: Unavailable) -> Finding:
    told = {"reason": error.details["reason"]}
    return Finding("database", "problem", "database_away", told, "database_url")


def _server(settings: Settings, connection: psycopg.Connection[Any]) -> Finding:
    info = connection.info
    told = {
        "version": _value(connection, "SHOW server_version"),
        "host": info.host,
        "name": info.dbname,
        "size": _value(connection, "SELECT pg_size_pretty(pg_database_size(current_database()))"),
    }
    if info.server_version < _OLDEST:
        return Finding("database", "problem", "too_old", told, "upgrade")
    told["encoding"] = _value(connection, "SHOW server_encoding")
    if told["encoding"] != "UTF8":
        return Finding("database", "problem", "encoding", told, "encoding")
    kind = "embedded" if settings.database_url is None else "external"
    return Finding("database", "ok", kind, told)


def _schema(connection: psycopg.Connection[Any]) -> Iterator[Finding]:
    known = migrate.revisions()
    current = None
    if _value(connection, "SELECT to_regclass('alembic_version') IS NOT NULL"):
        current = _value(connection, "SELECT version_num FROM alembic_version")
    told = {"current": current or "—", "wanted": known[-1]}
    if current == known[-1]:
        yield Finding("schema", "ok", "schema", told)
    elif current is None or current in known:
        yield Finding("schema", "warning", "schema_behind", told, "migrate")
    else:
        yield Finding("schema", "problem", "schema_newer", told, "update")


def _connections(settings: Settings, connection: psycopg.Connection[Any]) -> Iterator[Finding]:
    allowed = int(_value(connection, "SHOW max_connections"))
    told = {"allowed": allowed, "pool": settings.own_pool_size}
    enough = settings.own_pool_size < allowed
    state = "ok" if enough else "problem"
    yield Finding("pool", state, "pool", told, None if enough else "pool")  # type: ignore[arg-type]


def _pooler(settings: Settings) -> Iterator[Finding]:
    """Tell whether a pooler is in between: the process told is not the one that answers."""
    options = connecting.external_options(settings.database_url or "")
    with psycopg.connect(**options, autocommit=True) as connection:
        seen = {_value(connection, "SELECT pg_backend_pid()") for _ in range(2)}
        is_direct = connection.info.backend_pid in seen
    if is_direct:
        yield Finding("listen", "ok", "direct")
    elif settings.database_direct_url is not None:
        yield Finding("listen", "ok", "pooler_with_direct")
    else:
        yield Finding("listen", "warning", "pooler", advice="direct_url")


def _sealed(connection: psycopg.Connection[Any], ring: KeyRing | None) -> Iterator[Finding]:
    counted = connection.execute(
        "SELECT kid, count(*) FROM api_keys WHERE kid IS NOT NULL GROUP BY kid"
    ).fetchall()
    kids = () if ring is None else ring.kids
    known = sum(number for kid, number in counted if kid in kids)
    lost = sum(number for kid, number in counted if kid not in kids)
    told = {"known": known, "lost": lost, "kids": ", ".join(k for k, _ in counted if k not in kids)}
    if lost:
        yield Finding("sealed", "problem", "sealed_lost", told, "sealed_lost")
    elif known:
        yield Finding("sealed", "ok", "sealed", told)


def _texts(connection: psycopg.Connection[Any]) -> Finding:
    wrong = [str(row[0]) for row in connection.execute(_MISCOUNTED).fetchall()]
    told = {
        "projects": _value(connection, "SELECT count(*) FROM projects"),
        "count": len(wrong),
        "ids": ", ".join(sorted(wrong)[:_SHOWN]),
    }
    if wrong:
        return Finding("texts", "problem", "miscounted", told, "miscounted")
    return Finding("texts", "ok", "counted", told)


def _value(connection: psycopg.Connection[Any], statement: str) -> Any:  # noqa: ANN401
    row = connection.execute(statement).fetchone()
    return None if row is None else row[0]
