"""Names of a Hub change hands: what was kept under one never goes to another person.

The Hub is a stand-in here; tests/hub shows the same on a real one.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest
from sqlalchemy import text

from promptyflow_server.hub.door import HubDoor
from promptyflow_server.hub.settings import HubSettings
from promptyflow_server.hub.visitor import Visitor
from promptyflow_server.security.identity import Identities
from promptyflow_server.shared.errors import Unauthenticated, Unavailable

SETTINGS = HubSettings("http://127.0.0.1:1/hub/api")
SCOPES = frozenset(SETTINGS.access_scopes)


@dataclass
class StandIn:
    """A Hub's accounts (name: moment, sub) and whose tokens there are."""

    accounts: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    is_away: bool = False

    async def visitor_of(self, token: str) -> Visitor | None:
        self._ask(f"token {token}")
        name = self.tokens.get(token)
        if name is None:
            return None
        return Visitor(name, "user", frozenset(), SCOPES, self.accounts[name][1])

    async def created(self, name: str) -> str | None:
        self._ask(name)
        if name not in self.accounts:
            raise Unauthenticated
        return self.accounts[name][0]

    def make(self, name: str, created: str | None, sub: str | None = None) -> str:
        """Make an account and return a token of it."""
        self.accounts[name] = created, sub
        token = f"token-of-{name}-{created}"
        self.tokens[token] = name
        return token

    def delete(self, name: str) -> None:
        del self.accounts[name]
        self.tokens = {token: owner for token, owner in self.tokens.items() if owner != name}

    def rename(self, old: str, new: str) -> None:
        self.accounts[new] = self.accounts.pop(old)
        owners = self.tokens.items()
        self.tokens = {token: new if owner == old else owner for token, owner in owners}

    async def close(self) -> None:
        pass

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.is_away:
            raise Unavailable(reason="hub")


@pytest.fixture
def hub():
    return StandIn()


@pytest.fixture
def process(dispatcher, hub):
    """Return what makes the door of one more process of the service."""
    database = dispatcher.services.database
    return lambda: HubDoor(SETTINGS, database, Identities(database), hub)


async def test_a_person_is_the_same_in_every_process_and_at_every_visit(process, hub):
    token = hub.make("alice", "1")
    doors = [process(), process()]
    users = await asyncio.gather(*(door.user_of(token) for door in doors * 20))
    assert len({user.id for user in users}) == 1
    assert hub.asked.count(f"token {token}") == 2
    assert hub.asked.count("alice") == 2


async def test_a_name_made_again_is_another_person(process, hub):
    door = process()
    before = await door.user_of(hub.make("alice", "1"))
    hub.delete("alice")
    after = await door.user_of(hub.make("alice", "2"))
    assert after.id != before.id
    assert (await process().user_of(hub.make("alice", "2"))).id == after.id


async def test_a_deleted_persons_token_that_is_still_known_does_not_open_the_new_account(
    process, hub, monkeypatch
):
    door, other = process(), process()
    old = hub.make("alice", "1")
    await door.user_of(old)
    hub.delete("alice")
    await other.user_of(hub.make("alice", "2"))
    monkeypatch.setattr("promptyflow_server.security.identity._KNOWN_SECONDS", 0.0)
    door._identities._known.clear()
    with pytest.raises(Unauthenticated):
        await door.user_of(old)


async def test_a_renamed_person_keeps_everything(process, hub):
    token = hub.make("alice", "1")
    before = await process().user_of(token)
    hub.rename("alice", "alicia")
    door = process()
    after = await door.user_of(token)
    assert (after.id, after.name) == (before.id, "alicia")
    hub.make("alice", "2")
    assert (await door.user_of("token-of-alice-2")).id != before.id


async def test_a_process_that_still_knows_the_old_name_makes_nobody(process, hub, dispatcher):
    token = hub.make("alice", "1")
    slow, quick = process(), process()
    before = await slow.user_of(token)
    hub.rename("alice", "alicia")
    assert (await quick.user_of(token)).id == before.id
    slow._identities._known.clear()
    assert (await slow.user_of(token)).id == before.id
    async with dispatcher.services.database.read() as connection:
        people = (await connection.execute(text("SELECT count(*) FROM users"))).scalar_one()
    assert people == 1


async def test_a_renamed_person_is_found_even_where_somebody_has_the_old_name_already(process, hub):
    token = hub.make("alice", "1")
    before = await process().user_of(token)
    hub.rename("alice", "alicia")
    other = await process().user_of(hub.make("alice", "2"))
    after = await process().user_of(token)
    assert before.id == after.id != other.id


async def test_a_person_renamed_to_a_name_that_was_deleted_brings_their_own(process, hub):
    first, second = hub.make("alice", "1"), hub.make("bob", "2")
    alice, bob = await process().user_of(first), await process().user_of(second)
    hub.delete("alice")
    hub.rename("bob", "alice")
    door = process()
    assert (await door.user_of(second)).id == bob.id != alice.id


async def test_accounts_made_at_the_same_moment_stay_apart(process, hub):
    names = [f"u{number:03}" for number in range(5)]
    tokens = [hub.make(name, "1") for name in names]
    door = process()
    users = [await door.user_of(token) for token in tokens]
    assert len({user.id for user in users}) == 5


async def test_where_the_authenticator_tells_who_it_is_the_name_does_not_matter(process, hub):
    token = hub.make("alice", "1", sub="google/117")
    before = await process().user_of(token)
    hub.delete("alice")
    again = await process().user_of(hub.make("alice.smith", "2", sub="google/117"))
    assert again.id == before.id
    other = await process().user_of(hub.make("alice", "3", sub="google/118"))
    assert other.id != before.id


async def test_what_was_kept_under_a_name_is_there_once_the_authenticator_tells_who_it_is(
    process, hub
):
    before = await process().user_of(hub.make("alice", "1"))
    after = await process().user_of(hub.make("alice", "1", sub="google/117"))
    assert after.id == before.id


async def test_without_the_moment_names_count(process, hub):
    before = await process().user_of(hub.make("alice", None))
    assert (await process().user_of(hub.make("alice", None))).id == before.id
    hub.make("alice", "1")
    assert (await process().user_of("token-of-alice-1")).id == before.id
    hub.delete("alice")
    assert (await process().user_of(hub.make("alice", "2"))).id != before.id


async def test_nobody_comes_in_while_the_hub_is_away_but_those_it_has_just_told_of(process, hub):
    door = process()
    known, new = hub.make("alice", "1"), hub.make("bob", "2")
    await door.user_of(known)
    hub.is_away = True
    await door.user_of(known)
    with pytest.raises(Unavailable):
        await door.user_of(new)
    hub.is_away = False
    await door.user_of(new)
