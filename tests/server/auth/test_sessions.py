"""Sessions: what opens the API and for how long, and how it is taken away."""

from __future__ import annotations

import asyncio
import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from sign_in import SIGNING_KEY, environment_of, serving
from sqlalchemy import text

OTHER_KEY = "another-signing-key-0123456789" * 3


NOBODY = "00000000-0000-7000-8000-000000000001"
WRONG = [
    {"exp": 1},
    {"iss": "https://evil.example"},
    {"aud": "another"},
    {"aud": ["promptyflow", "another"]},
    {"sub": NOBODY},
    {"sub": "x"},
    {"sid": NOBODY},
    {"ep": 1},
    {"ep": "x"},
    {"typ": "JWT"},
    {"kid": "unknown"},
    {"key": OTHER_KEY},
    {"algorithm": "HS512"},
    {"nbf": time.time() + 3600},
    {"iat": time.time() + 3600},
    *({"without": [name]} for name in ("exp", "iat", "iss", "aud", "sub", "sid", "ep", "jti")),
]


async def refresh(service, token):
    return await service.call("POST", "/auth/refresh", json={"refreshToken": token})


async def is_open(service, access_token):
    return (await service.call("GET", "/auth/me", access_token)).status_code == 200


async def let_time_pass(service, seconds):
    """Make every token that was used look as if that had been some time ago."""
    async with service.services.database.transaction() as connection:
        await connection.execute(
            text("UPDATE refresh_tokens SET used_at = used_at - make_interval(secs => :s)"),
            {"s": seconds},
        )


async def test_a_refresh_token_gives_a_new_pair(service):
    first = await service.signed_in()
    answer = await refresh(service, first["refreshToken"])
    assert answer.status_code == 200
    second = answer.json()
    assert second["user"] == first["user"]
    assert second["refreshToken"] != first["refreshToken"]
    assert await is_open(service, second["accessToken"])
    assert (await refresh(service, second["refreshToken"])).status_code == 200


async def test_of_twenty_refreshes_at_once_one_succeeds(service):
    token = (await service.signed_in())["refreshToken"]
    for _ in range(3):
        answers = await asyncio.gather(*(refresh(service, token) for _ in range(20)))
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses == [200] + [409] * 19
        (won,) = [answer.json() for answer in answers if answer.status_code == 200]
        assert await is_open(service, won["accessToken"])
        token = won["refreshToken"]  # nobody was taken for a thief


async def test_a_token_used_twice_ends_the_session_for_both(service):
    stolen = await service.signed_in()
    elsewhere = await service.signed_in()
    thiefs = (await refresh(service, stolen["refreshToken"])).json()
    await let_time_pass(service, 11)
    assert (await refresh(service, stolen["refreshToken"])).status_code == 401
    assert (await refresh(service, thiefs["refreshToken"])).status_code == 401
    assert not await is_open(service, thiefs["accessToken"])
    assert await is_open(service, elsewhere["accessToken"])
    assert (await refresh(service, elsewhere["refreshToken"])).status_code == 200


async def test_a_token_used_twice_at_once_is_no_theft(service):
    """Two tabs, or an answer that got lost."""
    first = await service.signed_in()
    second = (await refresh(service, first["refreshToken"])).json()
    again = await refresh(service, first["refreshToken"])
    assert (again.status_code, again.json()["error"]) == (409, "CONFLICT")
    assert (await refresh(service, second["refreshToken"])).status_code == 200


@pytest.mark.parametrize("settings_more", [{"PROMPTYFLOW_REFRESH_GRACE": "0"}])
async def test_an_operator_can_take_every_second_use_for_a_theft(service):
    first = await service.signed_in()
    second = (await refresh(service, first["refreshToken"])).json()
    assert (await refresh(service, first["refreshToken"])).status_code == 401
    assert (await refresh(service, second["refreshToken"])).status_code == 401


@pytest.mark.parametrize("column", ["expires_at", "family_expires_at"])
async def test_a_session_does_not_last_for_ever(service, column):
    first = await service.signed_in()
    async with service.services.database.transaction() as connection:
        past = "now() - interval '1 second'"
        await connection.execute(text(f"UPDATE refresh_tokens SET {column} = {past}"))  # noqa: S608
    answer = await refresh(service, first["refreshToken"])
    if column == "family_expires_at":  # the last pair of its family, valid no longer than it
        answer = await refresh(service, answer.json()["refreshToken"])
    assert answer.status_code == 401


async def test_a_refresh_token_is_for_seven_days_and_a_family_for_thirty(service):
    await service.signed_in()
    async with service.services.database.read() as connection:
        days = "extract(epoch FROM {} - created_at) / 86400"
        query = f"SELECT {days.format('expires_at')}, {days.format('family_expires_at')}"
        row = (await connection.execute(text(f"{query} FROM refresh_tokens"))).one()
    assert [round(float(value), 3) for value in row] == [7, 30]


async def test_logging_out_ends_one_session_at_once(service):
    here, there = await service.signed_in(), await service.signed_in()
    body = {"refreshToken": here["refreshToken"]}
    answer = await service.call("POST", "/auth/logout", json=body)
    assert (answer.status_code, answer.content) == (204, b"")
    assert not await is_open(service, here["accessToken"])
    assert (await refresh(service, here["refreshToken"])).status_code == 401
    assert await is_open(service, there["accessToken"])
    unknown = {"refreshToken": "pfr_unknown"}
    assert (await service.call("POST", "/auth/logout", json=unknown)).status_code == 204


async def test_logging_out_with_an_old_token_ends_the_session_too(service):
    old = await service.signed_in()
    new = (await refresh(service, old["refreshToken"])).json()
    body = {"refreshToken": old["refreshToken"]}
    assert (await service.call("POST", "/auth/logout", json=body)).status_code == 204
    assert not await is_open(service, new["accessToken"])


async def test_logging_out_everywhere_ends_all_of_ones_own_sessions(service):
    mine = [await service.signed_in("ann"), await service.signed_in("ann")]
    bobs = await service.signed_in("bob")
    answer = await service.call("POST", "/auth/logout-everywhere", mine[0]["accessToken"])
    assert answer.status_code == 204
    for tokens in mine:
        assert not await is_open(service, tokens["accessToken"])
        assert (await refresh(service, tokens["refreshToken"])).status_code == 401
    assert await is_open(service, bobs["accessToken"])
    assert await is_open(service, (await service.signed_in("ann"))["accessToken"])


async def test_a_refresh_in_flight_does_not_escape_logging_out_everywhere(service):
    for _ in range(5):
        first = await service.signed_in()
        pair, _ = await asyncio.gather(
            refresh(service, first["refreshToken"]),
            service.call("POST", "/auth/logout-everywhere", first["accessToken"]),
        )
        if pair.status_code == 200:
            assert not await is_open(service, pair.json()["accessToken"])
            assert (await refresh(service, pair.json()["refreshToken"])).status_code == 401


async def test_a_locked_account_is_out_at_once(service):
    tokens = await service.signed_in()
    async with service.services.database.transaction() as connection:
        await connection.execute(text("UPDATE users SET disabled = true"))
    assert not await is_open(service, tokens["accessToken"])
    assert (await refresh(service, tokens["refreshToken"])).status_code == 401


class TestAnAccessToken:
    """A JWT that was made well opens the API; with one thing wrong it does not."""

    @pytest.fixture
    async def good(self, service):
        token = (await service.signed_in())["accessToken"]
        head = jwt.get_unverified_header(token)
        claims = jwt.decode(token, options={"verify_signature": False})
        return head, claims

    def made(self, head, claims, *, key=SIGNING_KEY, algorithm="HS256", without=(), **changes):
        for name in ("typ", "kid"):
            if name in changes:
                head = head | {name: changes.pop(name)}
        claims = {k: v for k, v in (claims | changes).items() if k not in without}
        return jwt.encode(claims, key, algorithm, headers={k: head[k] for k in ("typ", "kid")})

    async def test_opens_the_api(self, service, good):
        assert good[0] == {"alg": "HS256", "typ": "at+jwt", "kid": good[0]["kid"]}
        assert set(good[1]) == {"iss", "aud", "sub", "sid", "ep", "iat", "exp", "jti"}
        assert good[1]["exp"] - good[1]["iat"] == 900
        assert await is_open(service, self.made(*good))

    async def test_with_one_thing_wrong_opens_nothing(self, service, good):
        for change in WRONG:
            assert not await is_open(service, self.made(*good, **change)), change

    async def test_without_a_signature_opens_nothing(self, service, good):
        for name in ("none", "None", "NONE"):
            head = json.dumps({**good[0], "alg": name}).encode()
            parts = [head, json.dumps(good[1]).encode(), b""]
            token = b".".join(urlsafe_b64encode(part).rstrip(b"=") for part in parts).decode()
            assert not await is_open(service, token)

    async def test_signed_with_a_key_of_another_kind_opens_nothing(self, service, good):
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        assert not await is_open(service, self.made(*good, key=key, algorithm="RS256"))

    async def test_with_a_changed_claim_opens_nothing(self, service, good):
        head, body, signature = self.made(*good).split(".")
        claims = json.loads(urlsafe_b64decode(body + "=="))
        forged = json.dumps(claims | {"sub": NOBODY}).encode()
        other = urlsafe_b64encode(forged).rstrip(b"=").decode()
        assert not await is_open(service, f"{head}.{other}.{signature}")

    async def test_that_is_none_opens_nothing(self, service):
        for token in ("..", "a.b.c", "....", "e30.e30.", "a" * 5000 + ".b.c"):
            answer = await service.call("GET", "/auth/me", token)
            assert (answer.status_code, answer.json()["error"]) == (401, "UNAUTHENTICATED")
            assert answer.headers["www-authenticate"] == "Bearer"

    async def test_and_a_refresh_token_are_two_things(self, service):
        tokens = await service.signed_in()
        assert not await is_open(service, tokens["refreshToken"])
        body = {"refreshToken": tokens["accessToken"]}
        assert (await service.call("POST", "/auth/refresh", json=body)).status_code in {400, 401}


async def test_a_new_key_signs_while_the_old_one_is_still_accepted(
    listening, service_url, issuer, database_url, tmp_path
):
    def environment(*keys):
        lines = {"PROMPTYFLOW_SIGNING_KEYS": "\n".join(keys)}
        return environment_of(service_url, issuer, PROMPTYFLOW_DATABASE_URL=database_url, **lines)

    async with serving(listening, tmp_path, environment(SIGNING_KEY)) as service:
        old = (await service.signed_in())["accessToken"]
    async with serving(listening, tmp_path, environment(OTHER_KEY, SIGNING_KEY)) as service:
        new = (await service.signed_in())["accessToken"]
        assert await is_open(service, old)
        assert await is_open(service, new)
    async with serving(listening, tmp_path, environment(OTHER_KEY)) as service:
        assert not await is_open(service, old)
        assert await is_open(service, new)
    kids = [jwt.get_unverified_header(token)["kid"] for token in (old, new)]
    assert kids[0] != kids[1]
    assert not any(SIGNING_KEY[:4] in kid for kid in kids)
