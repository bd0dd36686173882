"""Writing the whole database to one file and back, by PostgreSQL's own programs.

How to connect stands in a file that only we can read: neither the list of processes nor their
environment tells a password.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg

from promptyflow_server.shared.errors import Unavailable

from . import migrate
from .embedded import EmbeddedPostgresError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MARK: Final = b"promptyflow backup 1\n"
"""Stands behind what pg_dump wrote, and before the digest of that."""
_PIECE: Final = 1024 * 1024
_NOT_OF_LIBPQ = frozenset({"prepare_threshold"})
_VERSION = "alembic_version"


class DumpError(Exception):
    """A dump could not be written or read.

    Parameters
    ----------
    reason
        A key of ``cli.messages``.
    said
        What PostgreSQL's program or the system said.
    """

    def __init__(self, reason: str, said: str = "") -> None:
        super().__init__(f"{reason}: {said}")
        self.reason = reason
        self.said = said


def dump(options: Mapping[str, Any], target: Path) -> None:
    """Write the database, as it is at one moment, to a file that only we can read.

    The file has its name when it is complete and on the disk, never before.
    """
    if target.exists():
        raise DumpError("backup_exists", str(target))
    draft = target.with_name(f".{target.name}.part")
    try:
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                command = ["--format=custom", "--compress=1", "--no-owner", "--no-privileges"]
                _run("pg_dump", command, options, output=file.fileno())
                file.seek(0, os.SEEK_END)
                file.write(_MARK + _digest(draft, draft.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
            draft.rename(target)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise DumpError("file", f"{error.filename or target}: {error.strerror}") from error


def restore(options: Mapping[str, Any], source: Path, *, replace: bool) -> None:
    """Bring a dump into the database: all of it or, if anything fails, nothing.

    Parameters
    ----------
    options
        What the driver connects with.
    source
        The file.
    replace
        What is in the database is dropped; without it the database must hold nothing.

    Raises
    ------
    DumpError
        There is something in the way, or the file is no dump.
    Unavailable
        The dump was written by a newer version.
    """
    _refuse_broken(source)
    _refuse_newer(source)
    with psycopg.connect(**options, autocommit=True) as connection:
        if _is_used(connection):
            raise DumpError("database_in_use")
        if not replace and _holds_something(connection):
            raise DumpError("database_not_empty")
        clearing = _clearing(connection)
    _pipe(source, clearing, options)


def _refuse_broken(source: Path) -> None:
    """Refuse a file that is not whole: pg_restore takes one whose end is missing."""
    if not source.is_file():
        raise DumpError("no_file", str(source))
    end = len(_MARK) + hashlib.sha256().digest_size
    size = max(0, source.stat().st_size - end)
    try:
        with source.open("rb") as file:
            file.seek(size)
            told = file.read()
        is_whole = told == _MARK + _digest(source, size)
    except OSError as error:
        raise DumpError("no_backup", f"{source}: {error.strerror}") from error
    if not is_whole:
        raise DumpError("no_backup", str(source))


def _digest(path: Path, size: int) -> bytes:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while size > 0 and (piece := file.read(min(size, _PIECE))):
            digest.update(piece)
            size -= len(piece)
    return digest.digest()


def _refuse_newer(source: Path) -> None:
    shown = _run("pg_restore", ["--data-only", f"--table={_VERSION}", "--file=-", str(source)])
    lines = shown.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("COPY ")]
    version = lines[starts[0] + 1].strip() if starts else ""
    if version not in migrate.revisions():
        raise Unavailable(reason="database_newer")


def _is_used(connection: psycopg.Connection[Any]) -> bool:
    statement = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name = 'promptyflow' AND pid <> pg_backend_pid()"
    )
    return bool(_value(connection, statement))


def _holds_something(connection: psycopg.Connection[Any]) -> bool:
    there = _value(connection, "SELECT to_regclass('users') IS NOT NULL")
    return bool(there and _value(connection, "SELECT EXISTS (SELECT FROM users)"))


def _clearing(connection: psycopg.Connection[Any]) -> str:
    """Return what drops all that is ours; what somebody else keeps in the same database stays."""
    from promptyflow_server.storage.tables import metadata

    names = [*(table.name for table in metadata.sorted_tables), _VERSION]
    tables = psycopg.sql.SQL(", ").join(psycopg.sql.Identifier(name) for name in names)
    drop = psycopg.sql.SQL("DROP TABLE IF EXISTS {} CASCADE").format(tables).as_string(connection)
    functions = connection.execute(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE proname LIKE 'pf\\_%'"
        " AND pronamespace = current_schema()::regnamespace"
    ).fetchall()
    drops = [drop, *(f"DROP FUNCTION {signature} CASCADE" for (signature,) in functions)]
    return "SET client_min_messages = warning; " + "; ".join(drops)


def _value(connection: psycopg.Connection[Any], statement: str) -> Any:  # noqa: ANN401
    row = connection.execute(statement).fetchone()
    return None if row is None else row[0]


def _program(name: str) -> str:
    from .embedded import binaries

    try:
        return str(binaries.find() / "bin" / name)
    except EmbeddedPostgresError:
        found = shutil.which(name)
        if found is None:
            raise DumpError("no_programs", name) from None
        return found


def _pipe(source: Path, first: str, options: Mapping[str, Any]) -> None:
    """Let psql do `first` and then what the dump says, in one transaction.

    It commits at the end of what it is given, so it must not see an end that came too early.
    """
    read = [_program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(source)]
    write = [_program("psql"), "--no-psqlrc", "--quiet", "--single-transaction"]
    write += ["--set=ON_ERROR_STOP=1", "--output=/dev/null", f"--command={first}", "--file=-"]
    with (
        _service_file(options) as environment,
        tempfile.TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603 - PostgreSQL's own programs
            read, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, env=environment
        ) as reader,
        subprocess.Popen(  # noqa: S603
            write, stdin=subprocess.PIPE, stderr=said, env=environment
        ) as writer,
    ):
        assert reader.stdout is not None  # noqa: S101 - as asked for
        assert writer.stdin is not None  # noqa: S101
        try:
            shutil.copyfileobj(reader.stdout, writer.stdin, _PIECE)
            if reader.wait() != 0:
                writer.kill()
            writer.stdin.close()
        except BrokenPipeError:
            reader.kill()
        if writer.wait() != 0 or reader.wait() != 0:
            said.seek(0)
            raise _failure(said.read())


def _run(
    name: str,
    arguments: list[str],
    options: Mapping[str, Any] | None = None,
    output: int = subprocess.PIPE,
) -> str:
    with _service_file(options or {}) as environment:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
            [_program(name), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE,
            env=environment,
            check=False,
        )
    if done.returncode != 0:
        raise _failure(done.stderr)
    return (done.stdout or b"").decode("utf-8", "replace")


def _failure(told: bytes) -> DumpError:
    said = told.decode("utf-8", "replace").strip()
    full = "No space left on device" in said or "Disk quota exceeded" in said
    return DumpError("disk_full" if full else "program", said[-2000:])


@contextmanager
def _service_file(options: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Give an environment by which the programs find the database, and nothing else of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    with tempfile.TemporaryDirectory(prefix="promptyflow-") as folder:  # of mode 0700
        lines = [f"{key}={value}" for key, value in options.items() if key not in _NOT_OF_LIBPQ]
        file = Path(folder) / "service"
        file.write_text("\n".join(["[promptyflow]", *lines, ""]), encoding="utf-8")
        yield kept | {"LC_ALL": "C", "PGSERVICEFILE": str(file), "PGSERVICE": "promptyflow"}
