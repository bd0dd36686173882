"""Start, share, leave."""

from __future__ import annotations

import os
import time

import psycopg
import pytest

from promptyflow_server.storage.embedded import EmbeddedPostgres, EmbeddedPostgresError, Reason
from promptyflow_server.storage.embedded.locks import FileLock


def connect(endpoint, **options):
    return psycopg.connect(
        host=endpoint.host,
        user=endpoint.user,
        dbname=endpoint.database,
        autocommit=True,
        **options,
    )


def identity(endpoint):
    with connect(endpoint) as connection:
        return connection.execute("SELECT system_identifier FROM pg_control_system()").fetchone()


def test_what_was_written_is_there_after_a_restart(base):
    with EmbeddedPostgres(base) as server, connect(server.start()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    with EmbeddedPostgres(base) as server, connect(server.start()) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_second_start_is_the_same_server(base):
    with EmbeddedPostgres(base) as server:
        first = server.start()
        before = identity(first)
        assert server.start() == first
        assert identity(first) == before


def test_only_the_last_to_leave_stops_the_server(base, client):
    server = EmbeddedPostgres(base)
    endpoint = server.start()
    other = client(base)
    assert other.wait_until_started() == endpoint.host
    assert not server.stop()
    with connect(endpoint) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert other.leave()
    with pytest.raises(psycopg.OperationalError):
        connect(endpoint)


def test_leaving_twice_or_without_having_come_does_nothing(base):
    server = EmbeddedPostgres(base)
    assert not server.stop()
    server.start()
    assert server.stop()
    assert not server.stop()


def test_six_racing_first_starts_make_one_database(tmp_path, client):
    base = tmp_path / "pf"
    clients = [client(base) for _ in range(6)]
    hosts = {one.wait_until_started() for one in clients}
    assert hosts == {str(base / "run")}
    assert (base / "pg18.log").read_text().count("ready to accept connections") == 1
    assert [path.name for path in base.glob(".init-*")] == []
    assert [one.leave() for one in clients] == [False] * 5 + [True]


def test_a_killed_client_does_not_keep_the_server_alive(base, client):
    other = client(base)
    other.wait_until_started()
    server = EmbeddedPostgres(base)
    endpoint = server.start()
    other.kill()
    with connect(endpoint) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert server.stop()


def test_a_server_whose_only_client_was_killed_is_taken_over(base, client):
    other = client(base)
    other.wait_until_started()
    other.kill()
    note = (base / "pg18" / "postmaster.pid").read_text()
    server = EmbeddedPostgres(base)
    server.start()
    assert (base / "pg18" / "postmaster.pid").read_text() == note
    assert server.stop()


def test_ctrl_c_in_jupyters_terminal_does_not_reach_the_server(base):
    with EmbeddedPostgres(base) as server, connect(server.start()) as connection:
        postmaster = int((base / "pg18" / "postmaster.pid").read_text().split()[0])
        assert os.getsid(postmaster) == postmaster != os.getsid(0)
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_russian_text_is_understood_whatever_lang_says(tmp_path, monkeypatch):
    base = tmp_path / "мои данные"
    for name in ("LANG", "LC_ALL", "LC_CTYPE"):
        monkeypatch.delenv(name, raising=False)
    with EmbeddedPostgres(base) as server, connect(server.start()) as connection:
        found = connection.execute(
            "SELECT lower('ЁЖИК'), to_tsvector('russian', 'БЕЖАЛИ')"
            " @@ to_tsquery('russian', 'бежать'), 'Я' ~* 'я', current_setting('server_encoding')"
        ).fetchone()
    assert found == ("ёжик", True, True, "UTF8")


def test_variables_meant_for_other_servers_are_not_obeyed(base, monkeypatch):
    monkeypatch.setenv("PGDATA", "/nonexistent")
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGOPTIONS", "-c nonsense=1")
    with EmbeddedPostgres(base) as server:
        endpoint = server.start()
        monkeypatch.undo()
        with connect(endpoint) as connection:
            assert connection.execute("SHOW port").fetchone() == ("5432",)


def test_waiting_for_a_start_elsewhere_ends_with_the_reason(tmp_path):
    with FileLock(tmp_path / "start.lock") as turn:
        turn.acquire()
        began = time.monotonic()
        with pytest.raises(EmbeddedPostgresError, match="PROMPTYFLOW_DATABASE_URL") as refused:
            EmbeddedPostgres(tmp_path, start_seconds=0.3).start()
    assert refused.value.reason is Reason.UNREACHABLE
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "name", ["with a space", "данные Ёлка 数据", "quo\"te's", "a,comma", "long" * 30]
)
def test_any_folder_name_will_do(tmp_path, with_database, name):
    base = with_database(tmp_path / name / "promptyflow")
    with EmbeddedPostgres(base) as server, connect(server.start()) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS one")
        assert connection.execute("SELECT one FROM t").fetchone() == (1,)
        assert (base / "pg18" / "PG_VERSION").read_text() == "18\n"
