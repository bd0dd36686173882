"""What an operator can set, as the services see it: no traitlets, no environment behind it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Final

from promptyflow_lab.domain import Limits
from promptyflow_server.shared.redaction import password_of

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """How the server reaches AI providers.

    Parameters
    ----------
    connect_seconds, first_byte_seconds, total_seconds
        Patience for the connection, for the next byte (models think before the first one), and
        for a whole answer.
    trust_env
        Proxies (``HTTPS_PROXY``, ``NO_PROXY``) and certificates (``SSL_CERT_FILE``) of the
        environment count.
    user_agent
        How the server calls itself.
    """

    connect_seconds: float = 10.0
    first_byte_seconds: float = 300.0
    total_seconds: float = 1800.0
    trust_env: bool = True
    user_agent: str = "promptyflow-lab"


@dataclass(frozen=True, slots=True)
class RateLimitSettings:
    """How often in a minute.

    Parameters
    ----------
    requests
        Requests of one person.
    sends
        Of these, those that send to a model.
    sign_ins
        Failed attempts to sign in from one address.
    """

    requests: int = 100
    sends: int = 20
    sign_ins: int = 10


LOCAL_RATE_LIMITS: Final = RateLimitSettings(requests=6000)
"""For a server of one's own: a notebook's loop beside a busy panel must never wait for itself. What
is sent to models costs money also there."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one server.

    Parameters
    ----------
    data_dir
        Folder for what is kept on this machine: the embedded database, the master key.
    database_url
        Any PostgreSQL server; None for the embedded one.
    database_direct_url
        The same database past a pooler such as PgBouncer, for the one connection that listens.
    limits
        Sizes of projects and blocks, in characters.
    max_body_bytes
        Largest request. The default holds a full project written with 12 bytes a character.
    pool_size
        Connections to an external database; None for the default of the kind of server.
    master_key_file
        File with the master key; None for one of our own making below ``data_dir``.
    master_key
        A master key from the environment, which is worse than a file.
    providers
        How AI providers are reached.
    local
        The server belongs to one person on this machine: providers on loopback are allowed.
    rate_limits
        How often what may be done; None for the default of the kind of server.
    redis_url
        Where several processes count together; None where there is one.
    trusted_proxies
        Networks of proxies that tell where a request came from.
    """

    data_dir: Path
    database_url: str | None = field(default=None, repr=False)
    database_direct_url: str | None = field(default=None, repr=False)
    limits: Limits = field(default_factory=Limits)
    max_body_bytes: int = 160 * 1024 * 1024
    pool_size: int | None = None
    master_key_file: Path | None = None
    master_key: str | None = field(default=None, repr=False)
    providers: ProviderSettings = field(default_factory=ProviderSettings)
    local: bool = True
    rate_limits: RateLimitSettings | None = None
    redis_url: str | None = field(default=None, repr=False)
    trusted_proxies: tuple[str, ...] = ()

    @property
    def own_rate_limits(self) -> RateLimitSettings:
        """The limits that count here."""
        default = LOCAL_RATE_LIMITS if self.local else RateLimitSettings()
        return self.rate_limits or default

    def secrets(self) -> list[str]:
        """Return what no log may tell."""
        urls = (self.database_url, self.database_direct_url, self.redis_url)
        passwords = [password for url in urls for password in password_of(url)]
        return [*passwords, *filter(None, [self.master_key])]


def database_url_of(environment: Mapping[str, str]) -> str | None:
    """Return the database's URL from the environment, or from the file that it names."""
    return _value_or_file(environment, "PROMPTYFLOW_DATABASE_URL")


def database_direct_url_of(environment: Mapping[str, str]) -> str | None:
    """Return the URL that leads to the same database past a pooler."""
    return _value_or_file(environment, "PROMPTYFLOW_DATABASE_DIRECT_URL")


def master_key_file_of(environment: Mapping[str, str]) -> Path | None:
    """Return the file that holds the master key, where the environment names one."""
    name = environment.get("PROMPTYFLOW_MASTER_KEY_FILE")
    return Path(name) if name else None


def master_key_of(environment: MutableMapping[str, str]) -> str | None:
    """Return the master key from the environment and take it away, so that kernels lack it."""
    return environment.pop("PROMPTYFLOW_MASTER_KEY", None) or None


def rate_limits_of(environment: Mapping[str, str], *, local: bool) -> RateLimitSettings:
    """Return the rate limits, those of the environment before the defaults."""
    default = LOCAL_RATE_LIMITS if local else RateLimitSettings()
    names = ("requests", "sends", "sign_ins")
    told = {name: environment.get(f"PROMPTYFLOW_RATE_LIMIT_{name.upper()}") for name in names}
    return replace(default, **{name: _at_least_one(value) for name, value in told.items() if value})


def redis_url_of(environment: Mapping[str, str]) -> str | None:
    """Return the URL of a Redis server."""
    return _value_or_file(environment, "PROMPTYFLOW_REDIS_URL")


def trusted_proxies_of(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the addresses and networks of our proxies."""
    told = environment.get("PROMPTYFLOW_TRUSTED_PROXIES", "").replace(",", " ").split()
    return tuple(str(ip_network(part, strict=False)) for part in told)


def _at_least_one(value: str) -> int:
    number = int(value)
    if number < 1:
        raise ValueError(f"a rate limit must be 1 or more, not {value}")
    return number


def _value_or_file(environment: Mapping[str, str], name: str) -> str | None:
    path = environment.get(f"{name}_FILE")
    if path:
        return Path(path).read_text(encoding="utf-8").strip() or None
    return environment.get(name) or None
