"""Signing in to a service from a machine without a server of its own: a browser, and a token.

The code flow for native programs (RFC 8252): the browser signs in and brings a one-time code to a
port of this machine, or a person pastes the address where no browser can reach it. The session that
the code opens makes one personal access token and is closed again, so what is kept can be seen and
revoked on the service's page, and nothing has to be refreshed by twenty notebooks at once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from base64 import urlsafe_b64encode
from html import escape
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from .discovery import service_url
from .errors import InsecureAddress, NotConnected, SignInFailed, Unauthenticated
from .sign_ins import SignedInTo, forget_sign_in, keep_sign_in, read_sign_ins

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx

PATIENCE: Final = 300.0
_CALLBACK: Final = "/back"
_TIMEOUT: Final = 30.0
_LOOPBACK: Final = {"127.0.0.1", "::1", "localhost"}
_NO_PORT: Final = 9
"""Where a person pastes the address nobody need listen; the browser only shows it."""


class Login:
    """One sign-in.

    Parameters
    ----------
    url
        Of the service.
    file
        Where sign-ins are kept.
    said
        Shown in the browser at the end.
    patience
        Seconds in which the browser must come back.
    """

    def __init__(
        self, url: str, file: Path, said: str = "You are signed in.", patience: float = PATIENCE
    ) -> None:
        self.url = service_url(url)
        parts = urlsplit(self.url)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise InsecureAddress(f"{self.url} is not an https:// address.")
        self._file = file
        self._said = said
        self._patience = patience
        self._state = secrets.token_urlsafe(32)
        self._verifier = secrets.token_urlsafe(32)

    def in_browser(self, show: Callable[[str], object]) -> str:
        """Wait for the browser that `show` sends to the address; return who has signed in."""
        with _Waiting(self._state, self._said) as waiting:
            show(self._address(waiting.server_port))
            return self._finish(waiting.code_within(self._patience))

    def by_hand(self, show: Callable[[str], object], ask: Callable[[], str]) -> str:
        """Ask for the address at which a browser elsewhere has ended; return who has signed in."""
        show(self._address(_NO_PORT))
        return self._finish(_code_in(ask(), self._state))

    def _address(self, port: int) -> str:
        digest = hashlib.sha256(self._verifier.encode()).digest()
        query = {
            "client_redirect": f"http://127.0.0.1:{port}{_CALLBACK}",
            "code_challenge": urlsafe_b64encode(digest).decode().rstrip("="),
            "client_state": self._state,
        }
        return f"{self.url}/auth/google?{urlencode(query)}"

    def _finish(self, code: str) -> str:
        import platform

        body: dict[str, Any] = {"code": code, "codeVerifier": self._verifier}
        with _client(self.url) as http:
            session = _asked(http, "POST", "/auth/session", body)
            wanted = {"name": f"{platform.node() or 'promptyflow'}: login"[:200]}
            try:
                made = _asked(http, "POST", "/auth/tokens", wanted, session["accessToken"])
            finally:
                _asked(http, "POST", "/auth/logout", {"refreshToken": session["refreshToken"]})
        old = [one for one in read_sign_ins(self._file) if one.url == self.url]
        keep_sign_in(self._file, SignedInTo(self.url, made["token"], made["id"]))
        for one in old:
            _revoke(one)
        user = session["user"]
        return str(user.get("email") or user["name"])


def log_out(url: str | None, file: Path) -> list[str]:
    """Revoke and forget the token of a service, or of all; return the services.

    A service that does not answer keeps its token: else it could not be revoked from here any more.
    """
    wanted = None if url is None else service_url(url)
    left = [one for one in read_sign_ins(file) if wanted in {None, one.url}]
    for one in left:
        _revoke(one)
        forget_sign_in(file, one.url)
    return [one.url for one in left]


def _revoke(one: SignedInTo) -> None:
    with _client(one.url) as http:
        try:
            _asked(http, "DELETE", f"/auth/tokens/{one.token_id}", token=one.token)
        except Unauthenticated:
            return  # revoked there already, or too old


def _client(url: str) -> httpx.Client:
    import httpx

    # A redirect would carry a code to another place; a proxy has no business on this machine.
    is_local = urlsplit(url).hostname in _LOOPBACK
    return httpx.Client(
        base_url=url, timeout=_TIMEOUT, follow_redirects=False, trust_env=not is_local
    )


def _asked(
    http: httpx.Client,
    method: str,
    path: str,
    body: dict[str, Any] | None = None,
    token: str | None = None,
) -> Any:  # noqa: ANN401 - JSON
    import httpx

    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    try:
        answer = http.request(method, path, json=body, headers=headers)
        told = answer.json() if answer.content else {}
    except (httpx.TransportError, ValueError):
        raise NotConnected(f"{http.base_url} does not answer as PromptyFlow does.") from None
    if answer.is_success:
        return told
    message = told.get("message") if isinstance(told, dict) else None
    kind = Unauthenticated if answer.status_code == 401 else SignInFailed  # noqa: PLR2004
    raise kind(str(message or f"{http.base_url} answered {answer.status_code}."))


def _code_in(address: str, state: str) -> str:
    """Return the code in the address that the browser was sent to."""
    told = parse_qs(urlsplit(address.strip()).query)
    if not hmac.compare_digest(told.get("state", [""])[0].encode(), state.encode()):
        raise SignInFailed("This address does not belong to the sign-in that was begun here.")
    if "code" not in told:
        raise SignInFailed("The sign-in was cancelled.")
    return told["code"][0]


class _Waiting(HTTPServer):
    """Listens on this machine for one browser."""

    def __init__(self, state: str, said: str) -> None:
        super().__init__(("127.0.0.1", 0), _Callback)
        self.state = state
        self.said = said
        self.outcome: str | SignInFailed | None = None

    def code_within(self, seconds: float) -> str:
        deadline = time.monotonic() + seconds
        while self.outcome is None:
            self.timeout = deadline - time.monotonic()
            if self.timeout <= 0:
                raise SignInFailed("Nobody has signed in in time.")
            self.handle_request()
        if isinstance(self.outcome, SignInFailed):
            raise self.outcome
        return self.outcome

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: whoever broke off is not the browser we wait for."""


class _Callback(BaseHTTPRequestHandler):
    server: _Waiting
    timeout: ClassVar[float] = 5.0  # of a connection that asks for nothing

    def do_GET(self) -> None:
        """Take the code; what has another state is not from our browser and changes nothing."""
        is_ours = urlsplit(self.path).path == _CALLBACK
        told = parse_qs(urlsplit(self.path).query).get("state", [""])[0]
        if not is_ours or not hmac.compare_digest(told.encode(), self.server.state.encode()):
            self._answer(404, "?")
            return
        try:
            self.server.outcome = _code_in(self.path, self.server.state)
            self._answer(200, self.server.said)
        except SignInFailed as failed:
            self.server.outcome = failed
            self._answer(400, str(failed))

    def _answer(self, status: int, text: str) -> None:
        body = f"<!doctype html><meta charset=utf-8><title>PromptyFlow</title><p>{escape(text)}"
        self.send_response(status)
        for name, value in (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("Connection", "close"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Write nothing: the line would hold the code."""
