"""The folders of the embedded server: made private, checked to be ours."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from pathlib import Path

from .binaries import MAJOR
from .errors import OTHER_SERVER, EmbeddedPostgresError, Reason, of_os_error

SOCKET_NAME = ".s.PGSQL.5432"
_ANYBODY_ELSE = stat.S_IRWXG | stat.S_IRWXO
_SOCKET_PATH_BYTES = 103 if sys.platform == "darwin" else 107


class Folders:
    """Where everything of one embedded server is.

    Parameters
    ----------
    base
        The folder that belongs to it.
    """

    def __init__(self, base: Path) -> None:
        self.base = base.absolute()
        self.data = self.base / f"pg{MAJOR}"
        self.conf = self.base / "conf"
        self.log = self.base / f"pg{MAJOR}.log"
        self.run_lock = self.base / f"pg{MAJOR}.lock"
        self.start_lock = self.base / "start.lock"
        self.clients_lock = self.base / "clients.lock"
        self.sockets = _socket_folder(self.base)

    @property
    def socket(self) -> Path:
        """The socket itself."""
        return self.sockets / SOCKET_NAME

    @property
    def postmaster_file(self) -> Path:
        """The file in which the server notes its process id and its state."""
        return self.data / "postmaster.pid"

    def make_base(self) -> None:
        """Make the base folder, closed to others."""
        try:
            self.base.mkdir(mode=0o700, parents=True, exist_ok=True)
            seen = self.base.stat()
            if seen.st_uid != os.geteuid():
                raise EmbeddedPostgresError(
                    Reason.UNSAFE_FOLDER,
                    f"{self.base} belongs to user id {seen.st_uid}, not to the one Jupyter runs as",
                    f"start Jupyter as its owner, set another JUPYTER_DATA_DIR, or {OTHER_SERVER}",
                )
            if seen.st_mode & _ANYBODY_ELSE:
                self.base.chmod(0o700)
        except OSError as error:
            raise of_os_error(error, self.base) from error

    def make_sockets(self) -> None:
        """Make the folder of the socket; one outside the base folder is checked to be ours."""
        if not self.sockets.is_relative_to(self.base):
            self.sockets.parent.mkdir(mode=0o700, exist_ok=True)
            _verify(self.sockets.parent)
        self.sockets.mkdir(mode=0o700, exist_ok=True)


def _socket_folder(base: Path) -> Path:
    """Return ``run`` in the base folder, or where that cannot be a socket's address, one in /tmp.

    Every process must come to the same answer, so no variable of its environment is asked.
    """
    inside = base / "run"
    address = os.fsencode(inside / SOCKET_NAME)
    if len(address) <= _SOCKET_PATH_BYTES and b"," not in address:  # libpq splits hosts at commas
        return inside
    name = f"pf-{hashlib.sha256(os.fsencode(base.resolve())).hexdigest()[:16]}"
    return Path(f"/tmp/promptyflow-{os.geteuid()}") / name  # noqa: S108 - see _verify


def _verify(folder: Path) -> None:
    seen = folder.lstat()
    is_closed = not seen.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.geteuid() or not is_closed:
        raise EmbeddedPostgresError(
            Reason.UNSAFE_FOLDER,
            f"{folder} is not a folder of ours alone, so somebody could take the server's place",
            f"remove it, use a shorter path for Jupyter's data folder, or {OTHER_SERVER}",
        )
