"""A new master key while people work: every key that was saved can still be used."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest
from command import run_command

from promptyflow_server.security.master_key import parse_master_keys
from promptyflow_server.security.vault import KeyRing, Place
from promptyflow_server.storage.tables import api_keys

WRITERS, READERS = 5, 5


async def stored(dispatcher):
    async with dispatcher.services.database.read() as connection:
        return list((await connection.execute(api_keys.select())).all())


@pytest.mark.slow
async def test_under_traffic_no_key_is_lost(servers, person, tmp_path, database_url):
    one, two = await servers.start(), await servers.start()
    confirmed: dict[str, str] = {}
    over = asyncio.Event()
    uses = 0

    async def save(somebody, secret):
        services = somebody.dispatcher.services
        who = await somebody.get("/api/user")
        user = type("U", (), {"id": UUID(who["id"]), "name": somebody.name})()
        await services.api_keys.save(user, "openai-compatible", secret, "http://127.0.0.1:9/v1")
        confirmed[somebody.name] = secret
        return user

    people = [person(one if n % 2 else two, f"p{n}") for n in range(WRITERS + READERS)]
    users = [await save(somebody, f"sk-first-{somebody.name}") for somebody in people]

    async def writes(number):
        turn = 0
        while not over.is_set():
            turn += 1
            await save(people[number], f"sk-{turn}-{number}-planted")

    async def reads(number):
        nonlocal uses
        while not over.is_set():
            for dispatcher in (one, two):  # whichever server sealed it
                access = await dispatcher.services.api_keys.access(
                    users[number], "openai-compatible"
                )
                assert access.access.key.reveal() == confirmed[people[number].name]
                uses += 1
            await asyncio.sleep(0.01)

    traffic = [
        *(asyncio.create_task(writes(number)) for number in range(WRITERS)),
        *(asyncio.create_task(reads(number)) for number in range(WRITERS, WRITERS + READERS)),
    ]
    environment = {"PROMPTYFLOW_DATABASE_URL": database_url}
    for _ in range(2):
        done = await asyncio.to_thread(run_command, tmp_path, "rotate-key", **environment)
        assert done.code == 0, done.err
        assert not any(task.done() for task in traffic)
    over.set()
    await asyncio.gather(*traffic)
    assert uses > 20

    lines = (tmp_path / "keys" / "master.key").read_text().split()
    assert len(lines) == 3
    newest = KeyRing(parse_master_keys(lines[0]))  # the old ones are not needed any more
    rows = await stored(one)
    opened = {
        row.owner_id: newest.open(row.ciphertext, Place(row.owner_id, row.provider, row.id))
        for row in rows
    }
    assert opened == {user.id: confirmed[user.name] for user in users}
    said = done.out + done.err
    assert not any(secret in said for secret in [*lines, *confirmed.values()])


async def test_a_file_that_the_operator_changed_counts_at_once(servers, tmp_path):
    server = await servers.start()
    vault = server.services.api_keys._vault
    place = Place(UUID(int=1), "openai", UUID(int=2))
    before = await vault.seal("sk-1", place)
    file = tmp_path / "keys" / "master.key"
    file.write_text("ab" * 32 + "\n" + file.read_text())
    after = await vault.seal("sk-2", place)
    assert before.kid != after.kid
    assert [await vault.open(sealed.blob, place) for sealed in (before, after)] == ["sk-1", "sk-2"]
    file.chmod(0o644)
    file.write_text("cd" * 32)
    assert await vault.open(after.blob, place) == "sk-2", "a file open to others is not taken"


def test_a_key_from_the_environment_is_not_replaced(tmp_path, database_url):
    environment = {"PROMPTYFLOW_DATABASE_URL": database_url, "PROMPTYFLOW_MASTER_KEY": "ef" * 32}
    done = run_command(tmp_path, "rotate-key", **environment)
    assert done.code == 1
    assert "--keep-file" in done.err
    assert "efef" not in done.err
    done = run_command(tmp_path, "rotate-key", "--keep-file", **environment)
    assert done.code == 0, done.err


def test_a_named_file_keeps_its_owner_and_its_mode(tmp_path, database_url):
    file = tmp_path / "master.key"
    file.write_text("ab" * 32)
    file.chmod(0o400)
    before = file.stat()
    environment = {
        "PROMPTYFLOW_DATABASE_URL": database_url,
        "PROMPTYFLOW_MASTER_KEY_FILE": str(file),
    }
    assert run_command(tmp_path, "rotate-key", **environment).code == 0
    after = file.stat()
    assert (after.st_uid, after.st_gid, after.st_mode & 0o077) == (before.st_uid, before.st_gid, 0)
    assert file.read_text().split()[1] == "ab" * 32
