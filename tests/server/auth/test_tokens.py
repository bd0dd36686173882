"""Personal access tokens: made, listed and revoked by their owner alone; and who strangers are."""

from __future__ import annotations

from uuid import UUID

import pytest

UNKNOWN = "0190a1b2-0000-7000-8000-000000000001"


def error_of(answer):
    body = answer.json()
    assert set(body) == {"error", "message", "details"}
    return answer.status_code, body["error"]


@pytest.fixture
async def ann(service):
    return (await service.signed_in("ann"))["accessToken"]


@pytest.fixture
async def bob(service):
    return (await service.signed_in("bob"))["accessToken"]


async def made(service, who, **body):
    answer = await service.call("POST", "/auth/tokens", who, json={"name": "laptop", **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def listed(service, who):
    answer = await service.call("GET", "/auth/tokens", who)
    assert answer.status_code == 200
    return answer.json()["items"]


async def test_a_token_opens_the_api_as_its_owner(service, ann):
    token = (await made(service, ann))["token"]
    assert token.startswith("pft_")
    me = (await service.call("GET", "/auth/me", token)).json()
    assert (me["user"]["name"], me["identifiedBy"]) == ("Ann", "access-token")
    created = await service.call("POST", "/api/projects", token, json={"name": "by token"})
    assert created.status_code == 201
    names = [p["name"] for p in (await service.call("GET", "/api/projects", ann)).json()["items"]]
    assert names == ["by token"]


async def test_a_token_is_told_once(service, ann):
    first, second = await made(service, ann), await made(service, ann, name="server", days=None)
    items = await listed(service, ann)
    assert [item["name"] for item in items] == ["server", "laptop"]
    assert all(set(item) == set(first) - {"token"} for item in items)
    assert items[0]["expiresAt"] is None
    assert items[1]["expiresAt"] > items[1]["createdAt"]
    assert items[1]["lastUsedAt"] is None
    await service.call("GET", "/auth/me", first["token"])
    assert (await listed(service, ann))[1]["lastUsedAt"] is not None
    assert second["id"] == items[0]["id"]


async def test_a_revoked_token_opens_nothing_any_more(service, ann):
    token = await made(service, ann)
    path = f"/auth/tokens/{token['id']}"
    assert (await service.call("DELETE", path, ann)).status_code == 204
    assert error_of(await service.call("GET", "/auth/me", token["token"]))[0] == 401
    assert error_of(await service.call("DELETE", path, ann)) == (404, "NOT_FOUND")
    assert await listed(service, ann) == []


async def test_a_token_cannot_make_another_one(service, ann):
    """Whoever finds one that is valid for a day must not get one that is valid for ever."""
    token = (await made(service, ann))["token"]
    answer = await service.call("POST", "/auth/tokens", token, json={"name": "for ever"})
    assert error_of(answer) == (403, "FORBIDDEN")
    assert len(await listed(service, ann)) == 1


async def test_a_token_outlives_logging_out_everywhere(service, ann):
    token = (await made(service, ann))["token"]
    await service.call("POST", "/auth/logout-everywhere", ann)
    assert (await service.call("GET", "/auth/me", token)).status_code == 200


NO_TOKENS = [
    {},
    {"name": ""},
    {"name": "   "},
    {"name": "x" * 201},
    {"name": "x", "days": 0},
    {"name": "x", "days": 4000},
    {"name": "x", "days": "90"},
    {"name": "x", "scopes": ["all"]},
    {"name": "x\x00"},
]


async def test_what_is_no_token_is_not_made(service, ann):
    for body in NO_TOKENS:
        answer = await service.call("POST", "/auth/tokens", ann, json=body)
        assert answer.status_code == 400, body
    assert await listed(service, ann) == []


async def test_there_are_not_more_than_a_hundred(service, ann):
    me = (await service.call("GET", "/auth/me", ann)).json()
    tokens = service.services.access_tokens
    for number in range(100):
        await tokens.create(UUID(me["user"]["id"]), str(number), None)
    answer = await service.call("POST", "/auth/tokens", ann, json={"name": "one more"})
    assert error_of(answer) == (413, "PAYLOAD_TOO_LARGE")


async def test_what_is_anns_is_nothing_to_bob(service, ann, bob):
    token = await made(service, ann)
    assert await listed(service, bob) == []
    foreign = await service.call("DELETE", f"/auth/tokens/{token['id']}", bob)
    unknown = await service.call("DELETE", f"/auth/tokens/{UNKNOWN}", bob)
    assert error_of(foreign) == (404, "NOT_FOUND")
    assert foreign.json() == unknown.json()
    assert (await service.call("POST", "/auth/logout-everywhere", bob)).status_code == 204
    assert (await service.call("GET", "/auth/me", ann)).status_code == 200
    assert (await service.call("GET", "/auth/me", token["token"])).status_code == 200
    assert (await service.call("GET", "/auth/me", bob)).status_code == 401


async def test_every_endpoint_of_sign_in_is_in_the_contract(service, ann):
    document = (await service.call("GET", "/api/openapi.json", ann)).json()
    operations = {
        (method.upper(), path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/auth/")
    }
    is_open = {key for key, operation in operations.items() if operation.get("security") == []}
    assert is_open == {
        ("GET", "/auth/google"),
        ("GET", "/auth/google/callback"),
        ("POST", "/auth/google"),
        ("POST", "/auth/session"),
        ("POST", "/auth/refresh"),
        ("POST", "/auth/logout"),
    }
    assert set(operations) - is_open == {
        ("GET", "/auth/me"),
        ("GET", "/auth/tokens"),
        ("POST", "/auth/tokens"),
        ("DELETE", "/auth/tokens/{token_id}"),
        ("POST", "/auth/logout-everywhere"),
    }
    assert "302" in operations["GET", "/auth/google"]["responses"]
    for method, path in set(operations) - is_open:
        answer = await service.call(method, path.replace("{token_id}", UNKNOWN), json={})
        assert error_of(answer) == (401, "UNAUTHENTICATED"), path


async def test_a_stranger_cannot_fill_the_memory(service):
    answer = await service.call("POST", "/auth/refresh", content=b'{"x": "' + b"a" * 70_000)
    assert error_of(answer) == (413, "PAYLOAD_TOO_LARGE")


class TestPagesOfOthers:
    PREFLIGHT = {  # noqa: RUF012
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }

    async def test_are_told_nothing(self, service, ann):
        headers = {"Origin": "https://app.example.org"}
        asked = await service.call("OPTIONS", "/api/projects", headers=headers | self.PREFLIGHT)
        got = await service.call("GET", "/api/projects", ann, headers=headers)
        for answer in (asked, got):
            assert not [name for name in answer.headers if name.startswith("access-control")]
        assert asked.status_code == 401

    @pytest.mark.parametrize(
        "settings_more", [{"PROMPTYFLOW_CORS_ORIGINS": "https://app.example.org"}]
    )
    async def test_may_call_if_the_operator_names_them(self, service, ann):
        headers = {"Origin": "https://app.example.org"}
        asked = await service.call("OPTIONS", "/api/projects", headers=headers | self.PREFLIGHT)
        assert (asked.status_code, asked.content) == (204, b"")
        assert asked.headers["access-control-allow-origin"] == "https://app.example.org"
        assert "PATCH" in asked.headers["access-control-allow-methods"]
        assert "Authorization" in asked.headers["access-control-allow-headers"]
        for token in (ann, "wrong"):
            got = await service.call("GET", "/api/projects", token, headers=headers)
            assert got.headers["access-control-allow-origin"] == "https://app.example.org"
            assert got.headers["vary"] == "Origin"
            assert "access-control-allow-credentials" not in got.headers
        for origin in ("https://evil.example", "null", "https://app.example.org.evil.example"):
            headers = {"Origin": origin} | self.PREFLIGHT
            asked = await service.call("OPTIONS", "/api/projects", headers=headers)
            assert asked.status_code == 401
            assert "access-control-allow-origin" not in asked.headers
