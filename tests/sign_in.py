"""The standalone service in this process, and browsers in front of it that people sign in with."""

from __future__ import annotations

import hashlib
import secrets
import socket
from base64 import urlsafe_b64encode
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
from openid_process import CLIENT_ID, CLIENT_SECRET
from tornado.httpserver import HTTPServer

from promptyflow_server.application import PromptyflowServer
from promptyflow_server.http.service_host import make_web_application
from promptyflow_server.settings import settings_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from promptyflow_server.services import Services

PREFIX = "/pf"
SIGNING_KEY = "planted-signing-key-0123456789" * 3


@dataclass(frozen=True)
class Service:
    """A service that answers at ``url``."""

    url: str
    issuer: str
    services: Services

    @asynccontextmanager
    async def browser(self, **headers: str) -> AsyncIterator[Browser]:
        async with httpx.AsyncClient(headers=headers, timeout=60) as client:
            yield Browser(self, client)

    async def signed_in(self, name: str = "ann") -> dict[str, Any]:
        """Return the tokens of somebody who has just signed in."""
        async with self.browser() as browser:
            return await browser.sign_in(name)

    async def call(self, method: str, path: str, token: str = "", **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with httpx.AsyncClient(headers=headers | more.pop("headers", {})) as client:
            return await client.request(method, self.url + path, **more)


@dataclass
class Browser:
    """Follows redirects one by one, as a browser does, and keeps cookies."""

    service: Service
    client: httpx.AsyncClient

    async def leave(self, **query: str) -> str:
        """Begin a sign-in; return the address at the provider."""
        answer = await self.client.get(f"{self.service.url}/auth/google", params=query)
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    async def return_address(self, address: str, name: str = "ann") -> str:
        """Sign in at the provider as somebody; return where it sends the browser back to."""
        address += f"&login_hint={name}"
        while address.startswith(self.service.issuer):
            answer = await self.client.get(address)
            assert answer.is_redirect, answer.text
            address = urljoin(address, answer.headers["location"])
        return address

    async def come_back(self, address: str) -> httpx.Response:
        return await self.client.get(address)

    async def code(self, name: str = "ann", **query: str) -> str:
        """Return the one-time code that somebody's sign-in ends with."""
        back = await self.return_address(await self.leave(**query), name)
        answer = await self.come_back(back)
        assert answer.status_code == 302, answer.text
        parts = urlsplit(answer.headers["location"])
        return parse_qs(parts.fragment or parts.query)["code"][0]

    async def post(self, path: str, body: Any) -> httpx.Response:
        return await self.client.post(self.service.url + path, json=body)

    async def sign_in(self, name: str = "ann") -> dict[str, Any]:
        answer = await self.post("/auth/session", {"code": await self.code(name)})
        assert answer.status_code == 200, answer.text
        return answer.json()


def environment_of(url: str, issuer: str, **more: str) -> dict[str, str]:
    """Return what an operator sets for sign-in at this address."""
    return {
        "PROMPTYFLOW_PUBLIC_URL": url,
        "PROMPTYFLOW_OPENID_ISSUER": issuer,
        "PROMPTYFLOW_GOOGLE_CLIENT_ID": CLIENT_ID,
        "PROMPTYFLOW_GOOGLE_CLIENT_SECRET": CLIENT_SECRET,
        "PROMPTYFLOW_SIGNING_KEYS": SIGNING_KEY,
        "PROMPTYFLOW_SIGN_IN_ALLOW": "example.org",
        "PROMPTYFLOW_RATE_LIMIT_SIGN_INS": "1000",
        **more,
    }


@asynccontextmanager
async def serving(
    listening: socket.socket, data: Path, environment: dict[str, str]
) -> AsyncIterator[Service]:
    """Run the service on a socket that listens already."""
    settings = settings_of(dict(environment), data_dir=data, local=False)
    server = PromptyflowServer(settings)
    services = (await server.dispatcher()).services
    http = HTTPServer(make_web_application(server, PREFIX))
    http.add_socket(listening.dup())
    try:
        url = environment["PROMPTYFLOW_PUBLIC_URL"]
        yield Service(url, environment["PROMPTYFLOW_OPENID_ISSUER"], services)
    finally:
        http.stop()
        await http.close_all_connections()
        await server.close()


def listening_socket() -> socket.socket:
    made = socket.socket()
    made.bind(("127.0.0.1", 0))
    made.listen(100)
    made.setblocking(False)  # noqa: FBT003 - its only parameter
    return made


def proof() -> tuple[str, str]:
    """Return a secret and what is told of it first (PKCE, S256)."""
    verifier = secrets.token_urlsafe(32)
    digest = hashlib.sha256(verifier.encode()).digest()
    return verifier, urlsafe_b64encode(digest).decode().rstrip("=")
