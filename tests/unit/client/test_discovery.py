"""Which server a notebook talks to, and with which token: never one's URL with another's token."""

from __future__ import annotations

import json
import os
import pickle

import pytest

from promptyflow_lab.client.discovery import find_server
from promptyflow_lab.client.errors import ServerNotFound
from promptyflow_lab.client.session import Session


class Runtime:
    """A runtime folder of Jupyter with notes of servers."""

    def __init__(self, folder):
        self.folder = folder

    def note(self, pid, url, token, root="/nowhere"):
        note = {"url": url, "token": token, "root_dir": str(root), "pid": pid}
        path = self.folder / f"jpserver-{pid}.json"
        path.write_text(json.dumps(note), encoding="utf-8")
        return path


@pytest.fixture
def runtime(tmp_path):
    return Runtime(tmp_path)


@pytest.fixture
def alive():
    """Process ids that exist: our own and our parent's."""
    return os.getpid(), os.getppid()


def find(runtime, *arguments, **environment):
    sign_ins = runtime.folder / "sign-ins.json"
    return find_server(
        *arguments, environment=environment, runtime=runtime.folder, sign_ins=sign_ins
    )


def test_what_the_caller_says_counts_before_all_else(runtime):
    server = find(
        runtime, "http://a:1/promptyflow", "t", PROMPTYFLOW_URL="http://b", PROMPTYFLOW_TOKEN="u"
    )
    assert (server.url, server.token) == ("http://a:1/promptyflow", "t")


def test_a_token_without_its_server_is_refused_and_not_shown(runtime):
    with pytest.raises(ServerNotFound, match="not the server it is for") as caught:
        find(runtime, None, "planted", PROMPTYFLOW_URL="http://b", PROMPTYFLOW_TOKEN="u")
    assert "planted" not in str(caught.value)


def test_the_variables_that_the_server_gave_its_kernels_come_next(runtime, alive):
    runtime.note(alive[0], "http://127.0.0.1:8888/", "of-the-note")
    server = find(
        runtime,
        PROMPTYFLOW_URL="http://127.0.0.1:9999/promptyflow",
        PROMPTYFLOW_TOKEN="pfk_x",
        JPY_PARENT_PID=str(alive[0]),
    )
    assert (server.url, server.token) == ("http://127.0.0.1:9999/promptyflow", "pfk_x")


def test_on_a_hub_the_service_comes_before_the_users_own_server(runtime, alive):
    runtime.note(alive[0], "http://127.0.0.1:8888/user/ann/", "of-the-note")
    server = find(
        runtime,
        PROMPTYFLOW_REMOTE_URL="http://hub:8000/services/promptyflow/",
        JUPYTERHUB_API_TOKEN="of-the-hub",
        JPY_PARENT_PID=str(alive[0]),
    )
    assert server.url == "http://hub:8000/services/promptyflow"
    assert server.token == "of-the-hub"


def test_the_note_of_the_parent_process_is_exact_with_two_servers(runtime, alive):
    runtime.note(alive[0], "http://127.0.0.1:8888/", "one")
    runtime.note(alive[1], "http://127.0.0.1:8889/base/", "two")
    server = find(runtime, JPY_PARENT_PID=str(alive[1]))
    assert (server.url, server.token) == ("http://127.0.0.1:8889/base/promptyflow", "two")


def test_a_hubs_server_that_listens_on_all_addresses_is_reached_on_this_machine(runtime):
    server = find(
        runtime,
        JUPYTERHUB_SERVICE_URL="http://0.0.0.0:8888/user/ann/",
        JUPYTERHUB_SERVICE_PREFIX="/user/ann/",
        JUPYTERHUB_API_TOKEN="t",
    )
    assert server.url == "http://127.0.0.1:8888/user/ann/promptyflow"


def test_a_url_alone_gets_the_token_of_that_very_server(runtime, alive):
    runtime.note(alive[0], "http://127.0.0.1:8888/", "one")
    runtime.note(alive[1], "http://127.0.0.1:8889/", "two")
    for said in (
        "http://127.0.0.1:8889/promptyflow",
        "http://127.0.0.1:8889",
        "http://localhost:8889/lab/tree/a.ipynb?reset",
    ):
        server = find(runtime, said)
        assert (server.url, server.token) == ("http://127.0.0.1:8889/promptyflow", "two")


@pytest.mark.parametrize(
    "said",
    [
        "http://127.0.0.1:8890/promptyflow",
        "https://127.0.0.1:8888/promptyflow",
        "http://evil.example:8888/promptyflow",
        "http://127.0.0.1.evil.example:8888/promptyflow",
        "http://127.0.0.1:8888/user/ann/promptyflow",
        "http://127.0.0.1:88889/promptyflow",
    ],
)
def test_the_token_of_one_server_never_goes_to_another_url(runtime, alive, said):
    runtime.note(alive[0], "http://127.0.0.1:8888/", "planted")
    environment = {
        "PROMPTYFLOW_URL": "http://127.0.0.1:8888/promptyflow",
        "PROMPTYFLOW_TOKEN": "planted",
        "JUPYTERHUB_API_TOKEN": "planted",
        "JUPYTERHUB_SERVICE_URL": "http://127.0.0.1:8888/",
        "JPY_PARENT_PID": str(alive[0]),
    }
    with pytest.raises(ServerNotFound) as caught:
        find(runtime, said, **environment)
    assert "planted" not in str(caught.value)


def test_a_url_of_the_environment_without_token_is_not_paired_with_another_servers(runtime, alive):
    runtime.note(alive[0], "http://127.0.0.1:8888/", "one")
    with pytest.raises(ServerNotFound, match="PROMPTYFLOW_TOKEN"):
        find(runtime, PROMPTYFLOW_URL="http://far.example", JPY_PARENT_PID=str(alive[0]))


def test_a_token_of_the_environment_without_url_is_not_used(runtime, alive):
    runtime.note(alive[0], "http://127.0.0.1:8888/", "one")
    server = find(runtime, PROMPTYFLOW_TOKEN="other", JPY_PARENT_PID=str(alive[0]))
    assert server.token == "one"


def test_of_other_servers_the_one_whose_folder_holds_the_notebook_is_taken(runtime, alive):
    runtime.note(alive[0], "http://127.0.0.1:8888/", "outer", root="/home/ann")
    runtime.note(alive[1], "http://127.0.0.1:8889/", "inner", root="/home/ann/work")
    server = find(runtime, JPY_SESSION_NAME="/home/ann/work/a.ipynb")
    assert server.token == "inner"
    server = find(runtime, JPY_SESSION_NAME="/home/ann/other/a.ipynb")
    assert server.token == "outer"


def test_two_servers_of_one_folder_are_not_chosen_between(runtime, alive):
    for pid, port in zip(alive, (8888, 8889), strict=True):
        runtime.note(pid, f"http://127.0.0.1:{port}/", "planted", root="/home/ann")
    with pytest.raises(ServerNotFound, match=r"Several.*8888.*8889") as caught:
        find(runtime, JPY_SESSION_NAME="/home/ann/a.ipynb")
    assert "planted" not in str(caught.value)


def test_a_server_of_another_folder_is_not_guessed(runtime, alive):
    runtime.note(alive[0], "http://127.0.0.1:8888/", "one", root="/home/ann")
    with pytest.raises(ServerNotFound, match="PROMPTYFLOW_URL and PROMPTYFLOW_TOKEN"):
        find(runtime, JPY_SESSION_NAME="/home/annette/a.ipynb")


def test_the_note_of_a_process_that_is_gone_does_not_count(runtime):
    runtime.note(2**22 + 1, "http://127.0.0.1:8888/", "dead", root="/")
    with pytest.raises(ServerNotFound):
        find(runtime, JPY_PARENT_PID=str(2**22 + 1), JPY_SESSION_NAME="/a.ipynb")


def test_a_note_that_is_half_written_does_not_count(runtime, alive):
    runtime.note(alive[0], "http://127.0.0.1:8888/", "one").write_text('{"url": "htt')
    with pytest.raises(ServerNotFound):
        find(runtime, JPY_PARENT_PID=str(alive[0]))


def test_a_server_with_a_password_says_what_to_do(runtime, alive):
    runtime.note(alive[0], "http://127.0.0.1:8888/", "")
    with pytest.raises(ServerNotFound, match=r"asks for a password.*Restart the kernel"):
        find(runtime, JPY_PARENT_PID=str(alive[0]))


def test_a_url_with_a_password_in_it_is_refused_and_not_repeated(runtime):
    with pytest.raises(ServerNotFound) as caught:
        find(runtime, "http://ann:planted@host/promptyflow", "t")
    assert "planted" not in str(caught.value)


@pytest.mark.parametrize(
    "said", ["localhost:8888", "ftp://a/b", "/promptyflow", "http://", "http://a:99999", "http://["]
)
def test_what_is_no_url_is_told(runtime, said):
    with pytest.raises(ServerNotFound, match="not the URL of a server"):
        find(runtime, said, "t")


def test_a_token_that_could_break_a_header_is_refused_and_not_shown(runtime):
    with pytest.raises(ServerNotFound) as caught:
        find(runtime, "http://a", "planted\r\nX: y")
    assert "planted" not in str(caught.value)


def test_a_token_is_in_no_repr_and_in_no_file(runtime):
    server = find(runtime, "http://a", "planted")
    assert "planted" not in repr(server)
    with pytest.raises(TypeError, match="holds a token"):
        pickle.dumps(Session(server))
