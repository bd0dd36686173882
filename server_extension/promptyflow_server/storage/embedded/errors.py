"""Why the embedded server cannot serve, and what to do about it."""

from __future__ import annotations

import errno
import os
from enum import StrEnum
from pathlib import Path

OTHER_SERVER = "set PROMPTYFLOW_DATABASE_URL to use a PostgreSQL server of your own"


class Reason(StrEnum):
    """The kinds of failure; each is a key of ``shared.messages.REASONS``."""

    NO_BINARIES = "database_no_binaries"
    UNSUPPORTED = "database_unsupported"
    NO_ACCOUNT = "database_no_account"
    DISK_FULL = "disk_full"
    READ_ONLY = "database_read_only"
    UNSAFE_FOLDER = "database_unsafe_folder"
    OTHER_HOST = "database_other_host"
    UNREACHABLE = "database_unreachable"
    FAILED = "database_failed"


class EmbeddedPostgresError(Exception):
    """The embedded server cannot serve; the message says why and what helps.

    Parameters
    ----------
    reason
        The kind of failure, for programs.
    message
        What happened, for people, without the advice.
    advice
        What to do; by default, to use another server.
    """

    def __init__(self, reason: Reason, message: str, advice: str = OTHER_SERVER) -> None:
        super().__init__(f"{message.rstrip('.')}. What helps: {advice}.")
        self.reason = reason


def of_os_error(error: OSError, path: Path) -> EmbeddedPostgresError:
    """Return the error that tells a person what the system said about a path."""
    path = Path(os.fsdecode(error.filename)) if error.filename else path
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return disk_full(path)
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return read_only(path, error.strerror or str(error))
    return EmbeddedPostgresError(Reason.FAILED, f"{path}: {error.strerror or error}")


def of_output(output: str, path: Path, action: str) -> EmbeddedPostgresError:
    """Return the error that a PostgreSQL program's output speaks of."""
    if "No space left on device" in output or "Disk quota exceeded" in output:
        return disk_full(path)
    if "Read-only file system" in output:
        return read_only(path, "Read-only file system")
    lines = [line for line in output.splitlines() if line.strip()]
    said = "\n".join(lines[-12:]) or "it said nothing"
    return EmbeddedPostgresError(Reason.FAILED, f"{action} failed in {path}:\n{said}\n")


def disk_full(path: Path) -> EmbeddedPostgresError:
    """Return the error of a disk without room."""
    return EmbeddedPostgresError(
        Reason.DISK_FULL,
        f"No space is left on the disk of {path}",
        f"free some space and try again, or {OTHER_SERVER}",
    )


def read_only(path: Path, said: str) -> EmbeddedPostgresError:
    """Return the error of a folder that cannot be written."""
    return EmbeddedPostgresError(
        Reason.READ_ONLY,
        f"{path} cannot be written ({said})",
        f"make the folder writable, choose another with JUPYTER_DATA_DIR, or {OTHER_SERVER}",
    )
