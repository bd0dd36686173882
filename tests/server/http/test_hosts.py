"""What is promised of every endpoint, whichever host it runs under."""

from __future__ import annotations

import json
import socket
from urllib.parse import urlsplit

import httpx
import pytest
from hosts import Host

UNKNOWN = "0190a1b2-0000-7000-8000-000000000001"


def error_of(response: object) -> str:
    body = json.loads(response.content)  # type: ignore[attr-defined]
    assert set(body) == {"error", "message", "details"}
    assert response.headers["content-type"].startswith("application/json")  # type: ignore[attr-defined]
    return str(body["error"])


def operations(host: Host, *, for_all: bool = False) -> list[tuple[str, str]]:
    document = host.known.get("/api/openapi.json").json()
    return [
        (method.upper(), path)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if path != "/health" and (operation.get("security") == []) == for_all
    ]


def filled(path: str) -> str:
    for name, value in (("version", "1"), ("provider", "openai"), ("block", "1"), ("item", "1")):
        path = path.replace(f"{{{name}}}", value)
    while "{" in path:
        head, _, rest = path.partition("{")
        name, _, tail = rest.partition("}")
        path = head + (UNKNOWN if name.endswith("_id") else "1") + tail
    return path


def test_no_endpoint_but_health_answers_a_stranger(host: Host) -> None:
    for method, path in operations(host):
        response = host.stranger.request(method, filled(path), json={})
        assert (response.status_code, error_of(response)) == (401, "UNAUTHENTICATED"), path
    assert host.stranger.get("/health").json()["status"] == "ok"


def test_where_nobody_can_sign_in_there_is_no_sign_in(host: Host) -> None:
    refusal = (404, "NOT_FOUND") if host.name == "service" else (401, "UNAUTHENTICATED")
    body = {"code": "x", "codeVerifier": "x" * 43, "redirectUri": "x", "refreshToken": "x"}
    fields = {"/auth/google": ("code", "codeVerifier", "redirectUri"), "/auth/session": ("code",)}
    for method, path in operations(host, for_all=True):
        sent = {name: body[name] for name in fields.get(path, ("refreshToken",))}
        response = host.stranger.request(method, path, json=sent)
        assert (response.status_code, error_of(response)) == refusal, path
        assert host.known.request(method, path, json=sent).status_code == 404


@pytest.mark.parametrize("token", ["", "x", "pfk_x", "pft_x", "a.b.c", "pfk_", "ключ"])
def test_a_wrong_token_opens_nothing(host: Host, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}".strip().encode()}
    response = host.stranger.get("/api/openapi.json", headers=headers)
    assert (response.status_code, error_of(response)) == (401, "UNAUTHENTICATED")


def test_a_token_in_the_address_is_not_taken_by_the_service(service_host: Host) -> None:
    token = service_host.headers["Authorization"].partition(" ")[2]
    response = service_host.stranger.get(
        f"/api/openapi.json?token={token}", headers={"Sec-Fetch-Mode": "websocket"}
    )
    assert response.status_code == 401


def test_an_unknown_path_is_told_in_the_one_shape(host: Host) -> None:
    for path in ("/", "/api", "/api/nothing", "/api/projects/7", "/api/../etc", "/..%2f..%2fetc"):
        response = host.known.get(path)
        assert (response.status_code, error_of(response)) == (404, "NOT_FOUND"), path


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "FOO"])
def test_a_wrong_verb_is_told_with_the_right_ones(host: Host, method: str) -> None:
    response = host.known.request(method, "/api/openapi.json")
    assert response.status_code == 405
    assert "GET" in response.headers["allow"]
    if method != "HEAD":
        assert error_of(response) == "METHOD_NOT_ALLOWED"


def test_errors_are_told_in_the_readers_language(host: Host) -> None:
    response = host.known.get("/api/nothing", headers={"Accept-Language": "ru"})
    assert response.json()["message"] == "Не найдено."


def test_a_body_over_the_limit_is_refused_before_it_is_read(host: Host) -> None:
    address = urlsplit(str(host.known.base_url))
    with socket.create_connection((address.hostname, address.port or 80), timeout=10) as line:
        head = (
            f"POST {host.root}/api/projects HTTP/1.1\r\nHost: {address.netloc}\r\n"
            f"Authorization: {host.headers['Authorization']}\r\n"
            "Content-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n"
        )
        line.sendall(head.encode())
        answer = line.recv(65536)
        while b"}" not in answer.partition(b"\r\n\r\n")[2]:
            answer += line.recv(65536)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b'"PAYLOAD_TOO_LARGE"' in answer
    assert b'"actual": 1000000000' in answer


@pytest.mark.parametrize("length", ["abc", "5, 5", "\xb2", "1_0", "-1", "9" * 5000])
def test_a_length_that_is_no_number_is_the_callers_fault(host: Host, length: str) -> None:
    address = urlsplit(str(host.known.base_url))
    with socket.create_connection((address.hostname, address.port or 80), timeout=10) as line:
        head = f"POST {host.root}/api/projects HTTP/1.1\r\nHost: {address.netloc}\r\n"
        line.sendall(f"{head}Content-Length: {length}\r\n\r\n".encode("latin-1"))
        assert line.recv(65536).startswith(b"HTTP/1.1 400")


def test_what_is_private_is_not_cached(host: Host) -> None:
    headers = host.known.get("/api/openapi.json").headers
    assert headers["cache-control"] == "private, no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-request-id"]


def test_a_page_of_another_site_cannot_act_for_somebody(jupyter_host: Host) -> None:
    """A cookie alone is not enough to write: the request must carry the page's own token."""
    with httpx.Client(base_url=jupyter_host.known.base_url) as browser:
        jupyter_host.known.get("/api/openapi.json")
        browser.cookies.update(jupyter_host.known.cookies)
        assert browser.get("/api/openapi.json").status_code == 200
        response = browser.post("/api/projects", json={"name": "x"})
    assert (response.status_code, error_of(response)) == (403, "XSRF")


def test_both_hosts_describe_the_same_contract(jupyter_host: Host, service_host: Host) -> None:
    paths = [h.known.get("/api/openapi.json").json() for h in (jupyter_host, service_host)]
    assert paths[0] == paths[1]
