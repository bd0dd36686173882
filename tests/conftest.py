"""What any test may ask for: the emulator of AI providers, started once for the run."""

from __future__ import annotations

import pytest
from emulator import running_emulator


@pytest.fixture(scope="session")
def emulator_process():
    with running_emulator() as emulator:
        yield emulator


@pytest.fixture
def emulator(emulator_process):
    """An emulator that has nothing to say yet: see `emulator.Emulator.answer`."""
    emulator_process.reset()
    return emulator_process
