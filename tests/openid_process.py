"""An OpenID provider written by others, as a process: npm's oidc-provider."""

from __future__ import annotations

import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIENT_ID = "promptyflow"
CLIENT_SECRET = "planted-client-secret-0123456789"
_SCRIPT = Path(__file__).with_name("openid_provider.mjs")
_START_SECONDS = 30.0


@contextmanager
def running_openid_provider(log: Path, *redirect_uris: str) -> Iterator[str]:
    """Yield the issuer; it needs ``npm ci --prefix tests``, as ``make test`` does."""
    node = shutil.which("node")
    assert node is not None, "node is missing"
    assert (_SCRIPT.parent / "node_modules" / "oidc-provider").exists(), "npm ci --prefix tests"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [node, str(_SCRIPT), *redirect_uris], stdout=output, stderr=output
        )
    try:
        yield _issuer(process, log)
    finally:
        process.terminate()
        process.wait(10)


def _issuer(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        for line in log.read_text(encoding="utf-8").splitlines():
            if line.startswith("serving at "):
                return line.removeprefix("serving at ").strip()
        time.sleep(0.05)
    raise AssertionError(log.read_text(encoding="utf-8"))
