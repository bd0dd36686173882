"""People of a Hub: each has what is theirs, by whichever way they come."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager

import httpx
import pytest
from hub_process import ACCESS, page_token, until

SPOOFED = {
    "X-Forwarded-User": "alice",
    "X-Remote-User": "alice",
    "X-JupyterHub-User": "alice",
    "Remote-User": "alice",
    "X-Forwarded-For": "127.0.0.1",
    "Cookie": "jupyterhub-user-alice=x; service-promptyflow=x",
}


def asking(root: str, token: str | None) -> httpx.Client:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=root, headers=headers, timeout=60)


def status(root: str, token: str | None, path: str = "/api/user", **options) -> tuple[int, str]:
    """Return what somebody with a token is told: status and code."""
    with asking(root, token) as client:
        answer = client.get(path, **options)
    assert "json" in answer.headers["Content-Type"], answer.text
    return answer.status_code, answer.json().get("error", "")


@pytest.fixture(scope="module")
def kernel_tokens(alice, bob):
    """The tokens that kernels of the two find."""
    found = {}
    for person in (alice, bob):
        with person.kernel() as kernel:
            code = "import os; print(os.environ['JUPYTERHUB_API_TOKEN'])"
            found[person.name] = kernel.run(code).text.strip()
    return found


@pytest.fixture(scope="module")
def page_tokens(hub, alice, bob):
    """The tokens that JupyterLab's pages of the two hold."""
    found = {}
    for person in (alice, bob):
        with hub.signed_in(person.name) as client:
            found[person.name] = page_token(client, person)
    return found


@contextmanager
def doors(hub, person, token):
    """Yield clients of a person by each way: past the proxy, through it, by their own server."""
    roots = (hub.direct, hub.service, f"{person.url}promptyflow")
    with ExitStack() as stack:
        yield [stack.enter_context(asking(root, token)) for root in roots]


def test_what_one_makes_the_other_cannot_find_by_any_way(hub, alice, bob, kernel_tokens):
    made = []
    with doors(hub, alice, kernel_tokens["alice"]) as ways:
        for number, way in enumerate(ways):
            answer = way.post("/api/projects", json={"name": f"of alice {number}"})
            assert answer.status_code == 201, answer.text
            made.append(answer.json()["id"])
            assert answer.headers["Location"].endswith(f"/promptyflow/api/projects/{made[-1]}")
        for way in ways:
            names = {one["name"] for one in way.get("/api/projects").json()["items"]}
            assert {"of alice 0", "of alice 1", "of alice 2"} <= names
    with doors(hub, bob, kernel_tokens["bob"]) as ways:
        for way in ways:
            items = way.get("/api/projects").json()["items"]
            assert not {one["id"] for one in items} & set(made)
            for project in made:
                place = f"/api/projects/{project}"
                for method, path, body in (
                    ("GET", place, None),
                    ("PATCH", place, {"name": "mine"}),
                    ("DELETE", place, None),
                    ("GET", f"{place}/export", None),
                    ("POST", f"{place}/duplicate", None),
                ):
                    answer = way.request(method, path, json=body)
                    assert answer.status_code == 404, (method, path, answer.text)
                    assert answer.json()["error"] == "NOT_FOUND"


def test_a_python_client_in_a_kernel_finds_the_service_and_its_own_projects(hub, alice, bob):
    code = (
        "from promptyflow_lab import PromptyFlow\n"
        "pf = PromptyFlow()\n"
        "project = pf.create_project(f'From the kernel of {name}')\n"
        "print(pf.url, [one.name for one in pf.projects()])"
    )
    for person in (alice, bob):
        with person.kernel() as kernel:
            said = kernel.run(f"name = {person.name!r}\n{code}")
            assert said.error == "", said.error
            assert said.text.startswith(hub.direct)
            assert f"From the kernel of {person.name}" in said.text
    assert "alice" not in said.text


def test_a_persons_server_is_nobody_elses(alice, kernel_tokens, page_tokens):
    root = f"{alice.url}promptyflow"
    assert status(root, kernel_tokens["alice"])[0] == 200
    assert status(root, page_tokens["alice"])[0] == 200
    for tokens in (kernel_tokens, page_tokens):
        assert status(root, tokens["bob"]) == (401, "UNAUTHENTICATED")


def test_the_page_of_a_browser_has_no_token_that_opens_the_service(hub, page_tokens):
    assert status(hub.direct, page_tokens["alice"]) == (403, "FORBIDDEN")


def test_which_tokens_open_the_service(hub, alice, kernel_tokens):
    new = hub.new_token
    kinds = {
        "kernel": (kernel_tokens["alice"], 200, ""),
        "inherit": (alice.token, 200, ""),
        "access only": (new("alice", scopes=[ACCESS])["token"], 200, ""),
        "narrow": (new("alice", scopes=["read:users:name!user"])["token"], 403, "FORBIDDEN"),
        "the service's own": (hub.service_token, 403, "FORBIDDEN"),
        "of a service with the scope": (hub.neighbour_token, 403, "FORBIDDEN"),
        "bogus": ("0" * 32, 401, "UNAUTHENTICATED"),
        "no token of any kind": ("a b", 401, "UNAUTHENTICATED"),
        "a personal one of ours": ("pft_" + "0" * 43, 401, "UNAUTHENTICATED"),
        "none": (None, 401, "UNAUTHENTICATED"),
    }
    for kind, (token, *wanted) in kinds.items():
        for root in (hub.direct, hub.service):
            assert status(root, token) == tuple(wanted), (kind, root)


def test_a_token_with_the_scope_only_opens_nothing_else(hub, alice):
    token = hub.new_token("alice", scopes=[ACCESS])["token"]
    headers = {"Authorization": f"token {token}"}
    assert httpx.get(f"{alice.url}api/contents", headers=headers).status_code == 403
    assert httpx.post(f"{hub.api_url}/users/alice/server", headers=headers).status_code == 403


def test_a_token_in_the_address_or_a_cookie_counts_for_nothing(hub, alice):
    with hub.signed_in("alice") as client:
        for path in ("/api/user", f"/api/user?token={alice.token}"):
            for headers in ({}, {"Sec-Fetch-Mode": "websocket"}, {"Sec-Fetch-Mode": "cors"}):
                answer = client.get(f"{hub.service}{path}", headers=headers)
                assert answer.status_code == 401, (path, headers)
    assert alice.token not in hub.log


def test_who_somebody_says_they_are_counts_for_nothing(hub, bob, kernel_tokens):
    with doors(hub, bob, kernel_tokens["bob"]) as ways:
        for way in ways:
            told = way.get("/api/user", headers=SPOOFED)
            assert told.json()["name"] == "bob", told.text


def test_no_path_leads_out_of_the_service(alice):
    wanted = (
        "/..%2f..%2fhub/api/user",
        "/%2e%2e/%2e%2e/hub/api/user",
        "/../../hub/api/user",
        "/..%5c..%5chub/api/user",
        "/api/../../../hub/api/user",
        "/metrics",
    )
    for path in wanted:
        answer = raw_get(alice.own_url, f"/user/alice/promptyflow{path}", alice.token)
        assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400")), (path, answer[:300])
        assert b"alice" not in answer.partition(b"\r\n\r\n")[2], path


def raw_get(url: str, path: str, token: str) -> bytes:
    """Ask for a path exactly as it is written; libraries tidy it up."""
    import socket
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as line:
        head = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n"
        line.sendall(f"{head}Authorization: token {token}\r\n\r\n".encode())
        told = b""
        while piece := line.recv(65536):
            told += piece
    return told


@pytest.fixture
def shared_server(hub, alice):
    """The server of alice, shared with bob, who has opened it; yields bob's way into it."""
    hub.ask("POST", "shares/alice/", {"user": "bob"})
    with hub.signed_in("bob") as client:
        yield client, page_token(client, alice)
    hub.ask("DELETE", "shares/alice/")


def test_a_visitor_of_a_shared_server_neither_acts_as_its_owner_nor_lets_it_act(
    hub, alice, shared_server
):
    client, token = shared_server
    answer = client.get(f"{alice.url}promptyflow/api/projects", headers={"Accept-Language": "ru"})
    assert (answer.status_code, answer.json()["error"]) == (403, "FORBIDDEN")
    assert "только его владельцу" in answer.json()["message"]
    assert client.get(f"{alice.url}api/contents").status_code == 200, "the server itself is shared"
    assert status(hub.direct, token) == (403, "FORBIDDEN")


def test_a_token_of_a_visitor_that_another_persons_server_got_is_refused(hub, alice):  # noqa: ARG001
    scopes = [ACCESS, "access:servers!server=alice/"]
    hub.ask("POST", "shares/alice/", {"user": "bob"})
    try:
        token = hub.new_token("bob", scopes=scopes)["token"]
        answer = httpx.get(f"{hub.direct}/api/user", headers={"Authorization": f"token {token}"})
        assert answer.status_code == 403
        assert "another person's server" in answer.json()["message"]
        assert status(hub.direct, hub.new_token("bob")["token"]) == (200, "")
    finally:
        hub.ask("DELETE", "shares/alice/")


def test_a_page_needs_jupyters_own_proof_that_it_is_one(hub, alice):
    with hub.signed_in("alice") as client:
        page_token(client, alice)
        url = f"{alice.url}promptyflow/api/projects"
        refused = client.post(url, json={"name": "without proof"})
        assert (refused.status_code, refused.json()["error"]) == (401, "UNAUTHENTICATED")
        script = client.get(url, headers={"Sec-Fetch-Mode": "cors"})
        assert script.status_code == 401, "a script of another page"
        xsrf = client.cookies.get("_xsrf", path="/user/alice/")
        made = client.post(url, json={"name": "with proof"}, headers={"X-XSRFToken": xsrf})
        assert made.status_code == 201, made.text


def test_signing_in_at_the_service_itself_is_off(hub, alice):
    with asking(hub.direct, alice.token) as client:
        assert client.get("/auth/google").status_code == 404
        refresh = client.post("/auth/refresh", json={"refreshToken": "pfr_" + "0" * 43})
        assert refresh.status_code in {401, 404}
        assert client.get("/").status_code == 404
        assert client.get("/auth/tokens").status_code == 404


def test_health_is_told_to_anybody_by_every_way(hub, alice):
    for root in (hub.direct, hub.service, f"{alice.url}promptyflow"):
        answer = httpx.get(f"{root}/health")
        assert (answer.status_code, answer.json()["status"]) == (200, "ok"), root


def test_guessing_tokens_ends_soon_and_shuts_out_nobody_else(hub, alice):
    """From an address outside; on the Hub's own machine one address is everybody's."""
    outside = {"X-Forwarded-For": "192.0.2.7"}
    for _ in range(12):  # each over a connection of its own: both processes have seen it then
        assert status(hub.direct, alice.token) == (200, "")
    told = [status(hub.direct, f"{n:032}", headers=outside)[0] for n in range(60)]
    assert set(told) == {401, 429}
    assert told.count(401) <= 2 * 10, "ten a minute at each process"
    known = [status(hub.direct, alice.token, headers=outside)[0] for _ in range(4)]
    assert known == [200] * 4, "a token that was right before is asked for even there"
    assert {status(hub.direct, f"{n:032}")[0] for n in range(24)} == {401}
    assert status(hub.direct, hub.new_token("alice")["token"]) == (200, "")


def test_the_hub_itself_can_start_the_service(hub, alice):
    """Managed by the Hub: as an account of its own, with nothing but paths in its environment."""
    scope = "access:services!service=managed"
    token = hub.new_token("alice", scopes=[scope])["token"]
    root = f"{hub.url}/services/managed"
    until(lambda: httpx.get(f"{root}/health").status_code == 200, "the managed service")
    with asking(root, token) as managed, asking(hub.direct, alice.token) as other:
        assert managed.get("/api/user").json()["id"] == other.get("/api/user").json()["id"]
        place = managed.post("/api/projects", json={"name": "by the managed one"})
        assert place.headers["Location"].startswith("/services/managed/api/projects/")
        assert other.get(f"/api/projects/{place.json()['id']}").status_code == 200
    assert status(hub.direct, token) == (403, "FORBIDDEN"), "each service has a scope of its own"
    log = hub.log
    assert "serving at" in log
    assert "when accounts were made" in log, "it has no role that lets it ask"
