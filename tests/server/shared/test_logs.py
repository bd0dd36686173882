"""What the logs of real servers tell at their most talkative, and what they never tell."""

from __future__ import annotations

import json
import logging
import re
from io import StringIO

import httpx
import psycopg
import pytest
from fault_server import DONE, FaultServer, chunk, sse
from jupyter_process import running_jupyter
from service_process import running_service

from promptyflow_server.shared.logs import REQUEST_ID, log_through, log_to

KEY = "sk-planted-Key_0123456789.abcdefg"
PASSWORD = "planted-password-0123"
PROMPT = "planted prompt: the merger is secret"
ANSWER = "planted answer: nobody must know"
PROVIDER = "openai-compatible"


async def a_day_at_work(client: httpx.AsyncClient, faults: FaultServer) -> None:
    """Do what people do, with things going wrong as they do."""
    faults.reply(json={"data": [{"id": "m"}]})
    saved = {"baseUrl": faults.url, "apiKey": KEY}
    await client.post(f"/api/user/api-keys/{PROVIDER}", json=saved)
    faults.forget()
    faults.reply(sse(chunk(ANSWER, finish="stop"), DONE))
    message = {"role": "user", "content": PROMPT}
    send = {"provider": PROVIDER, "model": "m", "messages": [message]}
    assert ANSWER in (await client.post("/ai/send", json=send)).text
    faults.forget()
    faults.reply(status=401, json={"error": {"message": f"Incorrect API key provided: {KEY}"}})
    assert (await client.post("/ai/send", json=send)).status_code == 502
    data = {"contextBlocks": [{"id": 1, "title": "b", "items": [{"id": 1, "content": PROMPT}]}]}
    await client.post("/api/projects", json={"name": PROMPT, "data": data})
    await client.post("/api/projects", content=f'{{"name": "{KEY}"')
    await client.get(f"/api/nothing?token={KEY}&key={KEY}&q=x")
    await client.get("/api/projects", headers={"Authorization": f"Bearer {KEY}"})
    await client.get("/api/projects?cursor=%00")


def planted_in(log: str) -> list[str]:
    return [text for text in (KEY, PASSWORD, PROMPT, ANSWER) if text in log]


@pytest.fixture
def url_with_a_password(database_server, database_url):
    """The database as a role that has a password in its URL."""
    name = psycopg.conninfo.conninfo_to_dict(database_url)["dbname"]
    return database_server.url(name).replace("@/", f":{PASSWORD}@/")


@pytest.fixture
async def faults():
    async with FaultServer() as server:
        yield server


async def test_the_service_tells_no_secret_and_no_text_at_debug(tmp_path, url_with_a_password):
    environment = {"PROMPTYFLOW_DATABASE_URL": url_with_a_password}
    log_file = tmp_path / "service.log"
    arguments = ["--log-level", "DEBUG"]
    with running_service(
        tmp_path, log_file, arguments=arguments, environment=environment
    ) as service:
        token = service.token("ann")
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=service.url, headers=headers) as client:
            answer = await client.get("/api/projects")
            assert answer.status_code == 200
            await client.get(f"/api/nothing?token={KEY}&key={KEY}&q=x")
            await client.post("/api/projects", json={"name": PROMPT})
            await client.post("/api/projects", content=f'{{"name": "{KEY}"')
            await client.get("/api/projects", headers={"Authorization": f"Bearer {KEY}"})
        lines = service.lines
    assert planted_in(service.log) == []
    assert token not in service.log
    mine = [line for line in lines if line.get("requestId") == answer.headers["x-request-id"]]
    told = {"method": "GET", "path": "/pf/api/projects", "status": 200, "level": "INFO"}
    assert [line for line in mine if told.items() <= line.items()]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", line["time"]) for line in lines)


async def test_jupyter_tells_no_key_and_no_text_at_debug(tmp_path, faults):
    with running_jupyter(tmp_path, app="server", arguments=["--debug"]) as jupyter:
        headers = {"Authorization": f"token {jupyter.token}"}
        root = f"{jupyter.url}promptyflow"
        async with httpx.AsyncClient(base_url=root, headers=headers, timeout=60) as client:
            await a_day_at_work(client, faults)
    assert planted_in(jupyter.log) == []


@pytest.fixture
def restored():
    """Leave logging as it was."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level = before[0], before[1]


def logged(form: str, *args: object, **more: object) -> str:
    stream = StringIO()
    log_to(stream, form, "DEBUG", [PASSWORD])
    logging.getLogger("promptyflow.test").warning(*args, **more)
    return stream.getvalue()


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize("form", ["json", "text"])
def test_a_secret_is_in_no_part_of_a_record(form):
    try:
        int(KEY)
    except ValueError:
        line = logged(
            form,
            "said %s to %s",
            KEY,
            {"url": f"postgresql://me:{PASSWORD}@db/x"},
            exc_info=True,
            stack_info=True,
            extra={"detail": KEY, "number": 7},
        )
    assert planted_in(line) == []
    assert "ValueError: invalid literal for int() with base 10: '[redacted]'" in line
    assert "said [redacted] to" in line


@pytest.mark.usefixtures("restored")
def test_a_line_of_json_has_the_names_that_the_documents_promise():
    context = REQUEST_ID.set("0123abcd")
    line = logged("json", "версия %d", 12, extra={"status": 503})
    REQUEST_ID.reset(context)
    told = json.loads(line)
    assert set(told) == {"time", "level", "logger", "message", "requestId", "status"}
    assert (told["level"], told["logger"]) == ("WARNING", "promptyflow.test")
    assert (told["message"], told["requestId"], told["status"]) == ("версия 12", "0123abcd", 503)
    assert line.count("\n") == 1


@pytest.mark.usefixtures("restored")
def test_a_malformed_record_does_not_show_its_arguments(capsys):
    assert logged("text", "%d %d", KEY) == ""
    assert KEY not in capsys.readouterr().err


def test_inside_jupyter_our_lines_go_where_jupyters_go():
    stream = StringIO()
    jupyter = logging.getLogger("test of logs")
    jupyter.setLevel(logging.INFO)
    jupyter.propagate = False
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("[%(levelname)s %(name)s] %(message)s"))
    jupyter.addHandler(handler)
    ours = logging.getLogger("promptyflow.http")
    undo = log_through(jupyter, [PASSWORD])
    context = REQUEST_ID.set("0123abcd")
    ours.info("with %s", PASSWORD)
    ours.debug("too fine")
    REQUEST_ID.reset(context)
    undo()
    ours.info("after the end")
    told = "[INFO promptyflow.http] with [redacted] (request 0123abcd)\n"
    assert stream.getvalue() == told
