"""Other processes that use the embedded server, and other accounts that should not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from promptyflow_server.storage.embedded import EmbeddedPostgres, binaries

CLIENT = """
import sys
from pathlib import Path
from promptyflow_server.storage.embedded import EmbeddedPostgres

server = EmbeddedPostgres(Path(sys.argv[1]))
print(server.start().host, flush=True)
sys.stdin.readline()
print(server.stop(), flush=True)
"""
KNOCK = """
import socket, struct, sys

body = b"user\\0" + sys.argv[2].encode() + b"\\0database\\0promptyflow\\0\\0"
with socket.socket(socket.AF_UNIX) as server:
    server.settimeout(10)
    server.connect(sys.argv[1])
    server.sendall(struct.pack("!ii", len(body) + 8, 196608) + body)
    print(server.recv(4000).decode("utf-8", "replace"))
"""


def cannot(why: str) -> None:
    """Leave a test out, where its promise cannot be tried; where everything must be, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{why}, and CI leaves nothing out")
    pytest.skip(why)


@pytest.fixture(scope="session")
def base(tmp_path_factory):
    """A folder with a database that many tests start and stop in turn, whatever befell it before.

    A first start takes a second, and five where the disk is busy; a later one hardly anything.
    """
    base = tmp_path_factory.mktemp("used")
    with EmbeddedPostgres(base) as server:
        server.start()
    return base


@pytest.fixture
def with_database(base):
    """Make another folder with a database, quicker than a first start does."""

    def copy(other: Path) -> Path:
        other.mkdir(mode=0o700, parents=True)
        copy = [shutil.which("cp") or "cp", "-a", str(base / "pg18"), str(other)]
        subprocess.run(copy, check=True)
        return other

    return copy


class Client:
    """Another process that uses the server, as a second Jupyter would."""

    def __init__(self, base: Path, *inside: str) -> None:
        self.process = subprocess.Popen(
            [*inside, sys.executable, "-c", CLIENT, str(base)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait_until_started(self) -> str:
        return self.process.stdout.readline().strip()

    def leave(self) -> bool:
        """Stop as it should; return whether that stopped the server."""
        said, _ = self.process.communicate("\n", timeout=60)
        return said.strip() == "True"

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def client():
    clients = []

    def start(base: Path, *inside: str) -> Client:
        clients.append(Client(base, *inside))
        return clients[-1]

    yield start
    for one in clients:
        if one.process.returncode is None:
            one.leave()


@pytest.fixture
def container(client):
    """A user of the server in another container: its processes cannot be seen from here."""
    unshare = [shutil.which("unshare") or "unshare", "--pid", "--ipc", "--mount", "--fork"]
    inside = [*unshare, "--mount-proc", "--kill-child"]
    if subprocess.run([*inside, "true"], capture_output=True, check=False).returncode != 0:
        cannot("no right to make namespaces here")
    return lambda base: client(base, *inside)


class Stranger:
    """Python that becomes another account of this machine once everything is imported.

    Before, because the interpreter itself may be where only root can read.
    """

    def __init__(self, uid: int, code: str, *arguments: str) -> None:
        drop = f"import os; os.setgroups([]); os.setgid({uid}); os.setuid({uid})\n"
        imports, _, rest = code.partition("\n\n")
        self.process = subprocess.Popen(
            [sys.executable, "-c", f"{imports}\n{drop}{rest}", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
        )

    def line(self) -> str:
        return self.process.stdout.readline().strip()

    def end(self) -> str:
        return self.process.communicate("\n", timeout=60)[0]


@pytest.fixture
def as_root():
    if os.geteuid() != 0:
        cannot("only root can become somebody else")


@pytest.fixture
def stranger(as_root):  # noqa: ARG001 - it need only be so
    strangers = []

    def start(uid: int, code: str, *arguments: str) -> Stranger:
        strangers.append(Stranger(uid, code, *arguments))
        return strangers[-1]

    yield start
    for one in strangers:
        if one.process.returncode is None:
            one.end()


@pytest.fixture
def ordinary_client(stranger):
    """Another account that runs its own server."""
    if not binaries._everybody_reaches(binaries.find() / "bin" / "postgres"):
        cannot("this checkout is closed to other accounts")
    return lambda base, uid: stranger(uid, CLIENT, str(base))


@pytest.fixture
def knock(stranger):
    """Ask the server for a connection as another account and return its answer."""
    return lambda socket, role, uid: stranger(uid, KNOCK, str(socket), role).end()


@pytest.fixture
def open_folder():
    """A folder that every account can reach, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="pf-test-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


class Disk:
    """A disk of its own, whose size can be chosen."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._mount = shutil.which("mount") or "mount"

    def mount(self) -> bool:
        options = ["-t", "tmpfs", "-o", "size=16m", "tmpfs", str(self.path)]
        done = subprocess.run([self._mount, *options], capture_output=True, check=False)
        return done.returncode == 0

    def resize(self, size: str) -> None:
        subprocess.run([self._mount, "-o", f"remount,size={size}", str(self.path)], check=True)

    def make_read_only(self) -> None:
        subprocess.run([self._mount, "-o", "remount,ro", str(self.path)], check=True)

    def unmount(self) -> None:
        # Lazily: a server may have freed its lock and not yet its working folder.
        subprocess.run([shutil.which("umount") or "umount", "-l", str(self.path)], check=True)


@pytest.fixture
def small_disk(open_folder):
    """A disk of 16 MB."""
    disk = Disk(open_folder / "disk")
    disk.path.mkdir()
    if not disk.mount():
        cannot("no right to mount a disk here")
    yield disk
    disk.unmount()
