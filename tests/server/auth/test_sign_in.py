"""Signing in against a provider written by others, and all the ways in which it must fail."""

from __future__ import annotations

from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import pytest
from openid_process import CLIENT_ID
from sign_in import proof
from sqlalchemy import text

PROGRAM = "http://127.0.0.1:18499/back"
OWN_CALLBACK = "https://client.example/back"


def query_of(address):
    return dict(parse_qsl(urlsplit(address).query))


def changed(address, **changes):
    query = {k: v for k, v in (query_of(address) | changes).items() if v is not None}
    return urlsplit(address)._replace(query=urlencode(query)).geturl()


def error_of(answer):
    body = answer.json()
    assert set(body) == {"error", "message", "details"}
    return answer.status_code, body["error"]


async def rows(service, table):
    async with service.services.database.read() as connection:
        return (await connection.execute(text(f"SELECT * FROM {table}"))).mappings().all()  # noqa: S608


async def test_one_leaves_with_state_nonce_and_pkce(service):
    async with service.browser() as browser:
        answer = await browser.client.get(f"{service.url}/auth/google")
    assert answer.status_code == 302
    address = answer.headers["location"]
    assert address.startswith(f"{service.issuer}/auth?")
    query = query_of(address)
    assert query["response_type"] == "code"
    assert query["client_id"] == CLIENT_ID
    assert query["redirect_uri"] == f"{service.url}/auth/google/callback"
    assert query["code_challenge_method"] == "S256"
    assert query["scope"] == "openid email profile"
    assert all(len(query[name]) >= 43 for name in ("state", "nonce", "code_challenge"))
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/pf/auth" in cookie
    assert answer.headers["cache-control"] == "private, no-store"


async def test_who_signs_in_is_known_by_the_providers_subject(service):
    signed_in = await service.signed_in("ann")
    assert set(signed_in) == {"accessToken", "refreshToken", "expiresIn", "tokenType", "user"}
    assert signed_in["expiresIn"] == 900
    assert signed_in["user"]["name"] == "Ann"
    assert signed_in["user"]["email"] == "ann@example.org"
    me = (await service.call("GET", "/auth/me", signed_in["accessToken"])).json()
    assert me == {"user": signed_in["user"], "identifiedBy": "jwt"}
    (identity,) = await rows(service, "identities")
    assert (identity["issuer"], identity["subject"]) == (service.issuer, "ann")
    again = await service.signed_in("ann")
    assert again["user"]["id"] == signed_in["user"]["id"]
    other = await service.signed_in("bob")
    assert other["user"]["id"] != signed_in["user"]["id"]


async def test_a_program_on_ones_machine_gets_the_code_at_its_address(service):
    verifier, challenge = proof()
    query = {"client_redirect": PROGRAM, "code_challenge": challenge, "client_state": "mine"}
    async with service.browser() as browser:
        back = await browser.return_address(await browser.leave(**query))
        answer = await browser.come_back(back)
    address = answer.headers["location"]
    assert address.startswith(f"{PROGRAM}?")
    assert query_of(address)["state"] == "mine"
    code = query_of(address)["code"]
    body = {"code": code, "codeVerifier": verifier}
    answer = await service.call("POST", "/auth/session", json=body)
    assert answer.json()["user"]["name"] == "Ann"
    again = await service.call("POST", "/auth/session", json=body)
    assert error_of(again) == (401, "UNAUTHENTICATED")


async def test_a_programs_own_code_is_refused_where_no_operator_named_its_address(service):
    verifier, challenge = proof()
    body = await code_of_a_program(service, challenge, OWN_CALLBACK)
    body |= {"codeVerifier": verifier}
    assert error_of(await service.call("POST", "/auth/google", json=body)) == (
        400,
        "VALIDATION_ERROR",
    )


async def code_of_a_program(service, challenge, redirect_uri, **more):
    query = {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": redirect_uri,
        "scope": "openid email profile",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "state": "x",
        **more,
    }
    async with service.browser() as browser:
        back = await browser.return_address(f"{service.issuer}/auth?{urlencode(query)}")
    return {"code": query_of(back)["code"], "redirectUri": redirect_uri}


@pytest.mark.parametrize("settings_more", [{"PROMPTYFLOW_SIGN_IN_REDIRECTS": OWN_CALLBACK}])
class TestAProgramsOwnCode:
    async def test_is_taken_with_its_secret(self, service):
        verifier, challenge = proof()
        body = await code_of_a_program(service, challenge, OWN_CALLBACK)
        answer = await service.call("POST", "/auth/google", json=body | {"codeVerifier": verifier})
        assert answer.status_code == 200, answer.text
        assert answer.json()["user"]["email"] == "ann@example.org"

    async def test_is_refused_with_another_secret(self, service):
        _, challenge = proof()
        body = await code_of_a_program(service, challenge, OWN_CALLBACK)
        body |= {"codeVerifier": proof()[0]}
        answer = await service.call("POST", "/auth/google", json=body)
        assert error_of(answer) == (400, "VALIDATION_ERROR")

    async def test_is_refused_without_a_secret(self, service):
        _, challenge = proof()
        body = await code_of_a_program(service, challenge, OWN_CALLBACK)
        answer = await service.call("POST", "/auth/google", json=body)
        assert error_of(answer) == (400, "VALIDATION_ERROR")
        assert "codeVerifier" in answer.json()["details"]["errors"]

    async def test_counts_once(self, service):
        verifier, challenge = proof()
        body = await code_of_a_program(service, challenge, OWN_CALLBACK)
        body |= {"codeVerifier": verifier}
        assert (await service.call("POST", "/auth/google", json=body)).status_code == 200
        answer = await service.call("POST", "/auth/google", json=body)
        assert error_of(answer) == (400, "VALIDATION_ERROR")

    async def test_is_refused_for_another_address_than_it_was_sent_to(self, service):
        verifier, challenge = proof()
        body = await code_of_a_program(service, challenge, OWN_CALLBACK)
        body |= {"codeVerifier": verifier, "redirectUri": f"{service.url}/auth/google/callback"}
        answer = await service.call("POST", "/auth/google", json=body)
        assert error_of(answer) == (400, "VALIDATION_ERROR")

    @pytest.mark.parametrize("nonce", [None, "another"])
    async def test_is_refused_without_the_nonce_that_it_was_asked_for_with(self, service, nonce):
        verifier, challenge = proof()
        body = await code_of_a_program(service, challenge, OWN_CALLBACK, nonce="once")
        body |= {"codeVerifier": verifier, "nonce": nonce}
        answer = await service.call("POST", "/auth/google", json=body)
        assert error_of(answer) == (400, "VALIDATION_ERROR")


class TestNobodyComesIn:
    """Everything here begins as a good sign-in, with one thing that is wrong."""

    async def refused(self, service, browser, address):
        answer = await browser.come_back(address)
        assert await rows(service, "users") == []
        assert await rows(service, "refresh_tokens") == []
        return error_of(answer)

    async def test_with_another_state(self, service):
        async with service.browser() as browser:
            back = await browser.return_address(await browser.leave())
            for state in ("x" * 43, "", None):
                refusal = await self.refused(service, browser, changed(back, state=state))
                assert refusal == (400, "VALIDATION_ERROR")

    async def test_in_another_browser(self, service):
        async with service.browser() as browser, service.browser() as thief:
            back = await browser.return_address(await browser.leave())
            assert await self.refused(service, thief, back) == (400, "VALIDATION_ERROR")
            await thief.leave()  # a cookie, but not that one
            back = await browser.return_address(await browser.leave())
            assert await self.refused(service, thief, back) == (400, "VALIDATION_ERROR")

    async def test_twice(self, service):
        async with service.browser() as browser:
            back = await browser.return_address(await browser.leave())
            assert (await browser.come_back(back)).status_code == 302
            assert error_of(await browser.come_back(back)) == (400, "VALIDATION_ERROR")

    async def test_from_another_provider(self, service):
        async with service.browser() as browser:
            for issuer in ("https://evil.example", None):
                back = await browser.return_address(await browser.leave())
                refusal = await self.refused(service, browser, changed(back, iss=issuer))
                assert refusal == (400, "VALIDATION_ERROR")

    async def test_with_another_code(self, service):
        async with service.browser() as browser:
            back = await browser.return_address(await browser.leave())
            refusal = await self.refused(service, browser, changed(back, code="x" * 43))
            assert refusal == (400, "VALIDATION_ERROR")

    async def test_with_a_code_of_somebody_elses_sign_in(self, service):
        """The code is good, but was made for another browser's secret."""
        async with service.browser() as browser, service.browser() as thief:
            stolen = query_of(await browser.return_address(await browser.leave()))["code"]
            back = await thief.return_address(await thief.leave(), "eve")
            refusal = await self.refused(service, thief, changed(back, code=stolen))
            assert refusal == (400, "VALIDATION_ERROR")

    async def test_with_an_address_that_nobody_verified(self, service):
        async with service.browser() as browser:
            back = await browser.return_address(await browser.leave(), "mallory")
            assert await self.refused(service, browser, back) == (403, "FORBIDDEN")

    async def test_of_another_company(self, service):
        async with service.browser(**{"Accept-Language": "ru"}) as browser:
            back = await browser.return_address(await browser.leave(), "eve")
            answer = await browser.come_back(back)
        assert error_of(answer) == (403, "FORBIDDEN")
        assert "администратору" in answer.json()["message"]

    async def test_who_has_changed_their_mind(self, service):
        async with service.browser() as browser:
            back = await browser.return_address(await browser.leave(), "deny")
            answer = await browser.come_back(back)
        assert (answer.status_code, answer.headers["location"]) == (302, "/pf/#error=access_denied")
        assert await rows(service, "users") == []

    async def test_ten_minutes_later(self, service):
        async with service.browser() as browser:
            back = await browser.return_address(await browser.leave())
            async with service.services.database.transaction() as connection:
                await connection.execute(
                    text("UPDATE sign_in_attempts SET expires_at = now() - interval '1 second'")
                )
            assert await self.refused(service, browser, back) == (400, "VALIDATION_ERROR")

    async def test_whose_account_is_locked(self, service):
        await service.signed_in("ann")
        async with service.services.database.transaction() as connection:
            await connection.execute(text("UPDATE users SET disabled = true"))
        async with service.browser() as browser:
            answer = await browser.post("/auth/session", {"code": await browser.code("ann")})
        assert error_of(answer) == (403, "FORBIDDEN")

    async def test_with_our_code_in_another_browser(self, service):
        async with service.browser() as browser, service.browser() as thief:
            await thief.leave()
            body = {"code": await browser.code()}
            assert error_of(await thief.post("/auth/session", body)) == (401, "UNAUTHENTICATED")
            assert error_of(await browser.post("/auth/session", body)) == (401, "UNAUTHENTICATED")

    async def test_with_a_programs_code_but_not_its_secret(self, service):
        _, challenge = proof()
        query = {"client_redirect": PROGRAM, "code_challenge": challenge}
        async with service.browser() as browser:
            for verifier in (None, proof()[0]):
                body = {"code": await browser.code(**query), "codeVerifier": verifier}
                assert error_of(await browser.post("/auth/session", body))[0] == 401

    async def test_with_our_code_a_minute_later(self, service):
        async with service.browser() as browser:
            body = {"code": await browser.code()}
            async with service.services.database.transaction() as connection:
                await connection.execute(
                    text("UPDATE sign_in_codes SET expires_at = now() - interval '1 second'")
                )
            assert error_of(await browser.post("/auth/session", body))[0] == 401


ELSEWHERE = [
    {"client_redirect": "https://evil.example/", "code_challenge": "x" * 43},
    {"client_redirect": "http://evil.example:80/", "code_challenge": "x" * 43},
    {"client_redirect": "http://localhost:8400/", "code_challenge": "x" * 43},
    {"client_redirect": "http://127.0.0.1@evil.example:80/", "code_challenge": "x" * 43},
    {"client_redirect": "http://127.0.0.1.evil.example:80/", "code_challenge": "x" * 43},
    {"client_redirect": "http://127.0.0.1:99999/", "code_challenge": "x" * 43},
    {"client_redirect": "javascript://127.0.0.1:1/%0aalert(1)", "code_challenge": "x" * 43},
    {"client_redirect": "//127.0.0.1:1/", "code_challenge": "x" * 43},
    {"client_redirect": "http://127.0.0.1:1/?a=b", "code_challenge": "x" * 43},
    {"client_redirect": "http://127.0.0.1:1/\r\nX: y", "code_challenge": "x" * 43},
    {"client_redirect": PROGRAM},
    {"client_redirect": PROGRAM, "code_challenge": "short"},
    {"code_challenge": "x" * 43},
    {"next": "https://evil.example"},
]


async def test_nobody_is_sent_with_a_code_to_another_machine(service):
    for query in ELSEWHERE:
        answer = await service.call("GET", "/auth/google", params=query)
        assert error_of(answer) == (400, "VALIDATION_ERROR"), query
        assert "set-cookie" not in answer.headers


async def test_a_provider_that_is_away_is_told_as_that(service, monkeypatch):
    async def away(*_, **__):
        raise httpx.ConnectError("away")

    monkeypatch.setattr(httpx.AsyncClient, "request", away)
    async with httpx.AsyncClient() as client:
        answer = await client.send(client.build_request("GET", f"{service.url}/auth/google"))
    assert error_of(answer) == (503, "UNAVAILABLE")


async def test_what_is_kept_opens_nothing(service):
    async with service.browser() as browser:
        code = await browser.code()
        signed_in = (await browser.post("/auth/session", {"code": code})).json()
    kept = str([await rows(service, name) for name in ("refresh_tokens", "sign_in_codes")])
    for secret in (code, signed_in["accessToken"], signed_in["refreshToken"]):
        assert secret not in kept


@pytest.mark.parametrize("settings_more", [{"PROMPTYFLOW_RATE_LIMIT_SIGN_INS": "10"}])
class TestTooOften:
    async def test_eleven_times_in_a_minute(self, service):
        answers = [await service.call("GET", "/auth/google") for _ in range(12)]
        assert [answer.status_code for answer in answers] == [302] * 10 + [429] * 2
        assert answers[0].headers["x-ratelimit-limit"] == "10"
        assert int(answers[-1].headers["retry-after"]) > 0

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("/auth/session", {"code": "guess"}),
            ("/auth/refresh", {"refreshToken": "pfr_guess"}),
        ],
    )
    async def test_guessing(self, service, path, body):
        answers = [await service.call("POST", path, json=body) for _ in range(12)]
        assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 2


def test_the_fragment_is_where_no_server_sees_the_code():
    assert parse_qs(urlsplit("/pf/#code=x").fragment) == {"code": ["x"]}
    assert urlsplit("/pf/#code=x").query == ""
