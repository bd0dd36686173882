"""People on a server with a database of its own."""

from __future__ import annotations

import pytest
from people import Person

from promptyflow_server.services import build_dispatcher
from promptyflow_server.settings import Settings


@pytest.fixture
async def dispatcher(database_url, tmp_path):
    made = build_dispatcher(Settings(data_dir=tmp_path, database_url=database_url))
    await made.services.database.ready()
    yield made
    await made.services.close()


@pytest.fixture
def person(dispatcher):
    return lambda name: Person(dispatcher, name)


@pytest.fixture
def ann(person):
    return person("ann")
