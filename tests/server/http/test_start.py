"""The application starts with the first request, and what it loads then costs nothing later."""

from __future__ import annotations

import gc
import resource
import socket

import pytest
from command import run_command
from jupyter_process import running_jupyter

from promptyflow_server.application import PromptyflowServer
from promptyflow_server.service import allow_many_files


async def test_what_is_loaded_at_the_start_is_not_looked_through_for_garbage(settings):
    gc.unfreeze()
    server = PromptyflowServer(settings)
    try:
        await server.dispatcher()
        assert gc.get_freeze_count() > 10 * len(gc.get_objects())
    finally:
        await server.close()
        gc.unfreeze()


def test_a_jupyter_server_with_a_wrong_setting_says_so_works_on_and_can_be_stopped(tmp_path):
    environment = {"PROMPTYFLOW_REDIS_URL": "cache:6379"}
    with running_jupyter(tmp_path, app="server", environment=environment) as jupyter:
        with jupyter.http() as client:
            answer = client.get("promptyflow/api/projects")
            assert (answer.status_code, answer.json()["error"]) == (503, "UNAVAILABLE")
            assert "setting" in answer.json()["message"]
            assert client.get("promptyflow/health").json()["status"] == "unavailable"
            assert client.get("api/status").status_code == 200
        assert "PROMPTYFLOW_REDIS_URL must be an address" in jupyter.log
        jupyter.process.terminate()
        assert jupyter.process.wait(20) == 0
        assert "Traceback" not in jupyter.log


def test_a_service_may_have_as_many_connections_as_the_system_allows():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, before[1]))
    try:
        allow_many_files()
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == min(before[1], 65_536)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.fixture
def serve(tmp_path, database_url):
    """Return what runs the service at a port that is taken, unless another is named."""
    known = {"PROMPTYFLOW_DATABASE_URL": database_url}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = (tmp_path, "serve", "--port", str(taken.getsockname()[1]))
        yield lambda *arguments, **more: run_command(*command, *arguments, **known, **more)


@pytest.mark.parametrize(
    ("arguments", "environment", "told"),
    [
        (["--port", "99999"], {}, "--port"),
        (["--host", "192.0.2.7", "--port", "0"], {}, "cannot listen at 192.0.2.7:0"),
        ([], {}, "cannot listen at 127.0.0.1"),
        ([], {"PROMPTYFLOW_MASTER_KEY": "short"}, "master key: a key is at least 32 bytes"),
        ([], {"PROMPTYFLOW_MASTER_KEY_FILE": "/nowhere/key"}, "/nowhere/key"),
        ([], {"PROMPTYFLOW_REDIS_URL": "cache:6379"}, "PROMPTYFLOW_REDIS_URL"),
    ],
)
def test_what_keeps_a_service_from_starting_is_told(serve, arguments, environment, told):
    said = serve(*arguments, **environment)
    assert said.code in {1, 2}
    assert told in said.err
