"""A Jupyter server whose kernels reach the emulator of an AI provider, and nothing else."""

from __future__ import annotations

import pytest
from emulator import running_emulator
from jupyter_process import running_jupyter


@pytest.fixture(scope="module")
def emulator():
    with running_emulator() as emulator:
        yield emulator


@pytest.fixture(scope="module")
def jupyter(emulator, tmp_path_factory):
    provider = {"OPENAI_BASE_URL": emulator.base_url, "OPENAI_API_KEY": "planted-key"}
    folder = tmp_path_factory.mktemp("jupyter")
    with running_jupyter(folder, app="server", environment=provider) as jupyter:
        yield jupyter
