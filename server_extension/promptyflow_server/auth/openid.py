"""The provider that vouches for people: its addresses, its keys, and what its ID tokens say.

Everything a provider sends is checked before it counts (OpenID Connect Core, section 3.1.3.7). Its
words never reach a person or a log: they may hold codes and tokens.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

from promptyflow_server.auth.settings import GOOGLE, is_loopback
from promptyflow_server.shared.errors import Forbidden, Unavailable, ValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx
    import jwt

    from promptyflow_server.auth.settings import SignInSettings

log: Final = logging.getLogger("promptyflow.sign_in")

_KEPT_SECONDS: Final = 3600.0
_AGAIN_AFTER: Final = 30.0
_TIMEOUT: Final = 10.0
_LARGEST: Final = 1_000_000
_LEEWAY: Final = 60
_ALGORITHM: Final = "RS256"
_NEEDED: Final = ["iss", "sub", "aud", "exp", "iat"]
_LONGEST_SUBJECT: Final = 255
_REFUSALS: Final = frozenset({400, 401, 403})


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody whom the provider vouches for: the pair (issuer, subject) is who they are."""

    issuer: str
    subject: str
    name: str
    email: str
    picture: str | None


@dataclass(frozen=True, slots=True)
class Code:
    """A code that the provider gave, and what proves that it was given for us."""

    code: str
    verifier: str
    redirect_uri: str
    nonce: str | None


class OpenId:
    """Talks to the provider.

    Parameters
    ----------
    settings
        Which one, and as whom.
    transport
        Another way to it than the network, for tests.
    """

    def __init__(
        self, settings: SignInSettings, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._client: httpx.AsyncClient | None = None
        self._metadata: Mapping[str, Any] = {}
        self._metadata_until = 0.0
        self._keys: dict[str, jwt.PyJWK] = {}
        self._keys_since = float("-inf")
        self._lock = asyncio.Lock()

    async def authorization_url(self, *, state: str, nonce: str, verifier: str) -> str:
        """Return where somebody is sent to."""
        metadata = await self._described()
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self._settings.callback,
            "scope": "openid email profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        address: str = metadata["authorization_endpoint"]
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(query)}"

    async def check_sender(self, issuer: str | None) -> None:
        """Refuse an answer that another provider sent (RFC 9207).

        Raises
        ------
        ValidationError
            It is another's, or the provider says who it is in every answer and not in this one.
        """
        metadata = await self._described()
        tells = metadata.get("authorization_response_iss_parameter_supported") is True
        if (issuer is not None or tells) and issuer != metadata["issuer"]:
            raise ValidationError.at("iss", "sign_in")

    async def visitor(self, code: Code) -> Visitor:
        """Redeem a code and return whom the provider vouches for.

        Raises
        ------
        ValidationError
            The provider does not take the code, or its ID token is not for us.
        Forbidden
            The address is not verified, or may not enter here.
        Unavailable
            The provider does not answer.
        """
        metadata = await self._described()
        form = {
            "grant_type": "authorization_code",
            "code": code.code,
            "redirect_uri": code.redirect_uri,
            "code_verifier": code.verifier,
            "client_id": self._settings.client_id,
            "client_secret": self._settings.client_secret,
        }
        answer = await self._asked("POST", metadata["token_endpoint"], form)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ValidationError.at("code", "sign_in")
        return self._vouched(await self._claims(token), code.nonce)

    async def close(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _claims(self, token: str) -> dict[str, Any]:
        import jwt

        try:
            head = jwt.get_unverified_header(token)
            if head.get("alg") != _ALGORITHM:
                raise ValidationError.at("idToken", "sign_in")
            key = await self._key(str(head.get("kid")))
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[_ALGORITHM],
                audience=self._settings.client_id,
                issuer=await self._issuers(),
                leeway=_LEEWAY,
                options={"require": _NEEDED, "strict_aud": True},
            )
        except jwt.PyJWTError as error:
            log.warning("an ID token was refused: %s", type(error).__name__)
            raise ValidationError.at("idToken", "sign_in") from None
        return claims

    async def _issuers(self) -> list[str]:
        """Return the provider's name as it writes it; Google has two, as its documents say."""
        own: str = (await self._described())["issuer"]
        return [own, urlsplit(GOOGLE).netloc] if own == GOOGLE else [own]

    def _vouched(self, claims: Mapping[str, Any], nonce: str | None) -> Visitor:
        told, azp = claims.get("nonce"), claims.get("azp")
        is_answer = told is None if nonce is None else _equal(told, nonce)
        if not is_answer or azp not in {None, self._settings.client_id}:
            raise ValidationError.at("idToken", "sign_in")
        subject, email = claims["sub"], claims.get("email")
        if not isinstance(subject, str) or not 1 <= len(subject) <= _LONGEST_SUBJECT:
            raise ValidationError.at("idToken", "sign_in")
        if not isinstance(email, str) or claims.get("email_verified") is not True:
            raise Forbidden(kind="email_unverified")
        domain = claims.get("hd")
        if not isinstance(domain, str):
            # A private Google account can have an address of a company that its owner has left.
            domain = None if self._settings.issuer == GOOGLE else email.rpartition("@")[2]
        if not self._settings.may_enter(email, domain):
            raise Forbidden(kind="not_allowed_here")
        name, picture = claims.get("name"), claims.get("picture")
        return Visitor(
            issuer=self._settings.issuer,
            subject=subject,
            name=(name.strip()[:200] if isinstance(name, str) else "") or email[:200],
            email=email[:320],
            picture=picture if isinstance(picture, str) and picture.startswith("https:") else None,
        )

    async def _described(self) -> Mapping[str, Any]:
        """Return the provider's own description; the one of an hour ago will do."""
        if time.monotonic() < self._metadata_until:
            return self._metadata
        async with self._lock:
            if time.monotonic() >= self._metadata_until:
                issuer = self._settings.issuer
                metadata = await self._asked("GET", f"{issuer}/.well-known/openid-configuration")
                if str(metadata.get("issuer", "")).rstrip("/") != issuer:
                    raise Unavailable(reason="sign_in_provider")
                for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                    self._check_address(metadata.get(name))
                self._metadata = metadata
                self._metadata_until = time.monotonic() + _KEPT_SECONDS
        return self._metadata

    async def _key(self, kid: str) -> jwt.PyJWK:
        """Return a key of the provider; one that is not known makes us look again, but seldom."""
        metadata = await self._described()
        async with self._lock:
            age = time.monotonic() - self._keys_since
            if age > _KEPT_SECONDS or (kid not in self._keys and age > _AGAIN_AFTER):
                import jwt

                answer = await self._asked("GET", metadata["jwks_uri"])
                try:
                    keys = jwt.PyJWKSet.from_dict(dict(answer)).keys
                except jwt.PyJWTError:
                    raise Unavailable(reason="sign_in_provider") from None
                self._keys = {str(k.key_id): k for k in keys if k.algorithm_name == _ALGORITHM}
                self._keys_since = time.monotonic()
        if kid not in self._keys:
            log.warning("an ID token was signed with a key that the provider does not name")
            raise ValidationError.at("idToken", "sign_in")
        return self._keys[kid]

    async def _asked(
        self, method: str, url: str, form: Mapping[str, str] | None = None
    ) -> Mapping[str, Any]:
        import httpx

        if self._client is None:
            context = await asyncio.to_thread(httpx.create_ssl_context)
            self._client = httpx.AsyncClient(
                verify=context, transport=self._transport, timeout=_TIMEOUT, follow_redirects=False
            )
            logging.getLogger("httpx").setLevel(logging.WARNING)
        try:
            answer = await self._client.request(method, url, data=form)
            body = answer.json() if len(answer.content) <= _LARGEST else None
        except (httpx.HTTPError, ValueError) as error:
            log.warning("the sign-in provider: %s", type(error).__name__)
            raise Unavailable(reason="sign_in_provider") from None
        if form is not None and answer.status_code in _REFUSALS:
            kind = body.get("error") if isinstance(body, dict) else None
            if kind == "invalid_grant":
                raise ValidationError.at("code", "sign_in")
            log.warning("the sign-in provider refused us: %d", answer.status_code)
        if not answer.is_success or not isinstance(body, dict):
            raise Unavailable(reason="sign_in_provider")
        return body

    def _check_address(self, address: object) -> None:
        parts = urlsplit(address if isinstance(address, str) else "")
        local = is_loopback(urlsplit(self._settings.issuer).hostname)
        is_safe = parts.scheme == "https" or (local and is_loopback(parts.hostname))
        if not is_safe:
            raise Unavailable(reason="sign_in_provider")


def challenge_of(verifier: str) -> str:
    """Return what is told of a secret before it is shown (PKCE, RFC 7636, S256).

    >>> challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    """
    digest = hashlib.sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def _equal(told: object, wanted: str) -> bool:
    return isinstance(told, str) and hmac.compare_digest(told.encode(), wanted.encode())
