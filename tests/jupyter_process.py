"""Real Jupyter servers for tests: a token or a password, XSRF on, folders of their own.

    with running_jupyter(folder) as jupyter:
        page.goto(jupyter.lab_url)
        with jupyter.kernel("notebook.ipynb") as kernel:
            assert kernel.run("print(1 + 1)").text == "2\n"

A server is ended by its process id; what it logged stays in ``folder/jupyter.log``.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypedDict

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Unpack

    from jupyter_client.asynchronous.client import AsyncKernelClient

_START_SECONDS = 60.0
_STOP_SECONDS = 30.0
_INHERITED = ("PROMPTYFLOW_", "JUPYTER", "JPY_", "IPYTHON", "PYTEST_", "COV_")
_STRICT = (
    "--no-browser",
    "--ServerApp.allow_root=True",
    "--ServerApp.allow_unauthenticated_access=False",
    "--ServerApp.ip=127.0.0.1",
)
_NO_NEWS = {
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": {
        "fetchNews": "false",
        "checkForUpdates": False,
    }
}


@dataclass(slots=True)
class JupyterProcess:
    """A Jupyter server that answers.

    Attributes
    ----------
    url
        Where it is, with the port it really has and a slash at the end.
    token
        Empty where the server asks for a password.
    root
        The folder that its file browser shows.
    data
        PromptyFlow's own data: the embedded database, the master key.
    environment
        What the server was started with.
    """

    process: subprocess.Popen[bytes]
    url: str
    token: str = field(repr=False)
    password: str = field(repr=False)
    root: Path
    runtime: Path
    data: Path
    log_file: Path
    environment: Mapping[str, str] = field(repr=False)

    @property
    def pid(self) -> int:
        """The server's process."""
        return self.process.pid

    @property
    def lab_url(self) -> str:
        """The address a browser opens: signed in, with a clean workspace."""
        return f"{self.url}lab?token={self.token}&reset"

    @property
    def log(self) -> str:
        """Everything the server has said so far."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    @contextmanager
    def http(self) -> Iterator[httpx.Client]:
        """Yield a client that is signed in, by token or by password as a browser would be."""
        with httpx.Client(base_url=self.url, timeout=60, follow_redirects=True) as client:
            if self.token:
                client.headers["Authorization"] = f"token {self.token}"
            elif self.password:
                client.get("login")
                page = {"_xsrf": client.cookies["_xsrf"], "password": self.password}
                client.post("login", data=page).raise_for_status()
                client.headers["X-XSRFToken"] = client.cookies["_xsrf"]
            yield client

    @contextmanager
    def kernel(self, path: str = "test.ipynb") -> Iterator[Kernel]:
        """Start the kernel of a notebook through the server, as JupyterLab does, and end it."""
        session = {"path": path, "name": path.rpartition("/")[2], "type": "notebook"}
        with self.http() as http:
            answer = http.post("api/sessions", json={**session, "kernel": {"name": "python3"}})
            answer.raise_for_status()
            kernel_id = answer.json()["kernel"]["id"]
            kernel = Kernel(self.runtime / f"kernel-{kernel_id}.json")
            try:
                kernel.connect()
                yield kernel
            finally:
                kernel.close()
                http.delete(f"api/sessions/{answer.json()['id']}").raise_for_status()

    def stop(self) -> None:
        """Ask the server to end, as Ctrl-C twice does; be firm if it does not."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError(f"the server did not stop:\n{self.log[-4000:]}") from None

    def kill(self) -> None:
        """End the server in the middle of whatever it does."""
        self.process.kill()
        self.process.wait()


@dataclass(frozen=True, slots=True)
class CellResult:
    """What a cell put out."""

    text: str
    """Everything printed."""
    data: list[dict[str, Any]]
    """MIME bundles that were displayed or returned, updates replacing what they update."""
    error: str
    """``Name: message`` of the exception, or empty."""


class Kernel:
    """A kernel that the server started; we talk to it through its connection file."""

    def __init__(self, connection_file: Path) -> None:
        from jupyter_client.manager import KernelManager

        self.connection_file = connection_file
        # A client without a manager would take a busy machine for a dead kernel.
        manager = KernelManager(connection_file=str(connection_file), owns_kernel=False)
        manager.load_connection_file()
        self._client = manager.client()

    def connect(self) -> None:
        self._client.start_channels()
        self._client.wait_for_ready(timeout=_START_SECONDS)

    def close(self) -> None:
        self._client.stop_channels()

    def start(self, code: str) -> str:
        """Begin to run a cell; `finish` waits for it."""
        return str(self._client.execute(code))

    def interrupt(self) -> None:
        """Press Stop."""
        message = self._client.session.msg("interrupt_request", content={})
        self._client.control_channel.send(message)

    def finish(self, cell: str, timeout: float = 60.0) -> CellResult:
        """Return what the cell put out, once it has ended."""
        printed: list[str] = []
        shown: dict[str, dict[str, Any]] = {}
        error = ""
        deadline = time.monotonic() + timeout
        while True:
            message = self._client.get_iopub_msg(timeout=max(0.0, deadline - time.monotonic()))
            if message["parent_header"].get("msg_id") != cell:
                continue
            content = message["content"]
            match message["msg_type"]:
                case "status" if content["execution_state"] == "idle":
                    return CellResult("".join(printed), list(shown.values()), error)
                case "stream":
                    printed.append(content["text"])
                case "display_data" | "update_display_data" | "execute_result":
                    name = content.get("transient", {}).get("display_id") or str(len(shown))
                    shown[name] = content["data"]
                case "error":
                    error = f"{content['ename']}: {content['evalue']}"

    def run(self, code: str, timeout: float = 60.0) -> CellResult:
        """Run a cell to its end."""
        return self.finish(self.start(code), timeout)


def manager_of(kernel: Kernel) -> Any:
    """Return the kernel as nbclient takes it: running, and not nbclient's to end."""
    from jupyter_client.manager import AsyncKernelManager

    class Running(AsyncKernelManager):
        has_kernel = True

        def client(self, **options: Any) -> AsyncKernelClient:
            self.load_connection_file()
            return super().client(**options)

    return Running(connection_file=str(kernel.connection_file), owns_kernel=False)


class How(TypedDict, total=False):
    """How a server is started; see `start_jupyter`."""

    app: Literal["lab", "server"]
    password: str
    port: int
    data: Path | None
    arguments: Sequence[str]
    environment: Mapping[str, str] | None
    runtime: Path | None


@contextmanager
def running_jupyter(folder: Path, **how: Unpack[How]) -> Iterator[JupyterProcess]:
    """Run a Jupyter server with the extension; end it afterwards. As `start_jupyter`."""
    jupyter = start_jupyter(folder, **how)
    try:
        yield jupyter
    finally:
        jupyter.stop()


def start_jupyter(
    folder: Path,
    *,
    app: Literal["lab", "server"] = "lab",
    password: str = "",
    port: int = 0,
    data: Path | None = None,
    arguments: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    runtime: Path | None = None,
) -> JupyterProcess:
    """Start a server that the caller ends.

    Parameters
    ----------
    folder
        Where all its folders are made.
    app
        ``server`` where nothing of JupyterLab is needed: it starts faster.
    password
        Ask for this password, and have no token.
    port
        Wished for; a port that is taken makes the server take another one, as Jupyter does.
    data
        PromptyFlow's data; servers that get the same folder share one embedded database.
    arguments, environment
        More of them.
    runtime
        Jupyter's runtime folder, for several servers of one person.
    """
    token = "" if password else secrets.token_hex(16)
    env = _environment(folder, runtime) | dict(environment or {})
    root, log_file = folder / "root", folder / "jupyter.log"
    root.mkdir(parents=True, exist_ok=True)
    data = data or folder / "promptyflow"
    command = [
        sys.executable,
        *("-m", "jupyterlab" if app == "lab" else "jupyter_server"),
        *_STRICT,
        *_credentials(token, password),
        f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={root}",
        f"--PromptyflowApp.data_dir={data}",
        *arguments,
    ]
    with log_file.open("ab") as log:
        process = subprocess.Popen(
            command, env=env, cwd=root, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    jupyter = JupyterProcess(
        process=process,
        url="",
        token=token,
        password=password,
        root=root,
        runtime=runtime or folder / "runtime",
        data=data,
        log_file=log_file,
        environment=env,
    )
    try:
        jupyter.url = _wait(jupyter)
    except BaseException:
        jupyter.kill()
        raise
    return jupyter


def _credentials(token: str, password: str) -> list[str]:
    if not password:
        return [f"--IdentityProvider.token={token}"]
    from jupyter_server.auth.security import passwd

    hashed = passwd(password, algorithm="sha1")
    return [f"--PasswordIdentityProvider.hashed_password={hashed}"]


def _environment(folder: Path, runtime: Path | None) -> dict[str, str]:
    """Return our environment without anything of another Jupyter, with folders of its own."""
    own = {key: value for key, value in os.environ.items() if not key.startswith(_INHERITED)}
    settings = folder / "settings"
    for name, content in _NO_NEWS.items():
        file = settings / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content), encoding="utf-8")
    return own | {
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(runtime or folder / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "IPYTHONDIR": str(folder / "ipython"),
        "PYTHONUNBUFFERED": "1",
        "PROMPTYFLOW_RATE_LIMIT_SENDS": "100000",  # a test must not wait for the minute to end
    }


def _wait(jupyter: JupyterProcess) -> str:
    """Return the server's address, from its own note, once it answers there."""
    note = jupyter.runtime / f"jpserver-{jupyter.pid}.json"
    deadline = time.monotonic() + _START_SECONDS
    while jupyter.process.poll() is None:
        try:
            url = str(json.loads(note.read_text(encoding="utf-8"))["url"])
            httpx.get(f"{url}login", timeout=5)
        except (OSError, ValueError, httpx.TransportError):
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
        else:
            return url
    raise AssertionError(f"the server did not start:\n{jupyter.log[-4000:]}")
