"""What any test may ask for: the emulator of AI providers, started once for the run."""

from __future__ import annotations

from pathlib import Path

import pytest
from emulator import running_emulator

HUB = Path(__file__).parent / "hub"


def pytest_collection_modifyitems(items):
    """Leave the tests of a file to one worker, and all of a Hub's too: they share it."""
    for item in items:
        file = item.nodeid.partition("::")[0]
        group = "hub" if item.path.is_relative_to(HUB) else file
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def emulator_process():
    with running_emulator() as emulator:
        yield emulator


@pytest.fixture
def emulator(emulator_process):
    """An emulator that has nothing to say yet: see `emulator.Emulator.answer`."""
    emulator_process.reset()
    return emulator_process
