"""The application on a real database, and people who use it."""

from __future__ import annotations

import pytest
from people import Person

from promptyflow_server.settings import RateLimitSettings, Settings


@pytest.fixture
def settings(shared_database_url, tmp_path):
    limits = RateLimitSettings(requests=100_000)
    return Settings(
        data_dir=tmp_path, database_url=shared_database_url, local=False, rate_limits=limits
    )


@pytest.fixture
def person(dispatcher, numbers):
    """Return a person by name; each name is another account, in each test."""
    test = next(numbers)
    return lambda name, *groups: Person(dispatcher, f"{name} {test}", groups=frozenset(groups))


@pytest.fixture
def ann(person):
    return person("ann")


@pytest.fixture
def bob(person):
    return person("bob")
