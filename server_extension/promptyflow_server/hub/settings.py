"""What a service of a JupyterHub is told by its environment. Light: read at every start."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from promptyflow_server.shared.environment import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

LOOPBACK: Final = ("127.0.0.0/8", "::1/128")
_DEFAULT_ID: Final = "jupyterhub"
_DEFAULT_NAME: Final = "promptyflow"
_TOKEN_SECONDS: Final = 30.0
_TOKEN_SECONDS_AT_MOST: Final = 300.0


@dataclass(frozen=True, slots=True)
class HubSettings:
    """A Hub that knows the people who use this service.

    Parameters
    ----------
    api_url
        The Hub's API, without a slash at its end.
    service
        What the Hub calls this service; scopes name it.
    prefix
        Path below which the Hub's proxy serves it.
    address
        Where the Hub expects it to listen: host by number, and port.
    token
        The service's own token: it opens nothing but the time at which an account was made.
    hub_id
        Tells Hubs apart that use one database.
    token_seconds
        For so long a revoked token, a stopped server and a group that was left still count.
    """

    api_url: str
    service: str = _DEFAULT_NAME
    prefix: str = "/"
    address: tuple[str | None, int] | None = None
    token: str | None = field(default=None, repr=False)
    hub_id: str = _DEFAULT_ID
    token_seconds: float = _TOKEN_SECONDS

    @property
    def issuer(self) -> str:
        """The door by which the people of this Hub come."""
        return f"hub:{self.hub_id}"

    @property
    def access_scopes(self) -> frozenset[str]:
        """Of these a token must hold one."""
        return frozenset({"access:services", f"access:services!service={self.service}"})


def hub_of(environment: Mapping[str, str]) -> HubSettings | None:
    """Return the Hub of which this process is a service; None where there is none.

    In a person's own server the Hub's variables are set as well: that is no service of it.

    Raises
    ------
    ValueError
        A variable says what cannot be; the message names it.
    """
    url = environment.get("JUPYTERHUB_API_URL", "").strip().rstrip("/")
    name = environment.get("JUPYTERHUB_SERVICE_NAME", "").strip()
    if not url or (environment.get("JUPYTERHUB_USER") and not name):
        return None
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise ValueError("JUPYTERHUB_API_URL must be a URL such as http://127.0.0.1:8081/hub/api")
    name = name or _DEFAULT_NAME
    return HubSettings(
        api_url=url,
        service=name,
        prefix=environment.get("JUPYTERHUB_SERVICE_PREFIX") or f"/services/{name}/",
        address=_address(environment.get("JUPYTERHUB_SERVICE_URL", "")),
        token=text_of(environment, "JUPYTERHUB_API_TOKEN") or None,
        hub_id=environment.get("PROMPTYFLOW_HUB_ID", "").strip() or _DEFAULT_ID,
        token_seconds=_seconds(environment, "PROMPTYFLOW_HUB_TOKEN_SECONDS"),
    )


def _seconds(environment: Mapping[str, str], name: str) -> float:
    told = environment.get(name, "").strip()
    if not told:
        return _TOKEN_SECONDS
    if not told.isdecimal() or not 1 <= int(told) <= _TOKEN_SECONDS_AT_MOST:
        raise ValueError(f"{name} must be a number of seconds from 1 to 300, not {told!r}")
    return float(told)


def _address(url: str) -> tuple[str | None, int] | None:
    """Return where to listen; a name in the URL says where others find us, not where to bind."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("JUPYTERHUB_SERVICE_URL must be a URL with a port") from None
    if port is None:
        return None
    try:
        return str(ip_address(host)), port
    except ValueError:
        return None, port
