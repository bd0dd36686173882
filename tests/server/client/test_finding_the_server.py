"""A notebook finds its own server in every set-up, and no token shows itself on the way."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import ExitStack

import pytest
from jupyter_process import running_jupyter
from service_process import running_service

from promptyflow_lab import PromptyFlow
from promptyflow_lab.client.errors import NotConnected, NotFound, ServerNotFound, Unauthenticated

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


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """The standalone service: people come with access tokens."""
    folder = tmp_path_factory.mktemp("service")
    with running_service(folder / "data", folder / "service.log") as service:
        yield service


def test_the_standalone_service_with_an_access_token_each_person_apart(service):
    with (
        PromptyFlow(service.url, service.token("alice")) as alice,
        PromptyFlow(service.url, service.token("bob")) as bob,
    ):
        project = alice.create_project("Alice's")
        assert alice.projects() == [project]
        assert bob.projects() == []
        with pytest.raises(NotFound):
            bob.project(project.id)
        project.delete()


def test_the_standalone_service_named_by_the_environment(service):
    """As a script runs, far from any notebook: nothing but two variables."""
    token = service.token("carol")
    own = {name: value for name, value in os.environ.items() if not name.startswith("J")}
    done = subprocess.run(
        [sys.executable, "-c", f"{WHERE}; print(repr(pf), vars(pf))"],
        env=own | {"PROMPTYFLOW_URL": service.url, "PROMPTYFLOW_TOKEN": token},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(f"{service.url} []\n<PromptyFlow {service.url}>")
    assert token not in done.stdout + done.stderr + service.log


def test_a_kernel_reaches_another_server_when_it_is_told_to(jupyter, pf, service):
    """Both at once, in one kernel, and neither gets the other's token."""
    assert pf.projects() == []
    token = service.token("dave")
    with jupyter.kernel() as kernel:
        told = kernel.run(
            "from promptyflow_lab import PromptyFlow\n"
            f"there = PromptyFlow({service.url!r}, {token!r}); there.create_project('There')\n"
            "here = PromptyFlow(); here.create_project('Here')\n"
            "print(here.projects(), there.projects()); (here, there)"
        )
        assert told.error == ""
        assert told.text == "[<Project 'Here'>] [<Project 'There'>]\n"
        alone = kernel.run(f"PromptyFlow({service.url!r})")
    assert alone.error.startswith("ServerNotFound: No token is known")
    assert token not in str(told.data) + alone.error + jupyter.log + service.log
    assert jupyter.token not in str(told.data) + service.log


def test_a_url_alone_takes_the_token_of_the_server_that_is_known_there(jupyter, pf):
    assert pf.projects() == []
    with jupyter.kernel() as kernel:
        kernel.run(WITHOUT_VARIABLES)
        for url in (jupyter.url, f"{jupyter.url}lab/tree/x.ipynb", f"{jupyter.url}promptyflow"):
            result = kernel.run(f"from promptyflow_lab import PromptyFlow; PromptyFlow({url!r})")
            assert (result.error, len(result.data)) == ("", 1)
            assert jupyter.token not in str(result.data)


def test_a_token_is_in_no_output_whatever_is_shown(jupyter, pf):
    """Not in a repr, not in the pieces of an object, not in a traceback, not in a pickle."""
    assert pf.projects() == []
    shown = (
        "import pickle, pprint, traceback\n"
        "from promptyflow_lab import PromptyFlow\n"
        "pf = PromptyFlow(); project = pf.create_project('Shown')\n"
        "for thing in (pf, project, pf._session, pf._session.server, pf._session._transport):\n"
        "    print(repr(thing), str(thing), getattr(thing, '_repr_html_', str)())\n"
        "    pprint.pprint(getattr(thing, '__dict__', {}))\n"
        "    try: pickle.dumps(thing)\n"
        "    except Exception: traceback.print_exc()\n"
        "project.delete(); pf.project(project.id)"
    )
    with jupyter.kernel() as kernel:
        token = kernel.run("import os; print(os.environ['PROMPTYFLOW_TOKEN'])").text.strip()
        result = kernel.run(shown)
    assert result.error.startswith("NotFound")
    assert "a client holds a token and is not for files" in result.text
    for secret in (token, jupyter.token):
        assert secret not in result.text + result.error + str(result.data) + jupyter.log


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
