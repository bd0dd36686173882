"""A notebook finds its own server in every set-up, and no token shows itself on the way."""

from __future__ import annotations

import socket
from contextlib import ExitStack

import pytest
from jupyter_process import running_jupyter

from promptyflow_lab import PromptyFlow
from promptyflow_lab.client.errors import NotConnected, ServerNotFound, Unauthenticated

WHERE = "from promptyflow_lab import PromptyFlow; pf = PromptyFlow(); print(pf.url, pf.projects())"
WITHOUT_VARIABLES = "import os; del os.environ['PROMPTYFLOW_URL'], os.environ['PROMPTYFLOW_TOKEN']"


def works_at(kernel, jupyter):
    """Whether the client in the kernel talks to that server."""
    result = kernel.run(WHERE)
    return (result.error, result.text) == ("", f"{jupyter.url}promptyflow []\n")


def test_with_a_token(jupyter, pf):
    assert pf.projects() == []
    with jupyter.kernel() as kernel:
        assert works_at(kernel, jupyter)


def test_with_the_note_of_the_server_where_its_variables_are_missing(jupyter, pf):
    assert pf.projects() == []
    with jupyter.kernel() as kernel:
        kernel.run(WITHOUT_VARIABLES)
        assert works_at(kernel, jupyter)


def test_with_a_password(tmp_path, shared_data, pf):
    assert pf.projects() == []
    with (
        running_jupyter(tmp_path, app="server", password="planted", data=shared_data) as jupyter,
        jupyter.kernel() as kernel,
    ):
        assert works_at(kernel, jupyter)
        kernel.run(WITHOUT_VARIABLES)
        assert "asks for a password" in kernel.run(WHERE).error


def test_with_two_servers_of_one_person_each_kernel_takes_its_own(tmp_path, shared_data, pf):
    assert pf.projects() == []
    with ExitStack() as stack:
        runtime = tmp_path / "runtime"
        for name in ("one", "two"):
            jupyter = stack.enter_context(
                running_jupyter(tmp_path / name, app="server", data=shared_data, runtime=runtime)
            )
            kernel = stack.enter_context(jupyter.kernel())
            assert works_at(kernel, jupyter)
            kernel.run(WITHOUT_VARIABLES)
            assert works_at(kernel, jupyter)


def test_with_a_port_that_was_taken(tmp_path, shared_data, pf):
    assert pf.projects() == []
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            running_jupyter(tmp_path, app="server", data=shared_data, port=port) as jupyter,
            jupyter.kernel() as kernel,
        ):
            assert f":{port}/" not in jupyter.url
            assert works_at(kernel, jupyter)


def test_the_same_projects_are_there_for_browser_and_notebook(jupyter, project):
    with jupyter.kernel() as kernel, jupyter.http() as browser:
        assert "<Project 'Paper'>" in kernel.run(WHERE).text
        found = browser.get("promptyflow/api/projects").json()["items"]
        assert [each["id"] for each in found] == [project.id]


def test_a_wrong_token_is_told_and_not_repeated(jupyter):
    for token in ("planted-wrong", "pfk_planted-wrong"):
        with (
            PromptyFlow(f"{jupyter.url}promptyflow", token) as stranger,
            pytest.raises(Unauthenticated) as caught,
        ):
            stranger.projects()
        assert "planted" not in f"{caught.value!r} {caught.value} {stranger!r}"


def test_a_server_that_is_gone_is_told():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/promptyflow"
        with PromptyFlow(url, "planted") as pf, pytest.raises(NotConnected) as caught:
            pf.projects()
    assert url in str(caught.value)
    assert "planted" not in str(caught.value)


def test_without_any_server_it_says_what_to_set(tmp_path, monkeypatch):
    for name in ("PROMPTYFLOW_URL", "PROMPTYFLOW_TOKEN", "JPY_PARENT_PID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    with pytest.raises(ServerNotFound, match="PROMPTYFLOW_URL and PROMPTYFLOW_TOKEN"):
        PromptyFlow()


def test_no_token_is_in_the_log(jupyter, pf, project):
    assert project in pf.projects()
    with jupyter.kernel() as kernel:
        kernel_token = kernel.run("import os; print(os.environ['PROMPTYFLOW_TOKEN'])").text.strip()
        kernel.run(WHERE)
    assert kernel_token.startswith("pfk_")
    assert kernel_token not in jupyter.log
    assert jupyter.token not in jupyter.log
