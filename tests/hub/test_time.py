"""What ends ends within the seconds a token is known: servers, tokens, groups, names, the Hub."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest
from hub_process import ACCESS, ServiceOfHub, page_token, together, until

KNOWN_SECONDS = 3.0
"""As the service of these tests is set."""


def ask(hub, token: str, path: str = "/api/user", **options) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{hub.direct}{path}", headers=headers, timeout=30, **options)


def lag(hub, token: str, wanted: int = 401) -> float:
    """Return after how many seconds a token is told something else."""
    began = time.monotonic()
    until(lambda: ask(hub, token).status_code == wanted, f"{wanted}", timeout=20)
    return time.monotonic() - began


@pytest.fixture
def person(hub, service):  # noqa: ARG001 - it must run
    """Make somebody of a name; all of them are deleted afterwards."""
    made = []

    def make(name: str) -> str:
        hub.add(name)
        made.append(name)
        return hub.new_token(name)["token"]

    yield make
    for one in hub.ask("GET", "users"):
        if one["name"] in made:
            hub.ask("DELETE", f"users/{one['name']}")


def test_a_token_that_was_revoked_or_has_expired_opens_nothing_any_more(hub, person):
    person("dora")
    revoked = hub.new_token("dora", scopes=[ACCESS])
    expiring = hub.new_token("dora", scopes=[ACCESS], expires_in=1)["token"]
    for token in (revoked["token"], expiring):
        assert ask(hub, token).status_code == 200
    hub.ask("DELETE", f"users/dora/tokens/{revoked['id']}")
    assert lag(hub, revoked["token"]) < KNOWN_SECONDS + 2
    assert lag(hub, expiring) < KNOWN_SECONDS + 2


def test_the_token_of_a_server_ends_with_it(hub, carol):
    with carol.kernel() as kernel:
        token = kernel.run("import os; print(os.environ['JUPYTERHUB_API_TOKEN'])").text.strip()
    with carol.http() as client:
        made = client.post("promptyflow/api/projects", json={"name": "of carol"})
        place = made.headers["Location"]
        assert place.startswith("/user/carol@example.org/promptyflow/api/projects/")
        assert client.get(f"{hub.url}{place}").json()["name"] == "of carol"
    assert ask(hub, token).json()["name"] == carol.name
    with hub.signed_in(carol.name) as client:
        page_token(client, carol)
        hub.stop(carol.name)
        assert lag(hub, token) < KNOWN_SECONDS + 2
        told = client.get(f"{carol.url}promptyflow/api/user")
        assert told.status_code >= 400


def test_a_person_who_was_renamed_keeps_everything(hub, person):
    token = person("emma")
    project = make_project(hub, token, "Emma's")
    hub.ask("PATCH", "users/emma", {"name": "emily"})
    try:
        until(lambda: ask(hub, token).json().get("name") in {"emma", "emily"}, "an answer")
        time_of_name = time.monotonic() + KNOWN_SECONDS + 2
        while time.monotonic() < time_of_name:
            assert ask(hub, token, f"/api/projects/{project}").status_code == 200
            time.sleep(0.2)
        new = hub.new_token("emily")["token"]
        assert ask(hub, new, f"/api/projects/{project}").json()["name"] == "Emma's"
        somebody = person("emma")
        assert ask(hub, somebody, f"/api/projects/{project}").status_code == 404
    finally:
        hub.ask("DELETE", "users/emily")


def test_a_name_that_is_made_again_opens_nothing_of_the_person_before(hub, person):
    token = person("frank")
    project = make_project(hub, token, "Frank's")
    hub.ask("DELETE", "users/frank")
    assert lag(hub, token) < KNOWN_SECONDS + 2
    again = person("frank")
    told = ask(hub, again, "/api/projects").json()["items"]
    assert told == []
    assert ask(hub, again, f"/api/projects/{project}").status_code == 404
    make_project(hub, again, "of the new one")


def make_project(hub, token: str, name: str) -> str:
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.post(f"{hub.direct}/api/projects", json={"name": name}, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def test_fifty_requests_with_one_new_token_are_one_question_to_the_hub(hub, person):
    token = person("gina")
    began = time.monotonic()
    with ThreadPoolExecutor(50) as pool:
        told = list(pool.map(lambda _: ask(hub, token).status_code, range(50)))
    assert told == [200] * 50
    each = 1 + (time.monotonic() - began) // KNOWN_SECONDS
    asked = until(lambda: hub.log.count("GET /hub/api/user (gina@"), "the Hub's log")
    assert asked <= 2 * each, "one of each process"


def test_while_the_hub_is_frozen_those_it_knows_work_on_and_others_are_told_soon(
    hub, alice, person
):
    new = person("hugo")
    headers = {"Authorization": f"Bearer {alice.token}"}
    with httpx.Client(base_url=hub.direct, headers=headers, timeout=30) as client:
        time.sleep(KNOWN_SECONDS)  # forgotten by the process at the other end of this connection …
        known_until = time.monotonic() + KNOWN_SECONDS - 0.3
        assert client.get("/api/user").status_code == 200  # … which asks anew
        with hub.paused(), ThreadPoolExecutor(4) as pool:
            began = time.monotonic()
            waiting = [pool.submit(ask, hub, new) for _ in range(4)]
            told = []
            while time.monotonic() < known_until:
                asked = time.monotonic()
                told.append((client.get("/api/user").status_code, asked < known_until - 0.3))
                assert time.monotonic() - asked < 2.0, "nobody waits for another one's question"
                time.sleep(0.05)
            assert {status for status, is_fresh in told if is_fresh} == {200}
            for one in waiting:
                assert one.result().status_code == 503
                assert one.result().json()["error"] == "UNAVAILABLE"
                assert "JupyterHub" in one.result().json()["message"]
            assert time.monotonic() - began < 20
    until(lambda: ask(hub, new).status_code == 200, "the Hub to answer again")


@contextmanager
def stopped(services):
    together(ServiceOfHub.stop, services)
    try:
        yield
    finally:
        together(ServiceOfHub.start, services)


def test_while_the_service_is_away_people_are_told_so_in_their_language(hub, services, alice):
    with alice.http() as client:
        before = client.get("promptyflow/api/user").json()
        with stopped(services):
            page = httpx.get(f"{hub.service}/api/user")
            assert page.status_code == 503
            assert "html" in page.headers["Content-Type"], "what the proxy says by itself"
            told = client.get("promptyflow/api/user", headers={"Accept-Language": "ru"})
            assert (told.status_code, told.json()["error"]) == (503, "UNAVAILABLE")
            assert "не отвечает" in told.json()["message"]
            assert client.get("promptyflow/health").status_code == 503
        assert client.get("promptyflow/api/user").json() == before


def test_a_server_that_reaches_the_service_through_the_proxy_reads_no_page_of_it(
    hub, services, alice
):
    """The proxy's own 503 is HTML: it becomes an error of ours, whatever the way there."""
    import asyncio

    from promptyflow_server.hub.answers import answer_of
    from promptyflow_server.hub.remote import Question, Remote
    from promptyflow_server.shared.errors import Unavailable

    async def ask_remote(url: str) -> str:
        remote = Remote(url, alice.token, "alice")
        try:
            async with answer_of(remote, Question("GET", "/api/user", {}, b"")) as answer:
                return str(answer.status)
        except Unavailable as error:
            return str(error.details["reason"])
        finally:
            await remote.close()

    assert asyncio.run(ask_remote(hub.service)) == "200"
    assert asyncio.run(ask_remote(f"{hub.url}/services/nothing")) == "remote_stranger"
    assert asyncio.run(ask_remote(f"{hub.url}/hub/home")) == "remote_stranger"
    with stopped(services):
        assert asyncio.run(ask_remote(hub.service)) == "remote"


def test_a_project_shared_with_a_group_follows_who_is_in_it(hub, alice, person):
    token = person("iris")
    project = make_project(hub, alice.token, "for the staff")
    place = f"/api/projects/{project}"
    headers = {"Authorization": f"Bearer {alice.token}"}
    shared = httpx.post(
        f"{hub.direct}{place}/shares", json={"group": "staff", "role": "view"}, headers=headers
    )
    assert shared.status_code == 201, shared.text
    assert ask(hub, token, place).status_code == 404
    hub.ask("POST", "groups/staff/users", {"users": ["iris"]})
    until(lambda: ask(hub, token, place).status_code == 200, "iris to be let in", timeout=15)
    began = time.monotonic()
    hub.ask("DELETE", "groups/staff/users", {"users": ["iris"]})
    until(lambda: ask(hub, token, place).status_code == 404, "iris to be out", timeout=15)
    until(lambda: {ask(hub, token, place).status_code for _ in range(8)} == {404}, "by each way")
    assert time.monotonic() - began < KNOWN_SECONDS + 3


def test_the_doctor_of_the_service_knows_how_it_stands_with_the_hub(services):
    service = services[0]
    told = service.doctor()
    assert "✓ JupyterHub:" in told, told
    assert "its service promptyflow" in told
    assert "! JupyterHub: no token" in service.doctor(JUPYTERHUB_API_TOKEN_FILE="")
    away = service.doctor(JUPYTERHUB_API_URL="http://127.0.0.1:1/hub/api")
    assert "✗ JupyterHub: http://127.0.0.1:1/hub/api does not answer" in away
    token = (service.folder / "hub.token").read_text()
    assert token not in told + away
