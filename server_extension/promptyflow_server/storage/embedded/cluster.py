"""Making a database cluster, running its server, and telling its process from any other."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from . import binaries, configuration
from .account import Account, View
from .errors import EmbeddedPostgresError, Reason, of_os_error, of_output

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .folders import Folders

_LOG_BYTES = 5_000_000
_INITDB_SECONDS = 300
_PROC = Path("/proc")


class Cluster:
    """One data folder and the programs that work on it.

    Whoever calls `launch` holds the run lock: nobody else runs this cluster, in no process,
    container or namespace that shares the kernel.

    Parameters
    ----------
    folders
        Where everything is.
    options
        Server settings to add or to replace.
    """

    def __init__(self, folders: Folders, options: Mapping[str, str]) -> None:
        self._folders = folders
        self._options = options
        self._log_start = 0

    def launch(self, run_lock: int) -> subprocess.Popen[bytes]:
        """Start the server, making the cluster first where there is none.

        Parameters
        ----------
        run_lock
            The descriptor of the locked file, which the server inherits and so keeps locked.
        """
        account = Account.choose()
        programs = binaries.find()
        if account.is_lent:
            programs = binaries.within_reach(programs)
        try:
            self._folders.make_sockets()
            account.give(self._folders.sockets)
            for leftover in self._folders.base.glob(".init-*"):
                shutil.rmtree(leftover)
            if not self._folders.data.exists():
                self._create(account, programs, run_lock)
            self._clear_leftovers()
            configuration.write(self._folders.conf, account.client_name, self._options)
            return self._spawn(account, programs, run_lock)
        except OSError as error:
            raise of_os_error(error, self._folders.base) from error

    def state(self) -> str:
        """Return what the server last said of itself: ``ready``, ``starting``, … or nothing."""
        lines = self._postmaster_lines()
        return lines[7].strip() if len(lines) > 7 else ""  # noqa: PLR2004 - the file's eighth line

    def log_tail(self) -> str:
        """Return what the server that we launched has logged."""
        try:
            with self._folders.log.open("rb") as log:
                log.seek(self._log_start)
                return log.read(_LOG_BYTES).decode("utf-8", "replace")
        except OSError:
            return ""

    def failure(self) -> Exception:
        """Return the error for a server that did not come up."""
        return of_output(self.log_tail(), self._folders.base, "Starting PostgreSQL")

    def ask_to_stop(self, *, at_once: bool = False) -> bool:
        """Send the server the signal to shut down, if the noted process is the server.

        The note may be old and its number somebody else's by now, or mean a process of another
        container. Such a process is never touched.

        Parameters
        ----------
        at_once
            Without writing back what is in memory; the next start takes it from the log.
        """
        lines = self._postmaster_lines()
        if not lines or not lines[0].strip().isdigit():
            return False
        pid = int(lines[0])
        if not is_server(pid, self._folders.data):
            return False
        os.kill(pid, signal.SIGQUIT if at_once else signal.SIGINT)
        return True

    def _create(self, account: Account, programs: Path, run_lock: int) -> None:
        """Make the cluster aside and move it into place when it is complete and on the disk."""
        fresh = self._folders.base / f".init-{os.getpid()}"
        fresh.mkdir(mode=0o700)
        account.give(fresh)
        with View(account) as view:
            data = view.path(fresh)
            keep = (run_lock, *view.descriptors)
            initdb = [str(programs / "bin" / "initdb"), "-D", data]
            options = list(configuration.INITDB_OPTIONS)
            made = _run([*initdb, *options, configuration.CTYPE], account, keep)
            if "invalid locale name" in made.stderr:
                made = _run([*initdb, *options], account, keep)
            self._require(made, "Making the database")
            single = [str(programs / "bin" / "postgres"), "--single", "-j", "-D", data]
            filled = _run(
                [*single, "-c", "exit_on_error=on", "postgres"],
                account,
                keep,
                said=configuration.FIRST_STATEMENTS,
            )
            self._require(filled, "Filling the database")
            self._require(_run([*initdb, "--sync-only"], account, keep), "Writing to the disk")
        fresh.rename(self._folders.data)
        _sync(self._folders.base)

    def _require(self, done: subprocess.CompletedProcess[str], action: str) -> None:
        if done.returncode != 0:
            raise of_output(done.stderr or done.stdout, self._folders.base, action)

    def _clear_leftovers(self) -> None:
        """Remove what a killed server left: its number may be another process's by now."""
        socket = self._folders.socket
        for leftover in (
            self._folders.postmaster_file,
            socket,
            socket.with_name(f"{socket.name}.lock"),
        ):
            leftover.unlink(missing_ok=True)

    def _spawn(self, account: Account, programs: Path, run_lock: int) -> subprocess.Popen[bytes]:
        log = self._folders.log
        if log.exists() and log.stat().st_size > _LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        with View(account) as view, log.open("ab") as output:
            self._log_start = output.tell()
            command = [
                str(programs / "bin" / "postgres"),
                "-D",
                view.path(self._folders.data),
                *configuration.arguments(
                    view.path(self._folders.conf), view.path(self._folders.sockets)
                ),
            ]
            process = subprocess.Popen(  # noqa: S603 - our own programs and paths
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(run_lock, *view.descriptors),
                start_new_session=True,  # Ctrl-C in Jupyter's terminal is not meant for it
                env=configuration.environment(),
                **account.spawn_options(),
            )
        # Somebody must wait for it, else it would stay a zombie until we end.
        threading.Thread(target=process.wait, name="promptyflow-postgres", daemon=True).start()
        return process

    def _postmaster_lines(self) -> list[str]:
        try:
            return self._folders.postmaster_file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return []


def is_server(pid: int, data: Path) -> bool:
    """Return whether a process is a PostgreSQL server on this data folder."""
    process = _PROC / str(pid)
    try:
        if _PROC.is_dir():
            name = (process / "comm").read_text(encoding="utf-8").strip()
            return name == "postgres" and (process / "cwd").samefile(data)
        shown = subprocess.run(  # noqa: S603
            ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)],
            capture_output=True,
            text=True,
            check=False,
        ).stdout
    except OSError:
        return False
    return "postgres" in shown and f"-D {data}" in shown


def _run(
    command: list[str], account: Account, keep: tuple[int, ...], said: str = ""
) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603 - our own programs and paths
            command,
            input=said,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=_INITDB_SECONDS,
            pass_fds=keep,
            env=configuration.environment(),
            start_new_session=True,
            **account.spawn_options(),
        )
    except subprocess.TimeoutExpired as error:
        raise EmbeddedPostgresError(
            Reason.FAILED, f"{Path(command[0]).name} took more than {_INITDB_SECONDS} seconds"
        ) from error


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
