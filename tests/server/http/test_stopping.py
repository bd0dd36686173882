"""A service that is told to stop answers what it has begun, and leaves no connection behind."""

from __future__ import annotations

import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest
from command import run_command
from service_process import running_service


@pytest.fixture
def locked(database_url):
    """A project whose row somebody else holds, so that a write to it takes as long as we like."""
    with psycopg.connect(database_url) as connection:
        yield connection


def begin_to_write(alice, locked, executor):
    project = alice.post("/api/projects", json={"name": "first"}).json()
    locked.execute("SELECT FROM projects WHERE id = %s FOR UPDATE", [project["id"]])
    path = f"/api/projects/{project['id']}"
    writing = executor.submit(alice.patch, path, json={"name": "second"})
    waits = (
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        " AND datname = current_database()"
    )
    deadline = time.monotonic() + 20
    while locked.execute(waits).fetchone() == (0,):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return path, writing


def connections(locked):
    statement = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name = 'promptyflow'"
    )
    return locked.execute(statement).fetchone()[0]


def test_what_was_begun_is_answered_and_the_pool_is_closed(tmp_path, database_url, locked):
    environment = {"PROMPTYFLOW_DATABASE_URL": database_url}
    with (
        ThreadPoolExecutor() as executor,
        running_service(tmp_path / "d", tmp_path / "log", environment=environment) as service,
        service.http("alice") as alice,
        service.http("alice") as other,
        other.stream("GET", "/api/events") as stream,
    ):
        lines = stream.iter_lines()
        next(lines)
        path, writing = begin_to_write(alice, locked, executor)
        assert connections(locked) >= 2
        service.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 20
        while True:  # refused at the door, from now on
            try:
                httpx.get(f"{service.url}/health").close()
            except httpx.ConnectError:
                break
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert not writing.done()
        locked.commit()
        answer = writing.result(30)
        assert (answer.status_code, answer.json()["name"]) == (200, "second")
        assert answer.headers["connection"] == "close", "the next one goes elsewhere"
        assert list(lines) is not None, "the stream ends"
        service.process.wait(30)
        assert service.lines[-1]["message"] == "stopped"
        assert not any("cut off" in line["message"] for line in service.lines)
        assert connections(locked) == 0
        row = locked.execute("SELECT name FROM projects WHERE id = %s", [path.split("/")[-1]])
        assert row.fetchone() == ("second",)


def test_a_request_that_takes_for_ever_is_cut_off_in_time(tmp_path, database_url, locked):
    environment = {"PROMPTYFLOW_DATABASE_URL": database_url, "PROMPTYFLOW_DRAIN_SECONDS": "1"}
    with (
        ThreadPoolExecutor() as executor,
        running_service(tmp_path / "d", tmp_path / "log", environment=environment) as service,
        service.http("alice") as alice,
    ):
        path, writing = begin_to_write(alice, locked, executor)
        service.process.send_signal(signal.SIGTERM)
        threading.Timer(6, locked.cancel).start()
        with pytest.raises(httpx.TransportError):
            writing.result(30).raise_for_status()
        assert any("cut off" in line["message"] for line in service.lines)
        locked.rollback()
        assert service.process.wait(30) == 0
        row = locked.execute("SELECT name FROM projects WHERE id = %s", [path.split("/")[-1]])
        assert row.fetchone() == ("first",), "cut off, not half done"


def test_how_many_connections_each_kind_of_server_keeps(tmp_path):
    from promptyflow_server.settings import Settings, settings_of
    from promptyflow_server.storage.database import Database

    url = "postgresql://u@127.0.0.1/x"
    sizes = [
        (Settings(data_dir=tmp_path, database_url=url, local=False), (20, 0)),
        (Settings(data_dir=tmp_path, database_url=url), (4, 4)),
        (Settings(data_dir=tmp_path), (4, 4)),
        (Settings(data_dir=tmp_path, database_url=url, pool_size=7, local=False), (7, 0)),
    ]
    for settings, (kept, overflow) in sizes:
        database = Database(settings)
        assert (database._kept, database._overflow) == (kept, overflow)
    environment = {"PROMPTYFLOW_POOL_SIZE": "9"}
    assert settings_of(environment, data_dir=tmp_path, local=False).pool_size == 9
    assert run_command(tmp_path, "doctor", PROMPTYFLOW_POOL_SIZE="0").code == 2
