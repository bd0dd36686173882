"""The standalone service as a process of its own, started and ended by its process id.

with running_service(data) as service, service.http("alice") as alice:
    alice.get("/api/projects")
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

_START_SECONDS = 60.0
_LIMITS = ("REQUESTS", "SENDS", "SIGN_INS")
_COMMAND = (sys.executable, "-m", "promptyflow_server.cli")


@dataclass(frozen=True)
class ServiceProcess:
    """A service that answers."""

    process: subprocess.Popen[bytes]
    url: str
    data: Path
    environment: Mapping[str, str]
    log_file: Path

    @property
    def log(self) -> str:
        """Everything the service has said so far."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The same, a record for each line."""
        return [json.loads(line) for line in self.log.splitlines()]

    def token(self, name: str) -> str:
        """Return a new token of somebody, who is made if there is none of that name."""
        return token(self.data, name, self.environment)

    def stop(self) -> None:
        """End it in good order."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(30) == 0, self.log

    @contextmanager
    def http(self, name: str) -> Iterator[httpx.Client]:
        """Yield a client that is signed in as somebody."""
        headers = {"Authorization": f"Bearer {self.token(name)}"}
        with httpx.Client(base_url=self.url, headers=headers, timeout=60) as client:
            yield client


@contextmanager
def running_service(
    data: Path,
    log_file: Path,
    *,
    prefix: str = "/pf",
    arguments: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> Iterator[ServiceProcess]:
    """Run the service on a free port; end it afterwards, in good order."""
    service = start_service(
        data, log_file, prefix=prefix, arguments=arguments, environment=environment
    )
    try:
        yield service
    finally:
        service.stop()


def start_service(
    data: Path,
    log_file: Path,
    *,
    prefix: str = "/pf",
    port: int = 0,
    arguments: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> ServiceProcess:
    """Start the service, on a free port unless one is given; whoever calls must end it."""
    own = {key: value for key, value in os.environ.items() if not key.startswith("PROMPTYFLOW_")}
    # A test must not wait for the minute to end.
    generous = dict.fromkeys((f"PROMPTYFLOW_RATE_LIMIT_{name}" for name in _LIMITS), "100000")
    env = own | {"PYTHONUNBUFFERED": "1"} | generous | dict(environment or {})
    serve = ["serve", "--port", str(port), "--prefix", prefix, *arguments]
    with log_file.open("wb") as output:
        process = subprocess.Popen(
            [*_COMMAND, "--data-dir", str(data), *serve], stdout=output, stderr=output, env=env
        )
    try:
        return ServiceProcess(process, _address(process, log_file), data, env, log_file)
    except AssertionError:
        process.kill()
        process.wait()
        raise


def token(data: Path, name: str, environment: Mapping[str, str] | None = None) -> str:
    """Return a new token of somebody."""
    command = [*_COMMAND, "--data-dir", str(data), "token", name]
    made = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return made.stdout.strip()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        for line in log.read_text(encoding="utf-8").splitlines():
            if "serving at " in line:
                return line.partition("serving at ")[2].strip().partition('"')[0]
        time.sleep(0.05)
    raise AssertionError(log.read_text(encoding="utf-8"))
