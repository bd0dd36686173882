"""Clients of httpx: one for each way out of this machine, shared by everybody who may use it."""

from __future__ import annotations

import asyncio
import http.cookiejar
import logging
import urllib.request
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

import httpcore
import httpx

from promptyflow_server.providers.address import GuardedBackend
from promptyflow_server.providers.pace import PacedBackend

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator

    from promptyflow_server.providers.address import Reach
    from promptyflow_server.providers.base import Access
    from promptyflow_server.providers.pace import Pace
    from promptyflow_server.providers.settings import ProviderSettings

_IDLE_SECONDS: Final = 30.0
_IDLE_AT_MOST: Final = 20

Way = tuple[bool, str | None]
"""Whether addresses are checked, and the proxy."""


class Connections:
    """Makes clients at first use and keeps them.

    Parameters
    ----------
    pace
        How often connections are read.
    reach
        Which addresses that people gave may be reached. A server of one's own reaches them through
        its proxy too; a shared one directly, since behind a proxy they could not be checked.
    settings
        Proxies and certificates.
    """

    def __init__(self, pace: Pace, reach: Reach, settings: ProviderSettings) -> None:
        self._pace = pace
        self._reach = reach
        self._settings = settings
        self._clients: dict[Way, httpx.AsyncClient] = {}
        self._ssl: ssl.SSLContext | None = None
        self._lock = asyncio.Lock()
        for name in ("httpx", "httpcore"):  # at lower levels they log addresses and headers
            logging.getLogger(name).setLevel(logging.WARNING)

    async def client(self, url: str, access: Access) -> httpx.AsyncClient:
        """Return the client for this address."""
        way = self._way(url, access)
        client = self._clients.get(way)
        if client is None:
            async with self._lock:
                if self._ssl is None:  # reads hundreds of certificates
                    self._ssl = await asyncio.to_thread(self._certificates)
                client = self._clients.get(way)
                if client is None:
                    client = self._clients[way] = self._make(way, self._ssl)
        return client

    async def close(self) -> None:
        """Close all connections."""
        clients = list(self._clients.values())
        self._clients.clear()
        for client in clients:
            await client.aclose()

    def _way(self, url: str, access: Access) -> Way:
        guarded = access.own_address
        if guarded and not self._reach.private:
            return guarded, None
        parts = urlsplit(url)
        trusts = self._settings.trust_env
        if trusts and urllib.request.proxy_bypass(parts.hostname or ""):
            return guarded, None
        proxies = urllib.request.getproxies() if trusts else {}
        proxy = self._settings.proxy or proxies.get(parts.scheme) or proxies.get("all")
        if not proxy:
            return guarded, None
        return False, proxy if "://" in proxy else f"http://{proxy}"

    def _certificates(self) -> ssl.SSLContext:
        context = httpx.create_ssl_context(trust_env=self._settings.trust_env)
        if self._settings.ca_file is not None:
            context.load_verify_locations(self._settings.ca_file)
        return context

    def _make(self, way: Way, context: ssl.SSLContext) -> httpx.AsyncClient:
        guarded, proxy = way
        backend: httpcore.AsyncNetworkBackend = httpcore.AnyIOBackend()
        if guarded:
            backend = GuardedBackend(self._reach)
        pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            proxy=None if proxy is None else _proxy(proxy),
            max_connections=None,
            max_keepalive_connections=_IDLE_AT_MOST,
            keepalive_expiry=_IDLE_SECONDS,
            network_backend=PacedBackend(backend, self._pace),
        )
        return httpx.AsyncClient(
            transport=_PoolTransport(pool),
            follow_redirects=False,
            trust_env=False,
            cookies=_no_cookies(),
        )


class _PoolTransport(httpx.AsyncBaseTransport):
    """Hands httpx's requests to a pool of ours: the only way to say how connections are opened."""

    def __init__(self, pool: httpcore.AsyncConnectionPool) -> None:
        self._pool = pool

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        response = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=url,
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Body(response),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._response.aiter_stream():
            yield part

    async def aclose(self) -> None:
        await self._response.aclose()


def _proxy(url: str) -> httpcore.Proxy:
    parts = urlsplit(url)
    if parts.scheme.startswith("socks") and find_spec("socksio") is None:
        raise httpx.UnsupportedProtocol("a SOCKS proxy needs the package socksio")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    address = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    return httpcore.Proxy(address, auth=(user, password) if user else None)


def _no_cookies() -> http.cookiejar.CookieJar:
    """Return a jar that keeps nothing: one person's cookie must not go out with another's key."""
    return http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
