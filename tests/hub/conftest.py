"""One JupyterHub for the whole folder; alice, bob and the service have accounts of their own.

Root is needed: see `other_accounts`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hub_process import ServiceOfHub, running_hub, service_of, together
from other_accounts import ALICE, BOB, need_root
from postgres_process import PostgresProcess, short_folder

HERE = Path(__file__).parent
CAROL = "carol@example.org"
PEOPLE = ["alice", "bob", CAROL]


def pytest_collection_modifyitems(items):
    """Give whichever test comes first the time to start all there is."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="session")
def hub(database):
    accounts = {"alice": ALICE, "bob": BOB}
    with short_folder() as folder, running_hub(folder, accounts, PEOPLE, database.url) as hub:
        yield hub


@pytest.fixture(scope="session")
def database():
    need_root()
    with short_folder() as folder, PostgresProcess(folder).create() as server:
        yield server


@pytest.fixture(scope="session")
def services(hub, database):
    """The service: two processes at one address."""
    made = [
        service_of(
            hub,
            database.url,
            f"service{number}",
            PROMPTYFLOW_HUB_TOKEN_SECONDS="3",
            PROMPTYFLOW_PROVIDER_PRIVATE_HOSTS="127.0.0.1",
        )
        for number in (1, 2)
    ]
    together(ServiceOfHub.start, made)
    yield made
    together(ServiceOfHub.stop, made)


@pytest.fixture(scope="session")
def service(services):
    return services[0]


@pytest.fixture(scope="session")
def servers(hub, service):  # noqa: ARG001 - it must run
    """Alice's and bob's own servers, started side by side."""
    return together(hub.start, ("alice", "bob"))


@pytest.fixture
def carol(hub, service):  # noqa: ARG001 - it must run
    """Somebody with a name as Google gives it, whose server a test may stop."""
    return hub.start(CAROL)


@pytest.fixture(scope="session")
def alice(servers):
    return servers[0]


@pytest.fixture(scope="session")
def bob(servers):
    return servers[1]
