"""The service of the Hub, as a person's own server reaches it: with the server's token, no other.

Light: read at Jupyter's start. What speaks HTTP is loaded at the first request.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

_CONNECT_SECONDS: Final = 5.0
_IDLE_SECONDS: Final = 30.0
_CONNECTIONS: Final = 200
_SEND_AGAIN: Final = {"GET", "HEAD"}
_KEEPALIVE: Final = (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3))
"""An answer may take hours, the service's machine may vanish: only this tells the two apart."""


@dataclass(frozen=True, slots=True)
class Question:
    """A request as it goes on; ``path`` is below the service's root, with its query."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Remote:
    """Sends requests on.

    Parameters
    ----------
    url
        The service, without a slash at its end.
    token
        Of this server; the Hub says whose it is.
    owner
        Whose server this is: the only one for whom the token may be used.
    """

    url: str
    token: str = field(repr=False)
    owner: str
    _client: httpx.AsyncClient | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self | None:
        """Return what the environment tells; None where something is missing, or is no URL."""
        url = environment.get("PROMPTYFLOW_REMOTE_URL", "").strip().rstrip("/")
        token = environment.get("JUPYTERHUB_API_TOKEN", "")
        owner = environment.get("JUPYTERHUB_USER", "")
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and parts.hostname and not parts.query
        return cls(url, token, owner) if usable and token and owner else None

    @property
    def root(self) -> str:
        """The path of the service, as its answers name places."""
        return urlsplit(self.url).path

    async def ask(self, question: Question, *, as_owner: bool = True) -> httpx.Response:
        """Return the head of the answer; whoever asks reads the rest and closes it.

        Raises
        ------
        httpx.HTTPError
            The service was not reached, or hung up.
        """
        import httpx

        client = await self._connected()
        headers = {**question.headers, "Accept-Encoding": "identity"}
        if as_owner:
            headers["Authorization"] = f"token {self.token}"
        # As the bytes that came: a host reads each as one letter, and httpx would refuse most.
        sent = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        request = client.build_request(
            question.method,
            f"{self.url}{question.path}",
            headers=sent,
            content=question.body or None,
        )
        try:
            return await client.send(request, stream=True)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            # A connection that lay idle was closed at the very moment it was to be used.
            if question.method not in _SEND_AGAIN:
                raise
        return await client.send(request, stream=True)

    async def tell(self, question: Question) -> int:
        """Ask in the owner's name, and return the status alone; 503: it was not reached."""
        import httpx

        try:
            answer = await self.ask(question)
        except httpx.HTTPError:
            return 503
        await answer.aclose()
        return answer.status_code

    async def close(self) -> None:
        """Hang up."""
        if self._client is not None:
            await self._client.aclose()

    async def _connected(self) -> httpx.AsyncClient:
        async with self._lock:
            if self._client is None:
                self._client = await asyncio.to_thread(_make_client)
            return self._client


def _make_client() -> httpx.AsyncClient:
    from http.cookiejar import CookieJar, DefaultCookiePolicy

    import httpx

    logging.getLogger("httpx").setLevel(logging.WARNING)
    options: list[tuple[int, int, int]] = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]
    options += [
        (socket.IPPROTO_TCP, getattr(socket, name), value)
        for name, value in _KEEPALIVE
        if hasattr(socket, name)
    ]
    transport = httpx.AsyncHTTPTransport(
        verify=httpx.create_ssl_context(),
        retries=1,
        limits=httpx.Limits(max_connections=_CONNECTIONS, keepalive_expiry=_IDLE_SECONDS),
        socket_options=options,
    )
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    return httpx.AsyncClient(
        transport=transport,
        cookies=no_cookies,
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(None, connect=_CONNECT_SECONDS, pool=_CONNECT_SECONDS),
    )
