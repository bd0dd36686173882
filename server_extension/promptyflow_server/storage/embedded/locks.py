"""Advisory file locks: the kernel, not a file's content, says who is alive."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from typing import TYPE_CHECKING, Self

from .errors import EmbeddedPostgresError, Reason

if TYPE_CHECKING:
    from pathlib import Path

_POLL_SECONDS = 0.02
_CANNOT_LOCK = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL})


class FileLock:
    """A ``flock`` on a file that is never deleted.

    The lock belongs to the open file, so a child that inherits the descriptor holds it too, and
    the kernel frees it when the last holder is gone, however it went.

    Parameters
    ----------
    path
        The file; it is created where it is missing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = -1

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._descriptor >= 0

    @property
    def descriptor(self) -> int:
        """The open file, to be handed to a child process."""
        return self._descriptor

    def acquire(self, *, shared: bool = False, timeout: float = 0) -> bool:
        """Take the lock, waiting for at most `timeout` seconds, and say whether it was had."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        deadline = time.monotonic() + timeout
        try:
            while not _try_lock(descriptor, kind, self.path):
                if time.monotonic() >= deadline:
                    os.close(descriptor)
                    return False
                time.sleep(_POLL_SECONDS)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Give the lock back for everybody who holds it through this open file."""
        if self.held:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
            self.forget()

    def forget(self) -> None:
        """Close our descriptor only: a child that inherited it keeps the lock."""
        if self.held:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def _try_lock(descriptor: int, kind: int, path: Path) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno in _CANNOT_LOCK:
            raise EmbeddedPostgresError(
                Reason.UNSUPPORTED,
                f"The file system of {path} cannot lock files, so two servers could write there",
            ) from error
        raise
    return True
