"""The application on a real database, and people who use it."""

from __future__ import annotations

import pytest
from people import Person

from promptyflow_server.settings import Settings


@pytest.fixture
def settings(shared_database_url, tmp_path):
    return Settings(data_dir=tmp_path, database_url=shared_database_url)


@pytest.fixture
def person(dispatcher, numbers):
    """Return a person by name; each name is another account, in each test."""
    test = next(numbers)
    return lambda name: Person(dispatcher, f"{name} {test}")


@pytest.fixture
def ann(person):
    return person("ann")
