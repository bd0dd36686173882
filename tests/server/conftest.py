"""A real PostgreSQL for every test: one server for the run, one fresh database for each test."""

from __future__ import annotations

import functools
import itertools
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql
from servers import Servers

from promptyflow_server.storage import connecting, migrate
from promptyflow_server.storage.embedded import ADMIN_ROLE, APP_ROLE, EmbeddedPostgres
from promptyflow_server.tokens import counter

if TYPE_CHECKING:
    from collections.abc import Iterator


class DatabaseServer:
    """Makes databases: empty ones, or ones with the schema, copied from the first of them."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._numbers = itertools.count(1)
        self._admin = psycopg.connect(
            host=host, user=ADMIN_ROLE, dbname="postgres", autocommit=True
        )
        self._ready: str | None = None

    def create(self, *, empty: bool = False) -> str:
        """Make a database and return its name."""
        if empty:
            return self._create("template0")
        if self._ready is None:
            self._ready = self._create("template0")
            migrate.to_this_version(connecting.external_options(self.url(self._ready)))
        return self._create(self._ready)

    def drop(self, name: str) -> None:
        self._admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    @contextmanager
    def role(self, name: str) -> Iterator[str]:
        """Give a role that may do nothing and that the application may take on."""
        role, app = sql.Identifier(name), sql.Identifier(APP_ROLE)
        self._admin.execute(sql.SQL("CREATE ROLE {}").format(role))
        self._admin.execute(sql.SQL("GRANT {} TO {}").format(role, app))
        yield name
        self._admin.execute(sql.SQL("DROP ROLE {}").format(role))

    def url(self, name: str) -> str:
        return f"postgresql://{APP_ROLE}@/{name}?host={quote(self._host, safe='')}"

    def close(self) -> None:
        self._admin.close()

    def _create(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy")
        self._admin.execute(
            statement.format(*(sql.Identifier(part) for part in (name, template, APP_ROLE)))
        )
        return name


@pytest.fixture(scope="session", autouse=True)
def vocabularies():
    """Vocabularies of tokens, loaded once for all servers of the run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counter, "load", functools.cache(counter.load))
        yield


@pytest.fixture(scope="session")
def database_server(tmp_path_factory):
    # Nothing of a test need survive a power cut; two services at once need more connections.
    careless = {
        "fsync": "off",
        "full_page_writes": "off",
        "wal_compression": "off",
        "max_connections": "100",
    }
    embedded = EmbeddedPostgres(tmp_path_factory.mktemp("pg"), options=careless)
    server = DatabaseServer(embedded.start().host)
    yield server
    server.close()
    embedded.stop()


@pytest.fixture
def database_url(database_server):
    """The URL of a fresh database with the schema."""
    name = database_server.create()
    yield database_server.url(name)
    database_server.drop(name)


@pytest.fixture
async def servers(settings):
    """What starts several servers of one database."""
    made = Servers(settings)
    yield made
    await made.close()


@pytest.fixture(scope="session")
def shared_database_url(database_server):
    """One database for many tests: each has people, and so projects, of its own."""
    return database_server.url(database_server.create())


@pytest.fixture(scope="session")
def numbers():
    """What tells apart the people of tests that share a database."""
    return itertools.count(1)


@pytest.fixture
def settings(database_url, tmp_path):
    """The settings of `dispatcher`: a database of one's own."""
    from promptyflow_server.settings import Settings

    return Settings(data_dir=tmp_path, database_url=database_url)


@pytest.fixture
async def dispatcher(settings):
    """The application, which answers whatever people ask."""
    from promptyflow_server.services import build_dispatcher

    made = build_dispatcher(settings)
    await made.services.database.ready()
    yield made
    await made.services.close()


@pytest.fixture
def empty_database_url(database_server):
    """The URL of a fresh database without anything."""
    name = database_server.create(empty=True)
    yield database_server.url(name)
    database_server.drop(name)
