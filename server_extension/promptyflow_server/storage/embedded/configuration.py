"""How the embedded server is set up: who may connect, what it may use, what it may log."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptyflow_server.storage.wall import PERSON_ROLE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ADMIN_ROLE = "promptyflow_admin"
"""The superuser: backups and tests only. The application's role cannot reach the file system."""

APP_ROLE = "promptyflow"
DATABASE = "promptyflow"

INITDB_OPTIONS = (
    f"--username={ADMIN_ROLE}",
    "--encoding=UTF8",
    # The same lower() and the same word parser on every system, whatever LANG says.
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--auth-local=peer",
    "--auth-host=reject",
    "--data-checksums",
    "--wal-segsize=4",
    "--no-sync",  # all at once, at the end
    "--no-instructions",
)
CTYPE = "--lc-ctype=C.UTF-8"
"""Only pg_trgm would need it; a system without this locale does without."""

FIRST_STATEMENTS = (
    f"CREATE ROLE {APP_ROLE} LOGIN;\n\nCREATE ROLE {PERSON_ROLE} NOLOGIN ROLE {APP_ROLE};\n\n"
    f"CREATE DATABASE {DATABASE} OWNER {APP_ROLE};\n\n"
)

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "cluster_name": "promptyflow",
    "max_connections": "40",
    "shared_buffers": "64MB",
    "huge_pages": "off",
    "io_method": "sync",
    "jit": "off",
    # Parallel queries would need shared memory beyond the 64 MB a container has.
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "max_logical_replication_workers": "0",
    "autovacuum_max_workers": "1",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "wal_compression": "on",
    "max_wal_size": "256MB",
    "min_wal_size": "32MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # Neither statements nor rows: prompts and answers do not belong in a log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}

_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the server answers.

    Parameters
    ----------
    host
        The folder of the socket.
    user
        The application's role.
    database
        The application's database.
    """

    host: str
    user: str = APP_ROLE
    database: str = DATABASE


def environment() -> dict[str, str]:
    """Return the environment of the server: nothing of ours that it could give away.

    ``PG*`` variables would change what it does, and Jupyter's environment holds secrets.
    """
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def write(folder: Path, client_name: str, options: Mapping[str, str]) -> None:
    """Write the server's configuration, which is made anew at every start.

    Parameters
    ----------
    folder
        Where to; the server reads it and cannot change it.
    client_name
        The only OS account that may connect.
    options
        Settings to add or to replace.
    """
    folder.mkdir(mode=0o755, exist_ok=True)
    settings = "".join(f"{name} = {_quoted(value)}\n" for name, value in _all(options))
    name = client_name.replace('"', '""')
    ident = "".join(f'owner "{name}" {role}\n' for role in (APP_ROLE, ADMIN_ROLE))
    _replace(folder / "postgresql.conf", f"# Written at every start.\n{settings}")
    _replace(folder / "pg_hba.conf", "local all all peer map=owner\n")
    _replace(folder / "pg_ident.conf", ident)


def arguments(conf: str, sockets: str) -> list[str]:
    """Return the server's command line beyond the data folder."""
    quoted = '"' + sockets.replace('"', '""') + '"'
    files = {
        "config_file": f"{conf}/postgresql.conf",
        "hba_file": f"{conf}/pg_hba.conf",
        "ident_file": f"{conf}/pg_ident.conf",
        "unix_socket_directories": quoted,
    }
    return [part for name, value in files.items() for part in ("-c", f"{name}={value}")]


def _all(options: Mapping[str, str]) -> list[tuple[str, str]]:
    return list({**SETTINGS, **options}.items())


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _replace(path: Path, text: str) -> None:
    fresh = path.with_name(f".{path.name}")
    fresh.write_text(text, encoding="utf-8")
    fresh.chmod(0o644)  # the folder above is closed; a lent account must be able to read this
    fresh.replace(path)
