"""Who is who: one person for each pair of issuer and subject, whatever the name does."""

from __future__ import annotations

import asyncio

import pytest

from promptyflow_server.http.call import Principal
from promptyflow_server.security.identity import Identities
from promptyflow_server.shared.errors import Unauthenticated

ISSUER = "hub:jupyterhub"


def principal(name: str = "alice", created: str | None = "1", **more) -> Principal:
    return Principal(ISSUER, more.pop("subject", name), name, "hub", created=created, **more)


@pytest.fixture
def identities(dispatcher):
    return dispatcher.services.identities


async def test_many_first_visits_at_once_make_one_person(dispatcher):
    people = [Identities(dispatcher.services.database) for _ in range(8)]
    users = await asyncio.gather(*(one.resolve(principal()) for one in people))
    assert len({user.id for user in users}) == 1


async def test_groups_are_those_of_this_request(identities):
    first = await identities.resolve(principal(groups=frozenset({"staff"})))
    later = await identities.resolve(principal())
    assert (first.id, first.groups, later.groups) == (later.id, {"staff"}, frozenset())


async def test_finding_makes_nobody(identities):
    assert await identities.find(principal()) is None
    made = await identities.resolve(principal())
    assert (await identities.find(principal())).id == made.id


async def test_a_name_that_was_made_again_does_not_open_the_account_before_it(identities):
    await identities.resolve(principal(created="1"))
    with pytest.raises(Unauthenticated):
        await identities.resolve(principal(created="2"))


async def test_the_name_by_which_the_issuer_calls_somebody_follows(identities, dispatcher):
    await identities.resolve(principal("alice", subject="sub/1"))
    later = Identities(dispatcher.services.database)
    await later.resolve(principal("alicia", subject="sub/1"))
    from sqlalchemy import text

    async with dispatcher.services.database.read() as connection:
        row = (await connection.execute(text("SELECT subject, name FROM identities"))).one()
    assert tuple(row) == ("sub/1", "alicia")
