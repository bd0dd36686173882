"""What was backed up is all there on another machine, or nothing was changed there."""

from __future__ import annotations

import stat

import pytest
from command import run_command
from people import Person

from promptyflow_server.security.vault import Place
from promptyflow_server.shared.errors import NoApiKey
from promptyflow_server.shared.ids import new_id
from promptyflow_server.storage.tables import api_keys

KEY = "sk-planted-in-a-backup-0123456789"


async def keep_key(dispatcher, person):
    """Store a key as the service does, without asking a provider about it."""
    services = dispatcher.services
    user_id, row_id = (await person.get("/api/user"))["id"], new_id()
    place = Place(type(row_id)(user_id), "openai", row_id)
    sealed = await services.api_keys._vault.seal(KEY, place)
    values = {"owner_id": user_id, "provider": "openai", "id": row_id}
    async with services.database.transaction() as connection:
        await connection.execute(
            api_keys.insert().values(**values, ciphertext=sealed.blob, kid=sealed.kid)
        )
    return place


async def opened(dispatcher, place):
    services = dispatcher.services
    async with services.database.read() as connection:
        mine = api_keys.select().where(api_keys.c.owner_id == place.owner_id)
        blob = (await connection.execute(mine)).one().ciphertext
    return await services.api_keys._vault.open(blob, place)


@pytest.mark.slow
async def test_another_machine_gives_the_same_export_of_every_project(tmp_path, server, work):
    here, there, dump = tmp_path / "here", tmp_path / "there", tmp_path / "all.dump"
    people = ("ann", "bob")
    async with server(here) as one:
        for name in people:
            await work(Person(one, name)).fill(3)
        place = await keep_key(one, Person(one, "ann"))
        before = {name: await work(Person(one, name)).everything() for name in people}
        written = run_command(here, "backup", str(dump))  # while the server runs
        assert written.code == 0
        assert str(here / "keys" / "master.key") in written.out
        assert stat.S_IMODE(dump.stat().st_mode) == 0o600
        again = run_command(here, "backup", str(dump))
        assert (again.code, "already" in again.err) == (1, True)
        in_use = run_command(here, "restore", "--replace", str(dump))
        assert (in_use.code, "Stop all servers" in in_use.err) == (1, True)
    content = dump.read_bytes()
    assert KEY.encode() not in content
    assert (here / "keys" / "master.key").read_bytes().strip() not in content

    restored = run_command(there, "restore", str(dump))
    assert restored.code == 0, restored.err
    assert restored.out.splitlines()[1].startswith("1 keys of providers were sealed with a master")
    refused = run_command(there, "restore", str(dump))
    assert (refused.code, "--replace" in refused.err) == (1, True)
    async with server(there) as two:
        after = {name: await work(Person(two, name)).everything() for name in people}
        assert after == before
        assert len(before["ann"]) == 3 * 2 + 2
        with pytest.raises(NoApiKey):
            await opened(two, place)
        await Person(two, "ann").make(name="to be replaced")
        # The other machine's master key, as one more line: both are known from now on.
        own = there / "keys" / "master.key"
        own.write_text(own.read_text() + (here / "keys" / "master.key").read_text())
        assert await opened(two, place) == KEY

    assert run_command(there, "restore", "--replace", str(dump)).code == 0
    async with server(there) as two:
        assert {name: await work(Person(two, name)).everything() for name in people} == before
        await Person(two, "carol").make()


async def test_what_is_no_backup_changes_nothing(tmp_path, database_url, server, work):
    dump, broken, text = (tmp_path / name for name in ("good.dump", "cut.dump", "text.dump"))
    url = {"PROMPTYFLOW_DATABASE_URL": database_url}
    async with server(tmp_path, database_url=database_url) as one:
        await work(Person(one, "ann")).fill(2)
        before = await work(Person(one, "ann")).everything()
        assert run_command(tmp_path, "backup", str(dump), **url).code == 0
    content = dump.read_bytes()
    broken.write_bytes(content[: len(content) - 2000])
    text.write_text("SELECT 1;")
    for path in (broken, text, tmp_path / "nothing.dump", tmp_path):
        done = run_command(tmp_path, "restore", "--replace", str(path), **url)
        assert done.code == 1, path
        assert done.err.count("\n") <= 6
    async with server(tmp_path, database_url=database_url) as one:
        assert await work(Person(one, "ann")).everything() == before


async def test_a_backup_of_a_newer_version_is_refused(tmp_path, database_url, server):
    url = {"PROMPTYFLOW_DATABASE_URL": database_url}
    dump = tmp_path / "new.dump"
    import psycopg

    with psycopg.connect(database_url, autocommit=True) as connection:
        known = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        assert run_command(tmp_path, "backup", str(dump), **url).code == 0
        connection.execute("UPDATE alembic_version SET version_num = %s", known)
    done = run_command(tmp_path, "--language", "ru", "restore", "--replace", str(dump), **url)
    assert (done.code, "более новой версией" in done.err) == (1, True)
    async with server(tmp_path, database_url=database_url) as one:
        await Person(one, "ann").make()


def test_a_password_is_in_no_list_of_processes_and_in_no_message(tmp_path):
    url = "postgresql://somebody:hunter22-planted@127.0.0.1:1/nothing"
    for command in (["backup", str(tmp_path / "x")], ["doctor"], ["migrate"]):
        done = run_command(tmp_path, *command, PROMPTYFLOW_DATABASE_URL=url)
        assert done.code == 1
        assert "hunter22" not in done.out + done.err
    assert list(tmp_path.glob("*x*")) == []
