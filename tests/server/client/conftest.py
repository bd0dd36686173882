"""One Jupyter server and one emulator of an AI provider for the client's tests."""

from __future__ import annotations

import pytest
from emulator import running_emulator
from jupyter_process import running_jupyter

from promptyflow_lab import PromptyFlow


@pytest.fixture(scope="session")
def shared_data(tmp_path_factory):
    """PromptyFlow's data of one person: servers that share it share one database."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory, shared_data):
    folder = tmp_path_factory.mktemp("jupyter")
    with running_jupyter(folder, app="server", data=shared_data) as jupyter:
        yield jupyter


@pytest.fixture(scope="session")
def emulator():
    with running_emulator() as emulator:
        yield emulator


@pytest.fixture
def pf(jupyter):
    with PromptyFlow(f"{jupyter.url}promptyflow", jupyter.token) as pf:
        yield pf
        for project in pf.projects():
            project.delete()


@pytest.fixture
def project(pf):
    return pf.create_project("Paper")


@pytest.fixture
def provider(pf, emulator):
    """The emulator, set up as the person's only provider."""
    emulator.reset()
    pf.set_key("openai-compatible", "planted-key", base_url=emulator.base_url)
    yield emulator
    pf.delete_key("openai-compatible")
