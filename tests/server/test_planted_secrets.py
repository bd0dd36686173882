"""A planted key and a planted database password are searched for in all that leaves the server.

One session with a real Jupyter server: every endpoint, faults included, with every answer kept;
then the logs of Jupyter and of PostgreSQL with every statement in it, a backup, and what the
operator's commands say.
"""

from __future__ import annotations

import base64
import io
import re
import signal
import subprocess
import time
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
from command import run_command
from jupyter_process import running_jupyter
from postgres_process import PostgresProcess, programs, short_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

KEY = "sk-planted-Zq7Xw9Lm2Rt5Vb8N"
PASSWORD = "planted+pass/word=Hk3Jd6Gf"
UNKNOWN = "0190a1b2-0000-7000-8000-000000000001"


def forms(secret: str) -> Iterator[bytes]:
    """Yield a secret as it could be written."""
    raw = secret.encode()
    yield from (raw, quote(secret, safe="").encode(), raw.hex().encode(), raw[::-1])
    for cut in range(3):  # wherever in a longer text it is encoded
        encoded = base64.b64encode(b"\0" * cut + raw)[4:-4]
        yield from (encoded, encoded.replace(b"+", b"-").replace(b"/", b"_"))
    yield raw[: len(raw) * 2 // 3]


def found_in(places: Iterable[tuple[str, bytes]]) -> list[str]:
    planted = [form for secret in (KEY, PASSWORD) for form in forms(secret)]
    return [name for name, content in places if any(form in content for form in planted)]


class Session:
    """Somebody at work; every answer is kept."""

    def __init__(self, root: str, token: str) -> None:
        self.seen: list[tuple[str, bytes]] = []
        headers = {"Authorization": f"token {token}"}
        self.http = httpx.Client(base_url=root, headers=headers, timeout=60)

    def close(self) -> None:
        self.http.close()

    def __call__(self, method: str, path: str, **more: object) -> httpx.Response:
        answer = self.http.request(method, path, **more)  # type: ignore[arg-type]
        head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        self.seen.append((f"{method} {path} {answer.status_code}", head.encode() + answer.content))
        if answer.headers.get("content-type") == "application/zip":
            with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
                self.seen += [
                    (f"{path}: {name}", archive.read(name)) for name in archive.namelist()
                ]
        return answer


def work(session: Session, emulator_url: str) -> None:
    """Do what people do, well and badly."""
    keys = "/api/user/api-keys/openai-compatible"
    for body in (
        {"apiKey": KEY, "baseUrl": emulator_url},
        {"apiKey": KEY, "baseUrl": "http://127.0.0.1:9/v1"},
        {"apiKey": KEY, "baseUrl": f"http://u:{KEY}@127.0.0.1:9/v1"},
        {"apiKey": [KEY]},
        {"apiKey": KEY, "unknown": 1},
        {"apiKey": f"{KEY}\n{KEY}", "baseUrl": emulator_url},
        {"apiKey": KEY, "baseUrl": emulator_url},
    ):
        session("POST", keys, json=body)
    session("POST", keys, content=f'{{"apiKey": "{KEY}')
    session("POST", "/api/user/api-keys/nobody", json={"apiKey": KEY})
    test = {"provider": "openai-compatible", "apiKey": KEY, "baseUrl": "http://127.0.0.1:9/v1"}
    session("POST", "/ai/test-connection", json=test)
    for stream in (True, False):
        for word in ("hello", "refuse me"):
            messages = [{"role": "user", "content": word}]
            send = {"provider": "openai-compatible", "model": "m", "messages": messages}
            session("POST", "/ai/send", json={**send, "stream": stream})
    project = session("POST", "/api/projects", json={"name": "p"}).json()
    add = {"operations": [{"op": "addBlock", "title": "b"}]}
    session("PATCH", f"/api/projects/{project['id']}/context-blocks", json=add)
    session("POST", "/api/templates", json={"name": "t", "content": "c"})
    document = session("GET", "/api/openapi.json").json()
    for path, methods in document["paths"].items():
        if "get" not in methods or path in {"/api/events", "/ai/runs/{run_id}/events"}:
            continue
        for wanted in (project["id"], UNKNOWN):
            filled = path.replace("{project_id}", wanted).replace("{provider}", "openai-compatible")
            filled = re.sub(r"{\w+_id}", wanted, filled)
            session("GET", re.sub(r"{\w+}", "1", filled))
    session("GET", f"/api/projects?cursor={KEY[3:]}", headers={"X-Request-Id": "x"})
    session("GET", "/metrics")


def test_neither_is_in_any_log_error_export_or_answer(tmp_path: Path, emulator) -> None:
    emulator.answer("hello", "Hello yourself")
    emulator.refuse("refuse me", 401, f"Incorrect API key provided: {KEY}", type="auth")
    with (
        short_folder() as folder,
        PostgresProcess(folder, log_statement="all", log_min_messages="debug1").create() as server,
    ):
        url = server.url.replace("postgres@/", f"postgres:{quote(PASSWORD, safe='')}@/")
        environment = {"PROMPTYFLOW_DATABASE_URL": url}
        data = tmp_path / "data"
        with (
            running_jupyter(
                tmp_path / "jupyter",
                app="server",
                data=data,
                arguments=["--debug"],
                environment=environment,
            ) as jupyter,
            closing(Session(f"{jupyter.url}promptyflow", jupyter.token)) as session,
        ):
            work(session, emulator.base_url)
            server.stop(signal.SIGQUIT)
            assert session("GET", "/api/projects").status_code == 503
            assert session("GET", "/health").status_code == 503
            session("GET", "/metrics")
            server.start()
            deadline = time.monotonic() + 30
            while session("GET", "/api/projects").status_code != 200:
                assert time.monotonic() < deadline
            statuses = {
                int(name.rsplit(" ", 1)[1]) for name, _ in session.seen if name[-3:].isdigit()
            }
            assert statuses >= {200, 201, 400, 404, 503}
        dump = tmp_path / "all.dump"
        commands = [
            run_command(data, *command, **environment)
            for command in (["backup", str(dump)], ["doctor"], ["rotate-key"], ["doctor"])
        ]
        wrong = url.replace("host=", "hots=")
        commands.append(run_command(data, "doctor", PROMPTYFLOW_DATABASE_URL=wrong))
        assert [done.code for done in commands] == [0, 0, 0, 0, 1]
        restore = [str(programs() / "pg_restore"), "--file=-", str(dump)]
        plain = subprocess.run(restore, capture_output=True, check=True).stdout
        assert b"COPY public.api_keys" in plain
        places = [
            *session.seen,
            ("jupyter.log", jupyter.log.encode()),
            ("postgres.log", (folder / "log").read_bytes()),
            ("backup", dump.read_bytes()),
            ("backup as text", plain),
            *((f"command {n}", (done.out + done.err).encode()) for n, done in enumerate(commands)),
        ]
    assert len(places) > 60
    assert b"INSERT INTO api_keys" in dict(places)["postgres.log"]
    assert found_in(places) == []
    assert found_in([("a trap", f"x{KEY}".encode()), ("none", b"")]) == ["a trap"]
