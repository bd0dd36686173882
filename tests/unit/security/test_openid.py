"""A provider is told by the very name that it gives itself, whichever way it writes its address."""

from __future__ import annotations

import json
import time

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from promptyflow_server.auth.openid import Code, OpenId
from promptyflow_server.auth.settings import SigningKey, SignInSettings
from promptyflow_server.shared.errors import Unavailable, ValidationError

OWN = "https://tenant.example.org"
CODE = Code("code", "verifier", "https://service.example.org/callback", "nonce")


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def provider(key):
    """Return what makes a provider that calls itself, and signs, as is said."""

    def make(calls_itself: str, signs_as: str | None = None) -> OpenId:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
        now = int(time.time())
        claims = {
            "iss": signs_as or calls_itself,
            "sub": "7",
            "aud": "client",
            "nonce": "nonce",
            "exp": now + 60,
            "iat": now,
            "email": "ann@example.org",
            "email_verified": True,
        }
        told = {
            "/.well-known/openid-configuration": {
                "issuer": calls_itself,
                **{f"{name}_endpoint": f"{OWN}/{name}" for name in ("authorization", "token")},
                "jwks_uri": f"{OWN}/keys",
            },
            "/keys": {"keys": [{**public, "kid": "1", "alg": "RS256"}]},
            "/token": {"id_token": jwt.encode(claims, key, "RS256", headers={"kid": "1"})},
        }
        settings = SignInSettings(
            public_url="https://service.example.org",
            client_id="client",
            client_secret="secret",
            keys=(SigningKey.of("k" * 32),),
            allowed=frozenset({"*"}),
            issuer=OWN,
        )
        transport = httpx.MockTransport(lambda r: httpx.Response(200, json=told[r.url.path]))
        return OpenId(settings, transport)

    return make


@pytest.mark.parametrize("name", [OWN, f"{OWN}/"])
async def test_a_provider_may_write_a_slash_behind_its_name(provider, name):
    openid = provider(name)
    visitor = await openid.visitor(CODE)
    assert (visitor.issuer, visitor.subject) == (OWN, "7"), "people stay the same"
    await openid.check_sender(name)
    await openid.close()


async def test_another_name_is_another_provider(provider):
    openid = provider(f"{OWN}/", signs_as=OWN)
    with pytest.raises(ValidationError):
        await openid.visitor(CODE)
    with pytest.raises(ValidationError):
        await openid.check_sender("https://other.example.org/")
    with pytest.raises(Unavailable):
        await provider("https://other.example.org").visitor(CODE)
