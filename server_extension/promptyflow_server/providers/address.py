"""Which addresses the server connects to on a person's behalf, and the check that enforces it.

The check is made on the very address that the connection then uses: a name that resolves to
something else the second time gains nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import httpcore

from promptyflow_server.shared.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from promptyflow_server.providers.settings import ProviderSettings

_LONGEST_URL: Final = 2000
_NOT_IN_URLS: Final = re.compile(r"[\x00-\x20\x7f\\]")
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class RefusedAddress(Exception):
    """The address is not one that the server connects to."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Which addresses that people give the server connects to.

    Parameters
    ----------
    private
        The server belongs to one person: loopback and private networks, also without https.
    hosts, networks
        What the operator of a shared server allows besides public addresses.
    """

    private: bool
    hosts: frozenset[str] = frozenset()
    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()

    @classmethod
    def of(cls, settings: ProviderSettings, *, local: bool) -> Reach:
        """Return what the settings allow."""
        hosts, networks = set(), []
        for word in settings.private_hosts:
            try:
                networks.append(ipaddress.ip_network(word))
            except ValueError:
                hosts.add(word)
        return cls(local, frozenset(hosts), tuple(networks))

    def wants_https(self, host: str) -> bool:
        """Return whether a key must not go to this host in the clear."""
        return not (self.private or self._is_listed(host))

    def allows(self, host: str, address: Address) -> bool:
        """Return whether the server connects to this address of a host."""
        if host.lower().rstrip(".") in self.hosts or self._holds(_meant(address)):
            return is_allowed(address, private=True)
        return is_allowed(address, private=self.private)

    def _is_listed(self, host: str) -> bool:
        if host.lower().rstrip(".") in self.hosts:
            return True
        try:
            return self._holds(_meant(ipaddress.ip_address(host)))
        except ValueError:
            return False

    def _holds(self, address: Address) -> bool:
        return any(
            address in network for network in self.networks if network.version == address.version
        )


def check_base_url(value: str, reach: Reach) -> str:
    """Return the base URL without slashes at its end.

    Raises
    ------
    ValidationError
        Not a plain http or https address.
    """
    url = value.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValidationError.at("baseUrl", "url") from None
    scheme = parts.scheme.lower()
    if (
        len(url) > _LONGEST_URL
        or _NOT_IN_URLS.search(url)
        or scheme not in {"http", "https"}
        or not parts.hostname
        or port == 0
    ):
        raise ValidationError.at("baseUrl", "url")
    if "@" in parts.netloc or "?" in url or "#" in url:
        raise ValidationError.at("baseUrl", "url_parts")
    if scheme != "https" and reach.wants_https(parts.hostname):
        raise ValidationError.at("baseUrl", "url_https")
    return f"{scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def is_allowed(address: Address, *, private: bool) -> bool:
    """Return whether the server connects to an address that a person gave.

    Parameters
    ----------
    address
        As it was resolved.
    private
        Loopback and private networks are allowed: the server belongs to that person.
    """
    address = _meant(address)
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    if private and (address.is_loopback or address.is_private):
        return True
    return address.is_global and not address.is_reserved


def _meant(address: Address) -> Address:
    """Return the IPv4 address inside one of IPv6, where there is one."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None:
            return inner
    return address


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections, but only to addresses that are allowed.

    Parameters
    ----------
    reach
        Says which.
    """

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first of the host's addresses that answers; all must be allowed."""
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._resolve(host, port)
        except TimeoutError:
            raise httpcore.ConnectTimeout from None
        for place, address in enumerate(addresses):
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if place == len(addresses) - 1:
                    raise
        raise httpcore.ConnectError(f"{host} has no address")

    async def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002 - httpcore's interface
        timeout: float | None = None,  # noqa: ARG002, ASYNC109
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: no address leads to a socket of this machine."""
        raise RefusedAddress

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._inner.sleep(seconds)

    async def _resolve(self, host: str, port: int) -> list[str]:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from None
        # `fe80::1%eth0`: the zone is no part of the address.
        texts = list(dict.fromkeys(str(info[4][0]).partition("%")[0] for info in found))
        for text in texts:
            if not self._reach.allows(host, ipaddress.ip_address(text)):
                raise RefusedAddress
        return texts
