"""Row-level security: what a statement forgets to ask for, the database refuses all the same."""

from __future__ import annotations

from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from people import Person, Refused
from postgres_process import PgBouncer, PostgresProcess, short_folder
from sqlalchemy import bindparam, func, select, text, true
from sqlalchemy.exc import ProgrammingError

from promptyflow_server.ai.repository import RunRepository
from promptyflow_server.projects import repository
from promptyflow_server.projects.received import ReceivedRepository
from promptyflow_server.projects.repository import ProjectRepository
from promptyflow_server.services import build_dispatcher
from promptyflow_server.settings import Settings
from promptyflow_server.storage import connecting, migrate, wall
from promptyflow_server.storage.acting import ACTING, Acting
from promptyflow_server.storage.tables import metadata, projects, shares

PRIVATE = {"owner_id", "user_id"}
NOT_WALLED = {"identities", "sign_in_codes"}
"""Asked before it is known who acts; people's transactions have no business there."""

ITEM = {"id": 1, "title": "One", "content": "secret"}
DATA = {"contextBlocks": [{"id": 1, "title": "Docs", "items": [ITEM]}]}


@pytest.fixture
def careless(monkeypatch):
    """Repositories that have forgotten whose rows they ask for."""
    monkeypatch.setattr(ProjectRepository, "_is", lambda _, own_id: projects.c.id == own_id)
    anybodys = select(*repository._COLUMNS).where(projects.c.id == bindparam("project"))
    monkeypatch.setattr(repository, "_FIND", anybodys)
    monkeypatch.setattr(repository, "_FIND_LOCKED", anybodys.with_for_update())
    find = RunRepository.__init__

    def forgetful(self, connection, owner_id):
        find(self, connection, owner_id)
        self._mine = true()

    monkeypatch.setattr(RunRepository, "__init__", forgetful)
    received = ReceivedRepository._best

    def everybodys(self):
        query = received(self)
        return query.with_only_columns(*query.selected_columns).where(true())

    monkeypatch.setattr(ReceivedRepository, "_best", everybodys)


@pytest.mark.usefixtures("careless")
async def test_without_the_owner_in_a_statement_nothing_of_others_is_read(ann, bob):
    theirs = await ann.make(DATA)
    seen = theirs.seen_by(bob)
    for asking in (
        seen.get(),
        bob.send("GET", f"{seen.path}/export"),
        bob.post(f"{seen.path}/duplicate"),
        bob.patch(seen.path, {"name": "x"}),
        bob.delete(seen.path),
    ):
        with pytest.raises(Refused) as refused:
            await asking
        assert refused.value.status == 404
    assert (await theirs.data())["contextBlocks"][0]["items"][0]["content"] == "secret"


@pytest.mark.usefixtures("careless")
async def test_the_careless_repository_is_careless(dispatcher, ann, bob):
    """Without the wall the same statement finds what is somebody else's: the wall alone holds."""
    theirs = await ann.make(DATA)
    me = (await bob.get("/api/user"))["id"]
    async with dispatcher.services.database.read() as connection:
        found = await ProjectRepository(connection, me).find(theirs.id)
    assert found is not None


async def test_rows_of_others_are_not_there_whatever_is_asked(ann, bob, as_person):
    theirs = await ann.make(DATA)
    await ann.post("/api/templates", {"name": "t", "content": "secret"})
    async with as_person(bob) as connection:
        for table in metadata.sorted_tables:
            if table.name in {"users", *NOT_WALLED} or not PRIVATE & set(table.c.keys()):
                continue
            count = select(func.count()).select_from(table)
            assert (await connection.execute(count)).scalar() == 0, table.name
        for statement in ("UPDATE projects SET name = 'x'", "DELETE FROM nodes"):
            assert (await connection.execute(text(statement))).rowcount == 0
    assert (await theirs.get())["name"] == "Test"


async def test_nobody_writes_rows_in_another_name(ann, bob, as_person):
    await bob.get("/api/user")
    owner = (await ann.get("/api/user"))["id"]
    statement = "INSERT INTO projects (owner_id, id, name) VALUES (:owner, gen_random_uuid(), 'x')"
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with as_person(bob) as connection:
            await connection.execute(text(statement), {"owner": owner})


async def test_a_viewer_sees_the_rows_and_cannot_change_them_an_editor_can(ann, bob, as_person):
    await bob.get("/api/user")
    theirs = await ann.make(DATA)
    for role, changed in (("view", 0), ("edit", 2)):
        await theirs.share(user=bob.name, role=role)
        async with as_person(bob) as connection:
            seen = await connection.execute(text("SELECT count(*) FROM node_chunks"))
            assert seen.scalar() == 1
            for statement in ("UPDATE nodes SET title = 'x'", "UPDATE nodes SET title = 'x'"):
                assert (await connection.execute(text(statement))).rowcount == changed
            gone = await connection.execute(text("DELETE FROM projects"))
            assert gone.rowcount == 0
            await connection.rollback()


async def test_no_secret_of_the_service_is_readable_in_the_name_of_a_person(bob, as_person):
    async with as_person(bob) as connection:
        assert (await connection.execute(text("SELECT * FROM audit"))).all() == []
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with as_person(bob) as connection:
            await connection.execute(text("DELETE FROM alembic_version"))


async def test_every_table_that_holds_somebodys_data_has_a_wall(dispatcher):
    async with dispatcher.services.database.read() as connection:
        rows = await connection.execute(
            text("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r'")
        )
        walled = set(rows.scalars())
    private = {t.name for t in metadata.sorted_tables if PRIVATE & set(t.c.keys())}
    assert private - NOT_WALLED <= walled
    assert shares.name in walled


async def test_behind_a_pooler_the_wall_lasts_for_one_transaction(tmp_path):
    """A superuser's login is held by it too, and the next transaction is somebody else's."""
    with (
        short_folder() as folder,
        PostgresProcess(folder).create() as postgres,
        PgBouncer(postgres, pool_size=2) as bouncer,
    ):
        settings = Settings(
            data_dir=tmp_path,
            database_url=bouncer.url,
            database_direct_url=postgres.url,
            local=False,
        )
        made = build_dispatcher(settings)
        await made.services.database.ready()
        ann, bob = Person(made, "ann"), Person(made, "bob")
        theirs = await ann.make(DATA)
        await bob.get("/api/user")
        for _ in range(5):
            await theirs.get()
            token = ACTING.set(await acting_of(bob))
            async with made.services.database.transaction() as connection:
                who = await connection.execute(text("SELECT current_user, pf_user()"))
                assert who.one()[0] == wall.PERSON_ROLE
                seen = await connection.execute(text("SELECT count(*) FROM projects"))
                assert seen.scalar() == 0
            ACTING.reset(token)
            async with made.services.database.read() as connection:
                who = await connection.execute(text("SELECT current_user, pf_user()"))
                assert tuple(who.one()) == ("postgres", None)
        await made.services.close()


async def test_a_login_that_may_not_take_on_the_role_works_and_says_so(
    empty_database_url, tmp_path, monkeypatch, caplog
):
    monkeypatch.setattr(wall, "PERSON_ROLE", "somebody_else")
    monkeypatch.setattr(wall, "_ROLE", wall.sql.Identifier("somebody_else"))
    monkeypatch.setattr(wall, "_TRY", wall._TRY.replace("promptyflow_person", "somebody_else"))
    assert migrate.to_this_version(connecting.external_options(empty_database_url)) is False
    assert "row-level security is off" in caplog.text
    made = build_dispatcher(Settings(data_dir=tmp_path, database_url=empty_database_url))
    await made.services.database.ready()
    assert (await (await Person(made, "ann").make(DATA)).get())["role"] == "owner"
    await made.services.close()


async def acting_of(person):
    own = UUID((await person.get("/api/user"))["id"])
    return Acting(own, frozenset({own}))


@pytest.fixture
def as_person(dispatcher):
    """Return what opens a transaction in somebody's name."""

    @asynccontextmanager
    async def opened(person):
        token = ACTING.set(await acting_of(person))
        try:
            async with dispatcher.services.database.transaction() as connection:
                yield connection
        finally:
            ACTING.reset(token)

    return opened
