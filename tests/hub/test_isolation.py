"""What a person's own code can read on the machine: nothing of the service, the Hub or another one.

Run in bob's kernel, as bob's account. What is looked for is planted where it must be safe.
"""

from __future__ import annotations

import json
import os
import secrets

import httpx
import pytest
from other_accounts import ALICE, BOB, SERVICE

PROBE = """
import json, os, pathlib, socket, sqlite3, subprocess

def read(path):
    try:
        with open(path, "rb") as file:
            return file.read().decode("latin-1")
    except OSError as error:
        return type(error).__name__

def listing(path):
    try:
        return os.listdir(path)
    except OSError as error:
        return type(error).__name__

def connect(path):
    line = socket.socket(socket.AF_UNIX)
    try:
        line.connect(path)
        return "connected"
    except OSError as error:
        return type(error).__name__
    finally:
        line.close()

def rows(path):
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as hub:
            return [row[0] for row in hub.execute("SELECT name FROM users")]
    except sqlite3.Error as error:
        return type(error).__name__

def everything_readable(root):
    # What is below a folder and can be read, in one text.
    found = []
    for folder, folders, names in os.walk(root):
        if folder == asked["own"]:  # where this very code stands in the history
            folders.clear()
            continue
        paths = [os.path.join(folder, name) for name in names]
        found += [read(path) for path in paths if os.path.isfile(path)]
    return found

asked = json.loads(ASKED)
told = {
    "uid": [os.getuid(), os.geteuid(), os.getgroups()],
    "files": {path: read(path) for path in asked["files"]},
    "folders": {path: listing(path) for path in asked["folders"]},
    "sockets": {path: connect(path) for path in asked["sockets"]},
    "hub": rows(asked["hub"]),
    "planted": [
        secret for secret in asked["planted"]
        if any(secret in text for text in everything_readable(asked["root"]))
    ],
    "processes": {
        name: [
            pid for pid in os.listdir("/proc") if pid.isdigit()
            and any(secret in read(f"/proc/{pid}/{name}") for secret in asked["planted"])
        ] for name in ("environ", "cmdline")
    },
    "owners": {},
}
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        uid = os.stat(f"/proc/{pid}").st_uid
    except OSError:
        continue
    if uid != os.getuid():
        told["owners"][pid] = read(f"/proc/{pid}/environ")[:200]
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def planted(hub, alice):
    """Secrets in the places where real ones are: alice's home and rows."""
    word = f"planted-{secrets.token_hex(8)}"
    headers = {"Authorization": f"Bearer {alice.token}"}
    made = httpx.post(f"{hub.direct}/api/projects", json={"name": word}, headers=headers)
    assert made.status_code == 201
    (alice.home / "notes.txt").write_text(f"{word} at home")
    os.chown(alice.home / "notes.txt", ALICE, ALICE)
    return word


@pytest.fixture(scope="module")
def seen(hub, services, database, servers, planted):
    """What bob's kernel could read of what it was asked to look for."""
    service = services[0]
    alice, bob = servers
    with alice.kernel() as kernel:
        code = "import os; print(os.environ['JUPYTERHUB_API_TOKEN'])"
        alices_token = kernel.run(code).text.strip()
    password = (service.folder / "db.url").read_text()
    master = service.folder / "data" / "keys" / "master.key"
    asked = {
        "root": str(hub.folder),
        "own": str(bob.home),
        "files": [
            *(str(service.folder / name) for name in ("db.url", "hub.token", "log")),
            str(master),
            str(hub.folder / "cookie_secret"),
            str(hub.folder / "jupyterhub.sqlite"),
            str(hub.folder / "promptyflow.token"),
            str(alice.home / "notes.txt"),
            *(f"/proc/{one.process.pid}/environ" for one in (*services, hub)),
            f"/proc/{service.process.pid}/mem",
        ],
        "folders": [
            str(alice.home),
            str(service.folder),
            str(service.folder / "data"),
            str(database.data),
            str(database.sockets),
            f"/proc/{service.process.pid}/fd",
            f"/proc/{service.process.pid}/cwd/",
        ],
        "sockets": [str(database.sockets / ".s.PGSQL.5432")],
        "hub": str(hub.folder / "jupyterhub.sqlite"),
        "planted": [planted, alices_token, hub.service_token, password, hub.password],
    }
    with bob.kernel() as kernel:
        said = kernel.run(f"ASKED = {json.dumps(asked)!r}\n{PROBE}", timeout=90)
    assert said.error == "", said.error
    return json.loads(said.text)


def test_everybody_has_an_account_of_their_own(seen, services, hub, alice):
    assert seen["uid"] == [BOB, BOB, []]
    assert uid_of(services[0].process.pid) == SERVICE
    assert uid_of(hub.process.pid) == 0
    assert alice.home.stat().st_uid == ALICE


def uid_of(pid: int) -> int:
    return os.stat(f"/proc/{pid}").st_uid  # noqa: PTH116 - a folder of the kernel's


def test_no_file_of_the_service_the_hub_or_another_person_can_be_read(seen):
    assert set(seen["files"].values()) <= {"PermissionError"}, seen["files"]
    assert set(map(str, seen["folders"].values())) == {"PermissionError"}, seen["folders"]


def test_the_hubs_database_tells_nothing(seen):
    assert seen["hub"] == "OperationalError"


def test_the_database_of_the_service_lets_nobody_else_in(seen):
    assert set(seen["sockets"].values()) == {"PermissionError"}


def test_no_environment_and_no_command_line_of_others_tells_a_secret(seen):
    assert seen["processes"] == {"environ": [], "cmdline": []}
    assert set(seen["owners"].values()) <= {"PermissionError", "FileNotFoundError", ""}


def test_nothing_that_can_be_read_below_the_hub_holds_what_is_anothers(seen):
    assert seen["planted"] == []


def test_the_token_of_ones_own_server_opens_nothing_of_another_person(hub, bob, planted):
    code = f"""
import json, os, httpx
token = os.environ["JUPYTERHUB_API_TOKEN"]
headers = {{"Authorization": f"token {{token}}"}}
hub, service = os.environ["JUPYTERHUB_API_URL"], os.environ["PROMPTYFLOW_REMOTE_URL"]
told = {{}}
for name, method, url in [
    ("users", "GET", f"{{hub}}/users"),
    ("alice", "GET", f"{{hub}}/users/alice"),
    ("a token of alice", "POST", f"{{hub}}/users/alice/tokens"),
    ("a token of mine", "POST", f"{{hub}}/users/bob/tokens"),
    ("services", "GET", f"{{hub}}/services"),
    ("alice's server", "GET", {hub.url!r} + "/user/alice/api/contents"),
    ("alice's way", "GET", {hub.url!r} + "/user/alice/promptyflow/api/projects"),
    ("mine", "GET", f"{{service}}/api/projects"),
    ("metrics", "GET", f"{{service}}/metrics"),
]:
    answer = httpx.request(method, url, headers=headers)
    told[name] = [answer.status_code, {planted!r} in answer.text]
print(json.dumps(told))
"""
    with bob.kernel() as kernel:
        said = kernel.run(code)
    told = json.loads(said.text)
    assert told.pop("mine") == [200, False]
    for name, (status, is_told) in told.items():
        assert status in {401, 403, 404}, (name, status)
        assert not is_told, name
