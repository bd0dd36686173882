"""Which OS account the server runs as, how it sees our folders, and who may connect."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from .errors import OTHER_SERVER, EmbeddedPostgresError, Reason

_DESCRIPTORS = Path("/proc/self/fd")


@dataclass(frozen=True, slots=True)
class Account:
    """Who starts the server and who runs it.

    PostgreSQL refuses to run as root. There it runs as ``nobody``, which owns the data and the
    socket folder, while root keeps everything above and is the only one who may connect.
    """

    client_name: str
    uid: int
    gid: int
    is_lent: bool
    """Whether the server runs as another account than ours."""

    @classmethod
    def choose(cls) -> Account:
        """Return the account for the running process, or raise where there is none."""
        uid = os.geteuid()
        me = _entry(uid)
        if uid != 0:
            return cls(me.pw_name, uid, os.getegid(), is_lent=False)
        if not _DESCRIPTORS.is_dir():
            raise EmbeddedPostgresError(
                Reason.UNSUPPORTED,
                "PostgreSQL does not run as root, and without /proc another account cannot be lent",
                f"start Jupyter as an ordinary user, or {OTHER_SERVER}",
            )
        try:
            nobody = pwd.getpwnam("nobody")
        except KeyError:
            raise EmbeddedPostgresError(
                Reason.NO_ACCOUNT,
                "PostgreSQL does not run as root, and there is no account 'nobody' to run it as",
                f"start Jupyter as an ordinary user, or {OTHER_SERVER}",
            ) from None
        return cls(me.pw_name, nobody.pw_uid, nobody.pw_gid, is_lent=True)

    def give(self, folder: Path) -> None:
        """Hand a folder that we have just made to the server's account."""
        if self.is_lent:
            os.chown(folder, self.uid, self.gid, follow_symlinks=False)

    def spawn_options(self) -> dict[str, Any]:
        """Return what makes ``subprocess`` run a program as this account."""
        options: dict[str, Any] = {"umask": 0o077, "cwd": "/"}
        if self.is_lent:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return options


class View:
    """Our folders as the server's account reaches them.

    A lent account cannot walk through a home folder of mode 0700, and home folders are not ours
    to open. It gets the folders as open descriptors and names them ``/proc/self/fd/N``.
    """

    def __init__(self, account: Account) -> None:
        self._by_descriptor = account.is_lent
        self.descriptors: list[int] = []

    def path(self, folder: Path) -> str:
        """Return the folder's name for the server."""
        if not self._by_descriptor:
            return str(folder)
        flags = os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC
        descriptor = os.open(folder, flags)
        self.descriptors.append(descriptor)
        return str(_DESCRIPTORS / str(descriptor))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        while self.descriptors:
            os.close(self.descriptors.pop())


def _entry(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        raise EmbeddedPostgresError(
            Reason.NO_ACCOUNT,
            f"User id {uid} has no entry in the system's user database, which PostgreSQL needs",
            f"add the entry (in a container: /etc/passwd or nss_wrapper), or {OTHER_SERVER}",
        ) from None
