"""A PostgreSQL server of the tests' own: stopped and started at will, and copied as a replica.

The programs are those of the embedded server. As root they run as ``nobody``, since PostgreSQL
refuses to run as root.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

import psycopg

from promptyflow_server.storage.embedded import binaries
from promptyflow_server.storage.embedded.account import Account

if TYPE_CHECKING:
    from collections.abc import Iterator

_START_SECONDS = 60.0
_SETTINGS = {
    "listen_addresses": "",
    "wal_level": "replica",
    "max_wal_senders": "4",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "io_method": "sync",
    "jit": "off",
    "timezone": "UTC",
    "hot_standby": "on",
    "wal_receiver_status_interval": "1s",
}


def programs() -> Path:
    """Return the folder of PostgreSQL's programs that the account of the server can run."""
    found = binaries.find()
    return (binaries.within_reach(found) if os.geteuid() == 0 else found) / "bin"


@contextmanager
def short_folder() -> Iterator[Path]:
    """Yield a folder for sockets: its path is short, and the server's account owns it."""
    account = Account.choose()
    with tempfile.TemporaryDirectory(prefix="pf-", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        account.give(folder)
        yield folder


class PostgresProcess:
    """A server on a socket in a folder.

    Parameters
    ----------
    folder
        Of `short_folder`: data and socket are below it.
    name
        Of several in one folder.
    """

    def __init__(self, folder: Path, name: str = "main", **settings: str) -> None:
        self.folder = folder
        self.data = folder / name
        self.sockets = folder / f"{name}-run"
        self._settings = _SETTINGS | settings
        self._account = Account.choose()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/postgres?host={quote(str(self.sockets), safe='')}"

    def create(self) -> Self:
        options = ("-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8")
        locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        self._run("initdb", *options, *locale, "-D", str(self.data))
        self._prepare()
        return self

    def standby(self, name: str = "copy") -> PostgresProcess:
        """Make a copy that follows this server, which must run."""
        copy = PostgresProcess(self.folder, name, **self._settings)
        source = f"host={self.sockets} user=postgres application_name={name}"
        where = ("-D", str(copy.data))
        self._run(
            "pg_basebackup",
            "-d",
            source,
            *where,
            "--write-recovery-conf",
            "--no-sync",
            "-c",
            "fast",
        )
        copy._prepare()
        return copy

    def start(self) -> Self:
        command = [str(programs() / "postgres"), "-D", str(self.data), "-k", str(self.sockets)]
        for name, value in self._settings.items():
            command += ["-c", f"{name}={value}"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, **self._account.spawn_options()
            )
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            assert self._process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return self

    def stop(self, how: int = signal.SIGINT) -> None:
        """Stop: SIGINT ends all connections, SIGQUIT is as a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(60)
            self._process = None

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        """Do something as the superuser, past every server of ours."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _prepare(self) -> None:
        self.sockets.mkdir(mode=0o700)
        self._account.give(self.sockets)

    def _answers(self) -> bool:
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(programs() / program), *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            **self._account.spawn_options(),
        )
        assert done.returncode == 0, done.stderr


class PgBouncer:
    """PgBouncer in transaction mode in front of a server.

    Parameters
    ----------
    server
        Must run.
    pool_size
        Connections to the server, for however many clients.
    """

    def __init__(self, server: PostgresProcess, pool_size: int = 3) -> None:
        self._folder = server.folder / "bouncer"
        self._folder.mkdir()
        self._account = Account.choose()
        self._account.give(self._folder)
        users = self._folder / "users"
        users.write_text('"postgres" ""\n')
        self._config = self._folder / "pgbouncer.ini"
        self._config.write_text(
            f"""[databases]
postgres = host={server.sockets} port=5432 user=postgres
[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = {self._folder}
auth_type = trust
auth_file = {users}
pool_mode = transaction
max_client_conn = 200
default_pool_size = {pool_size}
ignore_startup_parameters = extra_float_digits
logfile = {self._folder}/log
"""
        )
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def url(self) -> str:
        host = quote(str(self._folder), safe="")
        return f"postgresql://postgres@/postgres?host={host}&port=6432"

    def __enter__(self) -> Self:
        program = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
        self._process = subprocess.Popen(
            [program, "-q", str(self._config)], **self._account.spawn_options()
        )
        deadline = time.monotonic() + _START_SECONDS
        while not (self._folder / ".s.PGSQL.6432").exists():
            assert self._process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(30)
