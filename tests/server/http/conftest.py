"""The same application behind both of its hosts, sharing one database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from hosts import Host
from jupyter_process import running_jupyter
from service_process import running_service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def shared_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data") / "promptyflow"


@pytest.fixture(scope="session")
def jupyter_host(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Iterator[Host]:
    folder = tmp_path_factory.mktemp("jupyter")
    with running_jupyter(folder, app="server", data=shared_data) as jupyter:
        root = f"{jupyter.url}promptyflow"
        headers = {"Authorization": f"token {jupyter.token}"}
        with (
            httpx.Client(base_url=root, headers=headers, timeout=60) as known,
            httpx.Client(base_url=root, timeout=60) as stranger,
        ):
            yield Host("jupyter", "/promptyflow", known, stranger, headers)


@pytest.fixture(scope="session")
def service_host(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Iterator[Host]:
    log = tmp_path_factory.mktemp("service") / "service.log"
    with running_service(shared_data, log) as service:
        headers = {"Authorization": f"Bearer {service.token('alice')}"}
        with (
            httpx.Client(base_url=service.url, headers=headers, timeout=60) as known,
            httpx.Client(base_url=service.url, timeout=60) as stranger,
        ):
            yield Host("service", "/pf", known, stranger, headers)


@pytest.fixture(params=["jupyter_host", "service_host"])
def host(request: pytest.FixtureRequest) -> Host:
    made: Host = request.getfixturevalue(request.param)
    return made
