"""Two machines and one home folder: what file locks cannot be trusted with on network storage."""

from __future__ import annotations

import json
import logging
import os
import platform
import re
import threading
import time
import uuid
from pathlib import Path

from .errors import OTHER_SERVER, EmbeddedPostgresError, Reason

_log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 15.0
FRESH_SECONDS = 60.0
_ESCAPE = re.compile(r"\\([0-7]{3})")
_NETWORK = frozenset(
    {"9p", "afs", "beegfs", "ceph", "cifs", "glusterfs", "gpfs", "lustre", "nfs", "nfs4"}
    | {"pvfs2", "smb3", "smbfs", "virtiofs"}
)


def file_system(path: Path, mounts: Path = Path("/proc/self/mountinfo")) -> str | None:
    """Return the type of the file system that holds a path, or None where it cannot be told."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    real, found, longest = path.resolve(), None, -1
    for line in lines:
        before, _, after = line.partition(" - ")
        mounted = Path(_ESCAPE.sub(lambda told: chr(int(told[1], 8)), before.split()[4]))
        if real.is_relative_to(mounted) and len(mounted.parts) >= longest:
            found, longest = after.split()[0], len(mounted.parts)
    return found


def is_network(kind: str | None) -> bool:
    """Return whether a file system of this type may be open on several machines at once."""
    return kind is not None and (kind in _NETWORK or kind.startswith("fuse"))


class HostClaim:
    """The note on network storage that tells other machines that this one runs the server.

    Locks usually work there and sockets never do. So the folder's user is warned, and a machine
    that sees another's fresh note refuses instead of writing to the same data. On a local disk
    the locks are enough and nothing is written.

    Parameters
    ----------
    folder
        The folder of the embedded server.
    kind
        The type of its file system; None finds it out.
    """

    def __init__(self, folder: Path, kind: str | None = None) -> None:
        self._note = folder / "host.json"
        self._probe = folder / f".probe-{os.getpid()}"
        self._kind = kind
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def make(self) -> None:
        """Claim the folder for this machine, or raise where another machine has."""
        if self._thread is not None:
            return
        kind = self._kind or file_system(self._note.parent)
        if not is_network(kind):
            return
        self._refuse_foreign()
        _log.warning(
            "%s is on network storage (%s). A database there is slow and may be damaged when two"
            " machines write to it. Choose a local folder with JUPYTER_DATA_DIR, or %s.",
            self._note.parent,
            kind,
            OTHER_SERVER,
        )
        self._write()
        self._stop.clear()
        self._thread = threading.Thread(target=self._beat, name="promptyflow-host", daemon=True)
        self._thread.start()

    def drop(self, *, last: bool) -> None:
        """Stop the heartbeat; the `last` to leave removes the note."""
        if self._thread is None:
            return
        self._stop.set()
        self._thread.join()
        self._thread = None
        if last:
            self._note.unlink(missing_ok=True)

    def _refuse_foreign(self) -> None:
        try:
            told = json.loads(self._note.read_text(encoding="utf-8"))
            written = self._note.stat().st_mtime
        except (FileNotFoundError, ValueError):
            return
        if told.get("machine") == _machine():
            return
        self._probe.touch()  # the storage's own clock: ours may differ
        now = self._probe.stat().st_mtime
        self._probe.unlink()
        if now - written < FRESH_SECONDS:
            raise EmbeddedPostgresError(
                Reason.OTHER_HOST,
                f"The machine {told.get('name')!r} is using the database in {self._note.parent}",
                f"stop Jupyter there and wait {FRESH_SECONDS:.0f} seconds, or {OTHER_SERVER}",
            )

    def _write(self) -> None:
        told = {"machine": _machine(), "name": platform.node(), "at": time.time()}
        fresh = self._note.with_name(f".host-{os.getpid()}")
        fresh.write_text(json.dumps(told), encoding="utf-8")
        fresh.replace(self._note)

    def _beat(self) -> None:
        while not self._stop.wait(HEARTBEAT_SECONDS):
            try:
                self._write()
            except OSError as error:
                _log.warning("The heartbeat %s cannot be written: %s", self._note, error)


def _machine() -> str:
    """Return what two containers on one kernel share and two machines do not."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return f"{platform.node()}-{uuid.getnode():x}"
