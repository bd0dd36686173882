"""People on a server with a database of its own."""

from __future__ import annotations

import pytest
from people import Person


@pytest.fixture
def person(dispatcher):
    return lambda name: Person(dispatcher, name)


@pytest.fixture
def ann(person):
    return person("ann")
