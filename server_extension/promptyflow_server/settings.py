"""What an operator can set, as the services see it: no traitlets, no environment behind it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from promptyflow_lab.domain import Limits
from promptyflow_server.providers.settings import ProviderSettings, providers_of
from promptyflow_server.shared.environment import address_of, number_of, text_of
from promptyflow_server.shared.redaction import password_of

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from promptyflow_server.auth.settings import SignInSettings
    from promptyflow_server.hub.settings import HubSettings


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


LOCAL_POOL_SIZE: Final = 4
SERVICE_POOL_SIZE: Final = 20
SMALLEST_POOL: Final = 2
"""The sign of life of a server process has one connection to itself."""
DRAIN_SECONDS: Final = 25.0
REPLICA_MAX_LAG: Final = 10.0
AUDIT_DAYS: Final = 365
MOST_DAYS: Final = 36_500
"""A hundred years: what is to stay for ever is older than that never."""
_SHORTEST_TOKEN: Final = 16
_POSTGRES: Final = frozenset({"postgres", "postgresql"})
_REDIS: Final = frozenset({"redis", "rediss", "unix"})

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
    database_replica_url
        A copy of the database that follows it, for reads that may be a moment old.
    replica_max_lag
        Seconds that the copy may be behind; beyond them it is not asked.
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
    metrics_token
        What opens the metrics of the standalone service; without it they are closed.
    drain_seconds
        How long requests that run are waited for when the service is stopped.
    policy_file
        What people may use and spend; None for everything.
    audit_days
        How long it is kept who changed what.
    sign_in
        How people sign in to the standalone service; None where they cannot.
    cors_origins
        Origins whose pages may call the standalone service.
    hub
        The JupyterHub whose people use this service; None where it is no service of a Hub.
    """

    data_dir: Path
    database_url: str | None = field(default=None, repr=False)
    database_direct_url: str | None = field(default=None, repr=False)
    database_replica_url: str | None = field(default=None, repr=False)
    replica_max_lag: float = REPLICA_MAX_LAG
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
    metrics_token: str | None = field(default=None, repr=False)
    drain_seconds: float = DRAIN_SECONDS
    policy_file: Path | None = None
    audit_days: int = AUDIT_DAYS
    sign_in: SignInSettings | None = None
    cors_origins: frozenset[str] = frozenset()
    hub: HubSettings | None = None

    @property
    def own_pool_size(self) -> int:
        """How many connections are kept to the database."""
        return self.pool_size or (LOCAL_POOL_SIZE if self.local else SERVICE_POOL_SIZE)

    @property
    def own_rate_limits(self) -> RateLimitSettings:
        """The limits that count here."""
        default = LOCAL_RATE_LIMITS if self.local else RateLimitSettings()
        return self.rate_limits or default

    def secrets(self) -> list[str]:
        """Return what no log may tell."""
        databases = (self.database_url, self.database_direct_url, self.database_replica_url)
        urls = (*databases, self.redis_url, self.providers.proxy)
        passwords = [one for url in urls for one in password_of(url)]
        of_sign_in = [] if self.sign_in is None else self.sign_in.secrets()
        of_hub = None if self.hub is None else self.hub.token
        own = filter(None, [self.master_key, self.metrics_token, of_hub])
        return [*passwords, *of_sign_in, *own]


def settings_of(environment: MutableMapping[str, str], *, data_dir: Path, local: bool) -> Settings:
    """Return the settings that the environment tells.

    Parameters
    ----------
    environment
        Variables; a master key is taken out of them, so that kernels lack it.
    data_dir, local
        As of `Settings`.

    Raises
    ------
    ValueError
        A variable says what cannot be; the message names it.
    """
    served = {} if local else _of_the_service(environment)
    return Settings(
        data_dir=data_dir,
        database_url=database_url_of(environment),
        database_direct_url=database_direct_url_of(environment),
        database_replica_url=address_of(environment, "PROMPTYFLOW_DATABASE_REPLICA_URL", _POSTGRES),
        replica_max_lag=number_of(environment, "PROMPTYFLOW_REPLICA_MAX_LAG") or REPLICA_MAX_LAG,
        limits=limits_of(environment),
        pool_size=number_of(environment, "PROMPTYFLOW_POOL_SIZE", least=SMALLEST_POOL),
        master_key_file=master_key_file_of(environment),
        master_key=master_key_of(environment),
        providers=providers_of(environment),
        local=local,
        rate_limits=rate_limits_of(environment, local=local),
        redis_url=redis_url_of(environment),
        metrics_token=metrics_token_of(environment),
        drain_seconds=number_of(environment, "PROMPTYFLOW_DRAIN_SECONDS") or DRAIN_SECONDS,
        policy_file=_path(environment, "PROMPTYFLOW_POLICY_FILE"),
        audit_days=number_of(environment, "PROMPTYFLOW_AUDIT_DAYS", most=MOST_DAYS) or AUDIT_DAYS,
        **served,
    )


def _of_the_service(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return what a Jupyter server has no use for, and need not load at its start."""
    from promptyflow_server.auth.settings import cors_origins_of, sign_in_of
    from promptyflow_server.hub.settings import LOOPBACK, hub_of

    hub = hub_of(environment)
    return {
        "sign_in": sign_in_of(environment),
        "cors_origins": cors_origins_of(environment),
        "hub": hub,
        # The Hub's proxy tells where people are, and runs on this machine unless told otherwise.
        "trusted_proxies": trusted_proxies_of(environment) or (LOOPBACK if hub else ()),
    }


def database_url_of(environment: Mapping[str, str]) -> str | None:
    """Return the database's URL from the environment, or from the file that it names."""
    return text_of(environment, "PROMPTYFLOW_DATABASE_URL") or None


def database_direct_url_of(environment: Mapping[str, str]) -> str | None:
    """Return the URL that leads to the same database past a pooler."""
    return address_of(environment, "PROMPTYFLOW_DATABASE_DIRECT_URL", _POSTGRES)


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
    told = {
        name: number_of(environment, f"PROMPTYFLOW_RATE_LIMIT_{name.upper()}") for name in names
    }
    return replace(default, **{name: value for name, value in told.items() if value})


def limits_of(environment: Mapping[str, str]) -> Limits:
    """Return how large things may be, and how many projects one person may have."""
    names = {
        "project": "PROJECT_CHARS",
        "block": "BLOCK_CHARS",
        "template": "TEMPLATE_CHARS",
        "prompt": "PROMPT_CHARS",
        "projects": "PROJECTS",
    }
    told = {name: number_of(environment, f"PROMPTYFLOW_LIMIT_{end}") for name, end in names.items()}
    return replace(Limits(), **{name: value for name, value in told.items() if value})


def metrics_token_of(environment: Mapping[str, str]) -> str | None:
    """Return what opens the metrics of the standalone service."""
    token = text_of(environment, "PROMPTYFLOW_METRICS_TOKEN")
    if token and len(token) < _SHORTEST_TOKEN:
        raise ValueError(f"PROMPTYFLOW_METRICS_TOKEN must have {_SHORTEST_TOKEN} characters")
    return token or None


def redis_url_of(environment: Mapping[str, str]) -> str | None:
    """Return the URL of a Redis server."""
    return address_of(environment, "PROMPTYFLOW_REDIS_URL", _REDIS)


def trusted_proxies_of(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the addresses and networks of our proxies."""
    name = "PROMPTYFLOW_TRUSTED_PROXIES"
    told = environment.get(name, "").replace(",", " ").split()
    try:
        return tuple(str(ip_network(part, strict=False)) for part in told)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _path(environment: Mapping[str, str], name: str) -> Path | None:
    told = environment.get(name)
    return Path(told) if told else None
