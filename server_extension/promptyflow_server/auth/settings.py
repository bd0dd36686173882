"""What an operator sets for sign-in; without it nobody can sign in, and there is no default key."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from promptyflow_server.shared.environment import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

GOOGLE: Final = "https://accounts.google.com"
REFRESH_GRACE: Final = 10.0
_SHORTEST_KEY: Final = 32
_ANYBODY: Final = "*"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs access tokens, and its name, which tells nothing about it."""

    kid: str
    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, text: str) -> SigningKey:
        """Return the key of a line of the key file.

        Raises
        ------
        ValueError
            It is shorter than 32 bytes.
        """
        secret = text.encode()
        if len(secret) < _SHORTEST_KEY:
            raise ValueError(f"a signing key must have at least {_SHORTEST_KEY} characters")
        return cls(hmac.digest(secret, b"kid", hashlib.sha256).hex()[:12], secret)


@dataclass(frozen=True, slots=True)
class SignInSettings:
    """How people sign in.

    Parameters
    ----------
    public_url
        The service as browsers see it, without a slash at its end. The address that a request
        names is never believed.
    client_id, client_secret
        As the provider gave them.
    keys
        The first one signs access tokens, all of them are accepted.
    allowed
        Domains and e-mail addresses of those who may sign in; ``*`` for anybody.
    issuer
        The OpenID provider.
    redirects
        Addresses of programs that sign people in themselves and send us the code.
    refresh_grace
        Seconds in which a refresh token that was just used is refused without an alarm.
    """

    public_url: str
    client_id: str
    client_secret: str = field(repr=False)
    keys: tuple[SigningKey, ...] = field(repr=False)
    allowed: frozenset[str]
    issuer: str = GOOGLE
    redirects: frozenset[str] = frozenset()
    refresh_grace: float = REFRESH_GRACE

    @property
    def callback(self) -> str:
        """Where the provider sends people back to."""
        return f"{self.public_url}/auth/google/callback"

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach the service by TLS."""
        return self.public_url.startswith("https://")

    @property
    def cookie_path(self) -> str:
        """Below which path the cookie of an attempt is sent."""
        return f"{urlsplit(self.public_url).path}/auth"

    def may_enter(self, email: str, domain: str | None) -> bool:
        """Tell whether somebody with this verified address may sign in."""
        names = {_ANYBODY, email.lower(), (domain or "").lower()} - {""}
        return not names.isdisjoint(self.allowed)

    def secrets(self) -> list[str]:
        """Return what no log may tell."""
        return [self.client_secret, *(key.secret.decode() for key in self.keys)]


def sign_in_of(environment: Mapping[str, str]) -> SignInSettings | None:
    """Return how people sign in; None where no client of a provider is named.

    Raises
    ------
    ValueError
        Something that sign-in needs is missing or cannot be; the message names the variable.
    """
    client_id = environment.get("PROMPTYFLOW_GOOGLE_CLIENT_ID", "").strip()
    if not client_id:
        return None
    if environment.get("JUPYTERHUB_API_URL"):
        raise ValueError("PROMPTYFLOW_GOOGLE_CLIENT_ID: on a JupyterHub people sign in to the Hub")
    return SignInSettings(
        public_url=_url(environment, "PROMPTYFLOW_PUBLIC_URL", _needed),
        client_id=client_id,
        client_secret=_needed(environment, "PROMPTYFLOW_GOOGLE_CLIENT_SECRET"),
        keys=_keys(environment, "PROMPTYFLOW_SIGNING_KEYS"),
        allowed=frozenset(_words(_needed(environment, "PROMPTYFLOW_SIGN_IN_ALLOW").lower())),
        issuer=_url(environment, "PROMPTYFLOW_OPENID_ISSUER", text_of) or GOOGLE,
        redirects=frozenset(_words(text_of(environment, "PROMPTYFLOW_SIGN_IN_REDIRECTS"))),
        refresh_grace=_seconds(environment, "PROMPTYFLOW_REFRESH_GRACE", REFRESH_GRACE),
    )


def cors_origins_of(environment: Mapping[str, str]) -> frozenset[str]:
    """Return the origins whose pages may call the API.

    Raises
    ------
    ValueError
        One is no origin. ``*`` is none: it would be every page of the world.
    """
    name = "PROMPTYFLOW_CORS_ORIGINS"
    origins = _words(text_of(environment, name))
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or origin != f"{parts.scheme}://{parts.netloc}":
            raise ValueError(f"{name} must hold origins such as https://app.example.org")
    return frozenset(origins)


def is_loopback(host: str | None) -> bool:
    """Tell whether a host of a URL is this very machine, by number: names can be bent.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("localhost")
    (True, True, False)
    """
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def _keys(environment: Mapping[str, str], name: str) -> tuple[SigningKey, ...]:
    lines = [line.strip() for line in _needed(environment, name).splitlines() if line.strip()]
    try:
        return tuple(SigningKey.of(line) for line in lines)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _url(environment: Mapping[str, str], name: str, read: _Reader) -> str:
    url = read(environment, name).rstrip("/")
    if not url:
        return ""
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))
    if not is_safe or parts.query or parts.fragment or parts.username or parts.password:
        raise ValueError(f"{name} must be an https:// address (http:// on this machine only)")
    return url


def _seconds(environment: Mapping[str, str], name: str, default: float) -> float:
    told = text_of(environment, name)
    if not told:
        return default
    if not told.isdecimal():
        raise ValueError(f"{name} must be a number of seconds, not {told!r}")
    return float(told)


def _needed(environment: Mapping[str, str], name: str) -> str:
    value = text_of(environment, name)
    if not value:
        raise ValueError(f"{name} (or {name}_FILE) must be set for sign-in: it has no default")
    return value


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()


if TYPE_CHECKING:
    from collections.abc import Callable

    _Reader = Callable[[Mapping[str, str], str], str]
