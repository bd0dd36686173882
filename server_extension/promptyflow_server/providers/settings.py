"""How AI providers are reached, as an operator sets it; read at start, so nothing heavy in here."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

_VERSION: Final = re.compile(r"[A-Za-z0-9.-]{1,40}")
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
_PROXY_SCHEMES: Final = {"http", "https", "socks5", "socks5h"}


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
    proxy
        A proxy for providers alone, before that of the environment; ``NO_PROXY`` still counts.
    ca_file
        Certificates that are trusted besides the usual ones: of a proxy that looks into traffic,
        of a provider in one's own network.
    private_hosts
        Names and networks of providers inside one's own network that people of a shared server may
        give as an address, also with ``http``.
    gemini_version, anthropic_version
        Of the APIs: a segment of Gemini's address, a header of Anthropic's.
    user_agent
        How the server calls itself.
    """

    connect_seconds: float = 10.0
    first_byte_seconds: float = 300.0
    total_seconds: float = 1800.0
    trust_env: bool = True
    proxy: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    private_hosts: tuple[str, ...] = ()
    gemini_version: str = "v1beta"
    anthropic_version: str = "2023-06-01"
    user_agent: str = "promptyflow-lab"


def providers_of(environment: Mapping[str, str]) -> ProviderSettings:
    """Return the settings that the environment tells.

    Raises
    ------
    ValueError
        A variable says what cannot be; the message names it, and not its value where that may
        hold a password.
    """
    usual = ProviderSettings()
    return ProviderSettings(
        connect_seconds=_seconds(environment, "CONNECT", usual.connect_seconds),
        first_byte_seconds=_seconds(environment, "FIRST_BYTE", usual.first_byte_seconds),
        total_seconds=_seconds(environment, "TOTAL", usual.total_seconds),
        proxy=_proxy(environment.get("PROMPTYFLOW_PROVIDER_PROXY")),
        ca_file=_ca_file(environment.get("PROMPTYFLOW_PROVIDER_CA_FILE")),
        private_hosts=_hosts(environment.get("PROMPTYFLOW_PROVIDER_PRIVATE_HOSTS", "")),
        gemini_version=_version(environment, "GEMINI", usual.gemini_version),
        anthropic_version=_version(environment, "ANTHROPIC", usual.anthropic_version),
    )


def _seconds(environment: Mapping[str, str], what: str, usual: float) -> float:
    name = f"PROMPTYFLOW_PROVIDER_{what}_SECONDS"
    value = environment.get(name)
    if not value:
        return usual
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise ValueError(f"{name} must be a number of seconds above 0, not {value!r}")
    return seconds


def _version(environment: Mapping[str, str], whose: str, usual: str) -> str:
    name = f"PROMPTYFLOW_{whose}_VERSION"
    value = environment.get(name) or usual
    if not _VERSION.fullmatch(value):
        raise ValueError(f"{name} must be a version such as {usual!r}, not {value!r}")
    return value


def _proxy(value: str | None) -> str | None:
    if not value:
        return None
    url = value if "://" in value else f"http://{value}"
    parts = urlsplit(url)
    if parts.scheme not in _PROXY_SCHEMES or not parts.hostname:
        raise ValueError("PROMPTYFLOW_PROVIDER_PROXY must be an address such as http://proxy:3128")
    return url


def _ca_file(value: str | None) -> Path | None:
    if not value:
        return None
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(value)
    except OSError as error:
        told = f"PROMPTYFLOW_PROVIDER_CA_FILE: {value!r}: {error.strerror or error}"
        raise ValueError(told) from None
    return Path(value)


def _hosts(value: str) -> tuple[str, ...]:
    found = []
    for word in value.replace(",", " ").lower().split():
        try:
            found.append(str(ip_network(word, strict=False)))
        except ValueError:
            if not _HOST.fullmatch(word):
                raise ValueError(
                    "PROMPTYFLOW_PROVIDER_PRIVATE_HOSTS must hold names and networks such as "
                    f"'ollama.internal, 10.1.0.0/16', not {word!r}"
                ) from None
            found.append(word)
    return tuple(found)
