"""Two containers with one home folder share one server and never write side by side."""

from __future__ import annotations

import psycopg

from promptyflow_server.storage.embedded import EmbeddedPostgres
from promptyflow_server.storage.embedded.locks import FileLock


def connect(endpoint):
    return psycopg.connect(
        host=endpoint.host, user=endpoint.user, dbname=endpoint.database, autocommit=True
    )


def starts(base):
    return (base / "pg18.log").read_text().count("ready to accept connections")


def test_the_second_container_uses_the_firsts_server_and_takes_over_when_it_is_gone(
    base, container
):
    other = container(base)
    other.wait_until_started()
    before = starts(base)
    server = EmbeddedPostgres(base)
    with connect(server.start()) as connection:
        connection.execute("DROP TABLE IF EXISTS shared")
        connection.execute("CREATE TABLE shared AS SELECT 42 AS answer")
    assert starts(base) == before
    other.kill()
    with FileLock(base / "pg18.lock") as lock:  # the kernel takes a moment to end them all
        assert lock.acquire(timeout=30)
    with connect(server.start()) as connection:
        assert connection.execute("SELECT answer FROM shared").fetchone() == (42,)
    assert starts(base) == before + 1
    assert server.stop()


def test_who_leaves_last_and_cannot_see_the_server_leaves_it_to_the_next(base, container):
    server = EmbeddedPostgres(base)
    endpoint = server.start()
    other = container(base)
    other.wait_until_started()
    assert not server.stop()
    assert not other.leave()
    with connect(endpoint) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    server.start()
    assert server.stop()
