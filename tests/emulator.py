"""An independent emulator of the AI providers' APIs: npm's aimock, on a free port of this machine.

    with running_emulator() as emulator:
        emulator.answer("hello", "Hi there!")
        ...
        assert emulator.requests()[0]["body"]["model"] == "gpt-4o"

It validates nothing and cannot send errors in the middle of a stream; see
``providers/fault_server.py`` for what it lacks.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLI = Path(__file__).parent / "node_modules" / "@copilotkit" / "aimock" / "dist" / "cli.js"
_START_SECONDS = 30.0


class Emulator:
    """A running emulator.

    Attributes
    ----------
    url
        Without a slash at the end; ``/v1`` behind it speaks OpenAI's API.
    """

    def __init__(self, url: str, process: subprocess.Popen[bytes]) -> None:
        self.url = url
        self.process = process
        self._client = httpx.Client(base_url=url, timeout=30, trust_env=False)

    @property
    def base_url(self) -> str:
        """The base URL of an OpenAI-compatible server."""
        return f"{self.url}/v1"

    def answer(self, to: str, content: str, *, match: dict[str, Any] | None = None, **more: Any):
        """Answer messages that hold ``to``; further words of a fixture as they are.

        ``latency`` (milliseconds before each piece), ``chunkSize`` (characters of a piece) and
        ``truncateAfterChunks`` belong to the fixture, all others to the response.
        """
        fixture: dict[str, Any] = {
            "match": {"userMessage": to, **(match or {})},
            "response": {"content": content},
        }
        for name, value in more.items():
            of_fixture = name in {"latency", "chunkSize", "truncateAfterChunks", "streamingProfile"}
            (fixture if of_fixture else fixture["response"])[name] = value
        self.add(fixture)

    def refuse(self, to: str, status: int, message: str = "refused", **more: Any) -> None:
        """Answer messages that hold ``to`` with an error: ``type``, ``code``, ``retryAfter``."""
        match: dict[str, Any] = {"userMessage": to}
        if "sequenceIndex" in more:
            match["sequenceIndex"] = more.pop("sequenceIndex")
        response: dict[str, Any] = {"status": status}
        if "retryAfter" in more:
            response["retryAfter"] = more.pop("retryAfter")
        response["error"] = {"message": message, **more}
        self.add({"match": match, "response": response})

    def add(self, fixture: dict[str, Any]) -> None:
        """Add a fixture in the emulator's own form."""
        answer = self._client.post("/__aimock/fixtures", json={"fixtures": [fixture]})
        assert answer.is_success, answer.text

    def requests(self) -> list[dict[str, Any]]:
        """Return what was asked so far, oldest first."""
        answer = self._client.get("/__aimock/journal")
        assert answer.is_success, answer.text
        found = answer.json()
        return found if isinstance(found, list) else found["entries"]

    def reset(self) -> None:
        """Forget fixtures and requests."""
        answer = self._client.post("/__aimock/reset")
        assert answer.is_success, answer.text

    def close(self) -> None:
        self._client.close()


@contextmanager
def running_emulator(
    fixtures: Path | None = None, *, keys: tuple[str, ...] = (), latency: int = 0
) -> Iterator[Emulator]:
    """Yield an emulator; it needs ``npm ci --prefix tests``, as ``make test`` does.

    Parameters
    ----------
    fixtures
        A file or a folder of fixtures in the emulator's own form.
    keys
        Keys that it accepts; all where there is none.
    latency
        Milliseconds before each piece of a streamed answer.
    """
    node = shutil.which("node")
    assert node is not None, "node is missing"
    assert _CLI.exists(), "the emulator is missing: npm ci --prefix tests"
    with tempfile.TemporaryDirectory() as folder:
        if fixtures is None:
            fixtures = Path(folder) / "none.json"
            fixtures.write_text(json.dumps({"fixtures": []}), encoding="utf-8")
        log = Path(folder) / "emulator.log"
        command = [node, str(_CLI), "-p", "0", "-f", str(fixtures), "-l", str(latency)]
        environment = {**os.environ, "AIMOCK_API_KEYS": ",".join(keys)}
        if not keys:
            del environment["AIMOCK_API_KEYS"]
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*command, "--log-level", "info"], stdout=output, stderr=output, env=environment
            )
        try:
            emulator = Emulator(_address(process, log), process)
            yield emulator
            emulator.close()
        finally:
            process.terminate()
            process.wait(10)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        for word in log.read_text(encoding="utf-8").split():
            if word.startswith("http://"):
                return word.rstrip("/.,")
        time.sleep(0.05)
    raise AssertionError(log.read_text(encoding="utf-8"))
