"""A real JupyterHub with its proxy, as root; people's servers and the service as other accounts.

with running_hub(folder, people={"alice": 60001}) as hub:
    alice = hub.start("alice")
    alice.http().get("promptyflow/api/user")
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx
from jupyter_process import Kernel
from other_accounts import SERVICE, as_account, as_root

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

HERE = Path(__file__).parent
CONFIG = HERE.parent / "deploy" / "jupyterhub" / "jupyterhub_config.py"
PROXY = HERE / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy"
ACCESS = "access:services!service=promptyflow"
_START_SECONDS = 90.0
_INHERITED = ("PROMPTYFLOW_", "JUPYTER", "JPY_", "IPYTHON", "PYTEST_", "COV_", "CONFIGPROXY")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def clean_environment() -> dict[str, str]:
    """Return our environment without anything of another Jupyter."""
    own = {key: value for key, value in os.environ.items() if not key.startswith(_INHERITED)}
    own.pop("LS_COLORS", None)
    return own | {"PYTHONUNBUFFERED": "1"}


def until(condition: Any, what: str, timeout: float = _START_SECONDS, pause: float = 0.05) -> Any:
    """Return what a condition says, once it is true."""
    deadline = time.monotonic() + timeout
    while not (result := condition()):
        assert time.monotonic() < deadline, f"it did not come about in time: {what}"
        time.sleep(pause)
    return result


def together(act: Any, things: Sequence[Any]) -> list[Any]:
    """Do something with several things side by side; most of it is waiting."""
    with ThreadPoolExecutor() as pool:
        return list(pool.map(act, things))


@dataclass
class UserServer:
    """Somebody's own server on the Hub; looks like `jupyter_process.JupyterProcess` to tests.

    Attributes
    ----------
    token
        Of the person, for anything they may do.
    """

    hub: Hub
    name: str
    token: str = field(repr=False)

    @property
    def url(self) -> str:
        return f"{self.hub.url}/user/{quote(self.name, safe='@~')}/"

    @property
    def own_url(self) -> str:
        """Where it listens itself, without the proxy, and without a slash at the end."""
        added = rf"Adding user {self.name} to proxy /user/{self.name}/ => (\S+)"
        return re.findall(added, self.hub.log)[-1]

    @property
    def home(self) -> Path:
        return self.hub.folder / "homes" / self.name

    @property
    def lab_url(self) -> str:
        return f"{self.url}lab?reset"

    @contextmanager
    def http(self, token: str | None = None) -> Iterator[httpx.Client]:
        """Yield a client that shows a token, of the person where none is given."""
        headers = {"Authorization": f"token {self.token if token is None else token}"}
        with httpx.Client(base_url=self.url, timeout=60, headers=headers) as client:
            yield client

    @contextmanager
    def kernel(self, path: str = "test.ipynb") -> Iterator[Kernel]:
        """Start a kernel through the person's server, as JupyterLab does, and end it."""
        session = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
        with self.http() as http:
            answer = http.post("api/sessions", json=session)
            answer.raise_for_status()
            kernel_id = answer.json()["kernel"]["id"]
            (file,) = until(
                lambda: list(self.home.rglob(f"kernel-{kernel_id}.json")), "a kernel's file"
            )
            kernel = Kernel(file)
            try:
                kernel.connect()
                yield kernel
            finally:
                kernel.close()
                http.delete(f"api/sessions/{answer.json()['id']}").raise_for_status()


@dataclass
class Hub:
    """A Hub that answers.

    Attributes
    ----------
    url
        Of the proxy, where browsers come in, without a slash at the end.
    api_url
        Of the Hub itself.
    service_url
        Where the service listens.
    """

    process: subprocess.Popen[bytes]
    folder: Path
    url: str
    api_url: str
    service_url: str
    service_token: str = field(repr=False)
    neighbour_token: str = field(repr=False)
    password: str = field(repr=False)
    log_file: Path
    api: httpx.Client = field(repr=False)

    @property
    def service(self) -> str:
        """The service as the proxy serves it."""
        return f"{self.url}/services/promptyflow"

    @property
    def direct(self) -> str:
        """The service, past the proxy."""
        return f"{self.service_url}/services/promptyflow"

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the Hub as its administrator."""
        answer = self.api.request(method, path, json=body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def new_token(self, name: str, **wanted: Any) -> dict[str, Any]:
        """Return a new token of somebody: ``token``, ``id``."""
        return self.ask("POST", f"users/{quote(name)}/tokens", {"note": "test", **wanted})

    def add(self, name: str) -> None:
        self.ask("POST", f"users/{quote(name)}")

    def start(self, name: str) -> UserServer:
        """Start somebody's server and wait until it answers."""
        server = UserServer(self, name, self.new_token(name)["token"])
        self.ask("POST", f"users/{quote(name)}/server")
        until(lambda: self.is_ready(name), f"the server of {name}\n{self.log[-3000:]}")
        return server

    def is_ready(self, name: str) -> bool:
        servers = self.ask("GET", f"users/{quote(name)}")["servers"]
        return bool(servers.get("", {}).get("ready"))

    def stop(self, name: str) -> None:
        """Stop somebody's server."""
        self.ask("DELETE", f"users/{quote(name)}/server")
        until(lambda: not self.ask("GET", f"users/{quote(name)}")["servers"], f"{name} to stop")

    @contextmanager
    def signed_in(self, name: str) -> Iterator[httpx.Client]:
        """Yield a client with the cookies of somebody who signed in, as a browser has them."""
        with httpx.Client(base_url=self.url, timeout=60, follow_redirects=True) as client:
            client.get("/hub/login")
            page = {
                "username": name,
                "password": self.password,
                "_xsrf": client.cookies.get("_xsrf", path="/hub/"),
            }
            client.post("/hub/login", data=page).raise_for_status()
            yield client

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let the Hub answer nobody; the proxy goes on."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)


def page_token(client: httpx.Client, server: UserServer) -> str:
    """Return the token that JupyterLab's page of a server gives to whoever has opened it."""
    page = client.get(server.lab_url)
    if "oauth2/authorize" in str(page.url):  # on the way into another person's server
        fields = re.findall(r'name="(_xsrf|scopes)"[^>]*value="([^"]*)"', page.text)
        form: dict[str, list[str]] = {}
        for name, value in fields:
            form.setdefault(name, []).append(value)
        page = client.post(page.url, data=form, headers={"Referer": str(page.url)})
    assert page.is_success, page.text
    found = re.search(r'"token": "([^"]+)"', page.text)
    assert found, page.text[:2000]
    return found[1]


@contextmanager
def running_hub(
    folder: Path, accounts: Mapping[str, int], people: Sequence[str], database_url: str
) -> Iterator[Hub]:
    """Run a Hub; end it afterwards, with all it has started.

    Parameters
    ----------
    folder
        Where all its files are.
    accounts
        By name, as which account somebody's server runs.
    people
        Who may sign in.
    database_url
        For the service that the Hub itself starts.
    """
    node = shutil.which("node")
    assert node is not None, "node is missing"
    assert PROXY.exists(), "the Hub's proxy is missing: npm ci --prefix tests"
    folder.chmod(0o755)
    (folder / "homes").mkdir(mode=0o755)
    token, admin, neighbour, password = (secrets.token_hex(24) for _ in range(4))
    token_file = folder / "promptyflow.token"
    token_file.write_text(token)
    token_file.chmod(0o600)
    ports = (f"http://127.0.0.1:{free_port()}" for _ in range(5))
    url, hub_url, proxy_api, service, managed = ports
    secret_folder(folder / "managed", {"db.url": database_url})
    told = {
        "folder": str(folder),
        "accounts": dict(accounts),
        "people": list(people),
        "url": url,
        "hub_url": hub_url,
        "proxy_api_url": proxy_api,
        "node": node,
        "proxy": str(PROXY),
        "password": password,
        "admin_token": admin,
        "neighbour_token": neighbour,
        "config": str(CONFIG),
        "managed_url": managed,
        "managed_folder": str(folder / "managed"),
    }
    environment = clean_environment() | {
        "PROMPTYFLOW_TEST_HUB": json.dumps(told),
        "PROMPTYFLOW_SERVICE_URL": service,
        "PROMPTYFLOW_HUB_TOKEN_FILE": str(token_file),
    }
    log_file = folder / "hub.log"
    command = [sys.executable, "-m", "jupyterhub", "-f", str(HERE / "hub_config.py")]
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            as_root(command), cwd=folder, stdout=log, stderr=log, env=environment, umask=0o077
        )
    headers = {"Authorization": f"token {admin}"}
    api = httpx.Client(base_url=f"{hub_url}/hub/api/", headers=headers, timeout=60)
    hub = Hub(
        process=process,
        folder=folder,
        url=url,
        api_url=f"{hub_url}/hub/api",
        service_url=service,
        service_token=token,
        neighbour_token=neighbour,
        password=password,
        log_file=log_file,
        api=api,
    )
    try:
        until(lambda: _answers(hub), "the Hub")
        yield hub
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        try:
            process.wait(60)
        finally:
            process.kill()
            process.wait()
            api.close()


def _answers(hub: Hub) -> bool:
    assert hub.process.poll() is None, hub.log
    try:
        return hub.api.get("users").is_success and httpx.get(f"{hub.url}/hub/api/").is_success
    except httpx.TransportError:
        return False


@dataclass
class ServiceOfHub:
    """The service as a process of its own, of an account of its own."""

    hub: Hub
    folder: Path
    environment: Mapping[str, str]
    log_file: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def start(self) -> None:
        command = [sys.executable, "-m", "promptyflow_server.cli"]
        command += ["--data-dir", str(self.folder / "data"), "serve", "--reuse-port"]
        already = self.log.count("serving at ") if self.log_file.exists() else 0
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                as_account(SERVICE, command),
                cwd="/",
                stdout=log,
                stderr=log,
                env=dict(self.environment),
                umask=0o077,
            )
        until(lambda: self._serves(already), "the service")

    def stop(self, how: int = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(60)
            self.process = None

    def doctor(self, **changed: str) -> str:
        """Return what the doctor says in the environment of this service."""
        command = [sys.executable, "-m", "promptyflow_server.cli"]
        command += ["--data-dir", str(self.folder / "data"), "--language", "en", "doctor"]
        done = subprocess.run(
            as_account(SERVICE, [*command, "--quick"]),
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            env=dict(self.environment) | changed,
        )
        return done.stdout + done.stderr

    def _serves(self, already: int) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log
        return self.log.count("serving at ") > already


def secret_folder(folder: Path, secret: Mapping[str, str]) -> None:
    """Make a folder of the service's account, and files in it that nobody else can read."""
    folder.mkdir(mode=0o700)
    for file, content in secret.items():
        (folder / file).write_text(content)
        (folder / file).chmod(0o400)
        os.chown(folder / file, SERVICE, SERVICE)
    os.chown(folder, SERVICE, SERVICE)


def service_of(hub: Hub, database_url: str, name: str = "service", **more: str) -> ServiceOfHub:
    """Return the service of a Hub, as its unit would start it: secrets are in files of its own."""
    folder = hub.folder / name
    secret_folder(folder, {"db.url": database_url, "hub.token": hub.service_token})
    environment = clean_environment() | {
        "HOME": str(folder),
        "JUPYTERHUB_API_URL": hub.api_url,
        "JUPYTERHUB_SERVICE_NAME": "promptyflow",
        "JUPYTERHUB_SERVICE_PREFIX": "/services/promptyflow/",
        "JUPYTERHUB_SERVICE_URL": hub.service_url,
        "JUPYTERHUB_API_TOKEN_FILE": str(folder / "hub.token"),
        "PROMPTYFLOW_DATABASE_URL_FILE": str(folder / "db.url"),
        "PROMPTYFLOW_RATE_LIMIT_REQUESTS": "100000",
        "PROMPTYFLOW_RATE_LIMIT_SENDS": "100000",
        **more,
    }
    return ServiceOfHub(hub, folder, environment, folder / "log")
