"""What kill -9 leaves behind does no harm."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import psycopg
import pytest

from promptyflow_server.storage.embedded import (
    EmbeddedPostgres,
    EmbeddedPostgresError,
    Reason,
    supervisor,
)
from promptyflow_server.storage.embedded.locks import FileLock


def connect(endpoint):
    return psycopg.connect(
        host=endpoint.host, user=endpoint.user, dbname=endpoint.database, autocommit=True
    )


def postmaster(base):
    return int((base / "pg18" / "postmaster.pid").read_text().split()[0])


def kill_server(base):
    """Kill the server and wait until all of its processes have ended."""
    os.kill(postmaster(base), signal.SIGKILL)
    with FileLock(base / "pg18.lock") as lock:
        assert lock.acquire(timeout=30)


class Writer(threading.Thread):
    """Inserts numbers, each its own commit, until the server is gone."""

    def __init__(self, endpoint):
        super().__init__()
        self.endpoint = endpoint
        self.confirmed = []
        self.pid = None

    def run(self):
        with connect(self.endpoint) as connection:
            self.pid = connection.info.backend_pid
            for number in range(1_000_000):
                try:
                    connection.execute("INSERT INTO written VALUES (%s)", [number])
                except psycopg.OperationalError:
                    return
                self.confirmed.append(number)

    def wait_for(self, count):
        deadline = time.monotonic() + 30
        while len(self.confirmed) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(self.confirmed) >= count


@pytest.mark.parametrize("victim", ["postmaster", "backend"])
def test_no_confirmed_write_is_lost_when_the_server_is_killed(base, victim):
    with EmbeddedPostgres(base) as server:
        endpoint = server.start()
        with connect(endpoint) as connection:
            connection.execute("DROP TABLE IF EXISTS written")
            connection.execute("CREATE TABLE written (number int PRIMARY KEY)")
        for _ in range(2):
            with connect(endpoint) as connection:
                connection.execute("TRUNCATE written")
            writer = Writer(endpoint)
            writer.start()
            writer.wait_for(200)
            os.kill(postmaster(base) if victim == "postmaster" else writer.pid, signal.SIGKILL)
            writer.join(timeout=30)
            assert server.start() == endpoint
            with connect_after_recovery(endpoint) as connection:
                found = connection.execute("SELECT array_agg(number) FROM written").fetchone()[0]
            assert set(writer.confirmed) <= set(found)


def connect_after_recovery(endpoint):
    deadline = time.monotonic() + 30
    while True:
        try:
            return connect(endpoint)
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def test_the_next_process_starts_cleanly_after_everything_was_killed(base, client):
    first = client(base)
    first.wait_until_started()
    first.kill()
    kill_server(base)
    with EmbeddedPostgres(base) as server, connect(server.start()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_server_that_hangs_while_it_stops_is_stopped_all_the_same(base, monkeypatch):
    """A shutdown that meets a recovery can hang for ever: so it is asked twice."""
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0.5)
    server = EmbeddedPostgres(base)
    server.start()
    logged = len((base / "pg18.log").read_text())
    os.kill(postmaster(base), signal.SIGSTOP)
    resume = threading.Timer(0.8, os.kill, (postmaster(base), signal.SIGCONT))
    resume.start()
    assert server.stop()
    resume.join()
    log = (base / "pg18.log").read_text()[logged:]
    assert "received immediate shutdown request" in log
    with EmbeddedPostgres(base) as again, connect(again.start()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_shutdown_that_hangs_does_not_keep_the_next_process_from_starting(
    base, client, monkeypatch
):
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0.3)
    first = client(base)
    first.wait_until_started()
    first.kill()
    logged = len((base / "pg18.log").read_text())
    note = base / "pg18" / "postmaster.pid"
    note.write_text(note.read_text().replace("ready   ", "stopping"))
    with EmbeddedPostgres(base) as server, connect(server.start()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    log = (base / "pg18.log").read_text()[logged:]
    assert "received immediate shutdown request" in log


def test_an_innocent_process_with_the_old_number_is_left_alone(base):
    server = EmbeddedPostgres(base)
    server.start()
    kill_server(base)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as innocent:
        note = base / "pg18" / "postmaster.pid"
        lines = note.read_text().splitlines()
        note.write_text("\n".join([str(innocent.pid), *lines[1:]]) + "\n")
        assert not server.stop()
        with EmbeddedPostgres(base) as again, connect(again.start()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert innocent.poll() is None
        innocent.communicate(b"\n")


def test_a_making_of_the_database_that_was_killed_is_begun_again(tmp_path):
    leftover = tmp_path / ".init-1" / "base"
    leftover.mkdir(parents=True)
    (leftover / "half").write_text("a file")
    with EmbeddedPostgres(tmp_path) as server, connect(server.start()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert list(tmp_path.glob(".init-*")) == []


def test_kill_in_the_middle_of_the_first_start(tmp_path, client):
    for pause in (0.15, 0.3, 0.5):
        first = client(tmp_path / "pf")
        time.sleep(pause)
        first.kill()
    with EmbeddedPostgres(tmp_path / "pf") as server, connect(server.start()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_data_that_somebody_else_has_open_is_not_opened_again(base):
    """A container whose sockets cannot be seen holds the lock: only the lock tells of it."""
    with EmbeddedPostgres(base) as server:
        server.start()
    with FileLock(base / "pg18.lock") as elsewhere:
        elsewhere.acquire()
        with pytest.raises(EmbeddedPostgresError, match="another container") as refused:
            EmbeddedPostgres(base, start_seconds=0.5).start()
    assert refused.value.reason is Reason.UNREACHABLE
    assert not (base / "pg18" / "postmaster.pid").exists()
