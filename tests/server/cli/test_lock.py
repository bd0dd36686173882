"""An account that an operator locks opens nothing any more, and keeps all it has."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from promptyflow_server.cli import main
from promptyflow_server.http.call import Principal
from promptyflow_server.security.identity import Identities
from promptyflow_server.shared.errors import Forbidden, Unauthenticated


@pytest.fixture
def lock(settings, monkeypatch):
    """Return what runs the command on the database of `dispatcher`."""
    monkeypatch.setenv("PROMPTYFLOW_DATABASE_URL", settings.database_url)

    async def run(*arguments: str) -> int:
        command = ["--data-dir", str(settings.data_dir), "lock", *arguments]
        return await asyncio.to_thread(main, command)

    return run


def principal(name: str = "ann", issuer: str = "service") -> Principal:
    return Principal(issuer, name, name, "access-token")


async def test_who_is_locked_gets_in_by_no_door_until_that_is_undone(dispatcher, lock, capsys):
    services = dispatcher.services
    ann = await services.identities.resolve(principal())
    token = await services.access_tokens.create(ann.id, "laptop", None)
    async with services.database.transaction() as connection:
        await connection.execute(text("UPDATE users SET email = 'Ann@Example.org'"))
    assert await lock("ann@example.org") == 0
    with pytest.raises(Unauthenticated):
        await services.access_tokens.user_of(token)
    with pytest.raises(Forbidden):
        await Identities(services.database).resolve(principal())
    assert await lock("--undo", str(ann.id)) == 0
    assert (await services.access_tokens.user_of(token)).id == ann.id
    assert str(ann.id) in capsys.readouterr().out
    async with services.database.read() as connection:
        trail = await connection.execute(text("SELECT action, user_id FROM audit ORDER BY id"))
        assert trail.all() == [("lock", ann.id), ("unlock", ann.id)]


async def test_nobody_is_locked_by_a_name_that_is_not_theirs_alone(dispatcher, lock, capsys):
    services = dispatcher.services
    bob = await services.identities.resolve(principal("bob"))
    await services.identities.resolve(principal("ann"))
    await services.identities.resolve(principal("ann", "elsewhere"))
    async with services.database.transaction() as connection:
        called = text("UPDATE users SET name = 'eve' WHERE id = :id")
        await connection.execute(called, {"id": bob.id})
    for who in ("eve", "ann", "nobody"):
        assert await lock(who) == 1
    assert str(bob.id) not in capsys.readouterr().err
    async with services.database.read() as connection:
        locked = await connection.execute(text("SELECT count(*) FROM users WHERE disabled"))
        assert locked.scalar_one() == 0
