"""Who asks with a token, and no faster guessing than a few times a minute from one address."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Final

from promptyflow_server.shared.errors import Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from promptyflow_server.auth.bearers import Bearers
    from promptyflow_server.http.call import User
    from promptyflow_server.shared.rate_limits import RateLimits
    from promptyflow_server.shared.standing import Standing

Network = IPv4Network | IPv6Network

_KNOWN_SECONDS: Final = 3600.0
_KNOWN_AT_MOST: Final = 10_000
_SUBNET_BITS: Final = 64
"""What one household or company has of IPv6 addresses."""


class SignIns:
    """Tells whose a token is, and refuses addresses from which wrong ones came too often.

    A token that was right before is looked up even then: behind one address may be many people,
    and a single wrong token must not shut them out.

    Parameters
    ----------
    tokens
        Knows them.
    limits
        Counts failures.
    common
        Networks where one address is everybody's: what one does there must not shut out the others.
    """

    def __init__(self, tokens: Bearers, limits: RateLimits, common: Iterable[str] = ()) -> None:
        self._tokens = tokens
        self._limits = limits
        self._common = [ip_network(network) for network in common]
        self._known: OrderedDict[bytes, float] = OrderedDict()

    async def user_of(self, token: str, address: str) -> User:
        """Return whose token this is.

        Raises
        ------
        Unauthenticated
            Nobody's.
        RateLimited
            Too many wrong ones came from this address.
        """
        place = place_of(address)
        digest = hashlib.sha256(token.encode()).digest()
        is_counted = not _is_within(address, self._common)
        if is_counted and not self._is_known(digest):
            standing = await self._limits.look("sign_ins", place)
            standing.refuse_too_many()
        try:
            user = await self._tokens.user_of(token)
        except Unauthenticated:
            self._known.pop(digest, None)
            if is_counted:
                (await self._limits.take("sign_ins", place)).refuse_too_many()
            raise
        self._remember(digest)
        return user

    async def standing(self, address: str) -> Standing:
        """Return how an address stands."""
        return await self._limits.look("sign_ins", place_of(address))

    def _is_known(self, digest: bytes) -> bool:
        return self._known.get(digest, 0.0) > time.monotonic()

    def _remember(self, digest: bytes) -> None:
        self._known[digest] = time.monotonic() + _KNOWN_SECONDS
        self._known.move_to_end(digest)
        if len(self._known) > _KNOWN_AT_MOST:
            self._known.popitem(last=False)


def place_of(address: str) -> str:
    """Return what counts as one address.

    >>> place_of("2001:db8:1:2:3:4:5:6"), place_of("192.0.2.7")
    ('2001:db8:1:2::/64', '192.0.2.7')
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6:  # noqa: PLR2004 - of IP
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ip_network((int(parsed), _SUBNET_BITS), strict=False))
    return str(parsed)


def client_address(peer: str, forwarded: Iterable[str], trusted: Sequence[Network]) -> str:
    """Return the address a request came from.

    Parameters
    ----------
    peer
        Who is connected to us.
    forwarded
        ``X-Forwarded-For``, in the order in which it came.
    trusted
        Proxies of ours: the last address that is none of them counts. What stands before that
        anybody could have written.
    """
    told = [part.strip() for line in forwarded for part in line.split(",")]
    address = peer
    while told and _is_within(address, trusted):
        address = told.pop()
    return address


def _is_within(address: str, networks: Sequence[Network]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)
