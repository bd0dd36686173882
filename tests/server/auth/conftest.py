"""A service with an OpenID provider; the provider and the address last as long as the run."""

from __future__ import annotations

import pytest
from openid_process import running_openid_provider
from sign_in import PREFIX, environment_of, listening_socket, serving


@pytest.fixture(scope="session")
def listening():
    made = listening_socket()
    yield made
    made.close()


@pytest.fixture(scope="session")
def service_url(listening):
    return f"http://127.0.0.1:{listening.getsockname()[1]}{PREFIX}"


@pytest.fixture(scope="session")
def issuer(tmp_path_factory, service_url):
    log = tmp_path_factory.mktemp("openid") / "provider.log"
    own = "https://client.example/back"
    with running_openid_provider(log, f"{service_url}/auth/google/callback", own) as found:
        yield found


@pytest.fixture
def settings_more():
    """What a test sets besides; overridden by `pytest.mark.parametrize`."""
    return {}


@pytest.fixture
async def service(  # noqa: PLR0917
    listening, service_url, issuer, database_url, tmp_path, settings_more
):
    environment = environment_of(
        service_url, issuer, PROMPTYFLOW_DATABASE_URL=database_url, **settings_more
    )
    async with serving(listening, tmp_path, environment) as running:
        yield running
