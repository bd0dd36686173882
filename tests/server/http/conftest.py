"""The same application behind both of its hosts, sharing one database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import httpx
import pytest
from hosts import Host
from jupyter_process import running_jupyter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_START_SECONDS = 60.0


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
    command = [sys.executable, "-m", "promptyflow_server.cli", "--data-dir", str(shared_data)]
    made = subprocess.run([*command, "token", "alice"], capture_output=True, text=True, check=True)
    log = tmp_path_factory.mktemp("service") / "service.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "serve", "--port", "0", "--prefix", "/pf"],
            stdout=output,
            stderr=output,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
    try:
        root = _address(process, log)
        headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
        with (
            httpx.Client(base_url=root, headers=headers, timeout=60) as known,
            httpx.Client(base_url=root, timeout=60) as stranger,
        ):
            yield Host("service", "/pf", known, stranger, headers)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        for line in log.read_text(encoding="utf-8").splitlines():
            if "serving at " in line:
                return line.partition("serving at ")[2].strip()
        time.sleep(0.05)
    raise AssertionError(log.read_text(encoding="utf-8"))


@pytest.fixture(params=["jupyter_host", "service_host"])
def host(request: pytest.FixtureRequest) -> Host:
    made: Host = request.getfixturevalue(request.param)
    return made
