"""The embedded server's life: attach or start, share, stop by the last to leave."""

from __future__ import annotations

import logging
import socket
import threading
import time
from typing import TYPE_CHECKING, Self

from .cluster import Cluster
from .configuration import Endpoint
from .errors import OTHER_SERVER, EmbeddedPostgresError, Reason, of_os_error
from .folders import Folders
from .hosts import HostClaim
from .locks import FileLock

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping
    from pathlib import Path

_log = logging.getLogger(__name__)

START_SECONDS = 90.0
STOP_SECONDS = 10.0
"""For a shutdown in good order. One that comes in the middle of a recovery after a crash may hang
for ever (seen with 18.4); then the server is told to stop at once, which loses nothing either."""

_QUICK_POLL, _SLOW_POLL, _QUICK_SECONDS = 0.002, 0.02, 0.3


class EmbeddedPostgres:
    """A PostgreSQL server of one person, shared by all their Jupyter servers on this machine.

    Three locks hold it together, all freed by the kernel whatever happens to their holders:
    ``pg18.lock`` is inherited by the server, so that "running" is no guess; ``clients.lock`` is
    shared by everybody who uses it, and who gets it alone is the last; ``start.lock`` makes
    starts and stops take turns.

    Parameters
    ----------
    base_dir
        The folder that belongs to it, e.g. ``<Jupyter's data folder>/promptyflow``.
    options
        Server settings to add or to replace.
    start_seconds
        How long a start may take, recovery after a crash included.

    Examples
    --------
    >>> with EmbeddedPostgres(Path("/tmp/example")) as server:  # doctest: +SKIP
    ...     endpoint = server.start()
    """

    def __init__(
        self,
        base_dir: Path,
        *,
        options: Mapping[str, str] | None = None,
        start_seconds: float = START_SECONDS,
    ) -> None:
        self._folders = Folders(base_dir)
        self._cluster = Cluster(self._folders, options or {})
        self._claim = HostClaim(self._folders.base)
        self._clients = FileLock(self._folders.clients_lock)
        self._start_seconds = start_seconds
        self._turn = threading.Lock()

    @property
    def endpoint(self) -> Endpoint:
        """Where the server answers while it runs."""
        return Endpoint(str(self._folders.sockets))

    def start(self) -> Endpoint:
        """See to it that the server runs and that we count as its user; cheap when it does.

        Call it in a thread: the first start ever takes most of a second, a later one 25 ms. Call it
        again when a connection fails: the server may have belonged to a container that is gone.

        Raises
        ------
        EmbeddedPostgresError
            It cannot run; the message says why and what helps.
        """
        with self._turn:
            if self._clients.held and self._answers():
                return self.endpoint
            self._folders.make_base()
            try:
                self._start()
            except OSError as error:
                raise of_os_error(error, self._folders.base) from error
            return self.endpoint

    def stop(self) -> bool:
        """Leave; stop the server if nobody else uses it. Return whether it was stopped."""
        with self._turn:
            if not self._clients.held:
                return False
            is_last = False
            try:
                with FileLock(self._folders.start_lock) as turn:
                    turn.acquire(timeout=STOP_SECONDS)
                    self._clients.release()
                    # Without our turn somebody is starting: then we are not the last.
                    is_last = turn.held and self._clients.acquire()
                    return is_last and self._shut_down()
            except OSError as error:  # the folder may be gone
                _log.warning("The embedded PostgreSQL could not be stopped: %s", error)
                return False
            finally:
                self._clients.release()
                self._claim.drop(last=is_last)

    def _start(self) -> None:
        deadline = time.monotonic() + self._start_seconds
        with FileLock(self._folders.start_lock) as turn:
            if not turn.acquire(timeout=self._start_seconds):
                raise EmbeddedPostgresError(
                    Reason.UNREACHABLE,
                    f"Another process has been starting or stopping the database in"
                    f" {self._folders.base} for {self._start_seconds:.0f} seconds",
                )
            self._claim.make()
            was_client = self._clients.held
            if not was_client:
                self._clients.acquire(shared=True, timeout=self._start_seconds)
            try:
                self._bring_up(deadline)
            except BaseException:
                if not was_client:
                    self._claim.drop(last=False)
                    self._clients.release()
                raise

    def _bring_up(self, deadline: float) -> None:
        """Start the server unless its lock says that it runs, and wait until it answers."""
        began = now = time.monotonic()
        launched: subprocess.Popen[bytes] | None = None
        while now < deadline:
            if launched is None:
                launched = self._launch()
            elif launched.poll() is not None:
                raise self._cluster.failure()
            if self._answers():
                return
            if self._cluster.state() == "stopping" and now - began > STOP_SECONDS:
                self._cluster.ask_to_stop(at_once=True)
            time.sleep(_QUICK_POLL if now - began < _QUICK_SECONDS else _SLOW_POLL)
            now = time.monotonic()
        if launched is not None:
            raise self._cluster.failure()
        raise EmbeddedPostgresError(
            Reason.UNREACHABLE,
            f"The database in {self._folders.base} is running, but not where it can be reached"
            f" from here (in another container or on another machine?)",
            f"stop the Jupyter server that uses it, or {OTHER_SERVER}",
        )

    def _launch(self) -> subprocess.Popen[bytes] | None:
        run_lock = FileLock(self._folders.run_lock)
        if not run_lock.acquire():
            return None
        try:
            launched = self._cluster.launch(run_lock.descriptor)
        except BaseException:
            run_lock.release()
            raise
        run_lock.forget()
        return launched

    def _answers(self) -> bool:
        if self._cluster.state() != "ready":
            return False
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(1)
            try:
                probe.connect(str(self._folders.socket))
            except OSError:
                return False
        return True

    def _shut_down(self) -> bool:
        with FileLock(self._folders.run_lock) as run_lock:
            if run_lock.acquire():
                return False  # it was gone already
            if not self._cluster.ask_to_stop():
                _log.info("The embedded PostgreSQL runs in another container and is left running")
                return False
            if run_lock.acquire(timeout=STOP_SECONDS):
                return True
            self._cluster.ask_to_stop(at_once=True)
            return run_lock.acquire(timeout=STOP_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
