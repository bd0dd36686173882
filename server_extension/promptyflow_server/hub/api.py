"""What we ask the Hub: whose a token is, and when an account was made."""

from __future__ import annotations

import asyncio
import http.cookiejar
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import httpx

from promptyflow_server.hub.visitor import Visitor
from promptyflow_server.shared.errors import Unauthenticated, Unavailable

if TYPE_CHECKING:
    from promptyflow_server.hub.settings import HubSettings

log: Final = logging.getLogger("promptyflow.hub")

PATIENCE_SECONDS: Final = 5.0
_CONNECTIONS: Final = 20
"""At once: a Hub answers about a hundred such questions a second, one after the other."""

_OK: Final = 200
_NOT_FOUND: Final = 404
_REFUSED: Final = {401, 403, 404}


class HubApi:
    """Asks the Hub.

    Parameters
    ----------
    hub
        Where it is.
    patience
        Seconds for an answer.
    """

    def __init__(self, hub: HubSettings, patience: float = PATIENCE_SECONDS) -> None:
        self._hub = hub
        self._patience = patience
        self._client: httpx.AsyncClient | None = None
        self._lock = asyncio.Lock()
        self._has_complained = False

    async def visitor_of(self, token: str) -> Visitor | None:
        """Return whose a token is, None where the Hub does not know it.

        Raises
        ------
        Unavailable
            The Hub does not answer.
        """
        answer = await self._get("user", token)
        if answer.status_code in _REFUSED:
            return None
        try:
            return Visitor.of(_model(answer))
        except (KeyError, TypeError, ValueError):
            raise self._useless(answer) from None

    async def created(self, name: str) -> str | None:
        """Return when the account of this name was made, None where we may not know.

        Raises
        ------
        Unauthenticated
            There is no such account.
        Unavailable
            The Hub does not answer.
        """
        if self._hub.token is None:
            self._complain("the service has no token of the Hub")
            return None
        answer = await self._get(f"users/{quote(name, safe='')}", self._hub.token)
        if answer.status_code == _NOT_FOUND:
            raise Unauthenticated
        if answer.status_code in _REFUSED:
            self._complain("the service's role lacks read:users")
            return None
        try:
            return _moment(_model(answer).get("created"))
        except (TypeError, ValueError):
            raise self._useless(answer) from None

    async def close(self) -> None:
        """Hang up."""
        if self._client is not None:
            await self._client.aclose()

    async def _get(self, path: str, token: str) -> httpx.Response:
        client = await self._connected()
        headers = {"Authorization": f"token {token}", "Accept": "application/json"}
        try:
            async with asyncio.timeout(self._patience):
                return await client.get(f"{self._hub.api_url}/{path}", headers=headers)
        except (httpx.HTTPError, TimeoutError) as error:
            log.warning("the Hub does not answer: %s", str(error) or type(error).__name__)
            raise Unavailable(reason="hub") from None

    async def _connected(self) -> httpx.AsyncClient:
        async with self._lock:
            if self._client is None:
                # What certificates there are takes a moment to read.
                certificates = await asyncio.to_thread(httpx.create_ssl_context)
                # Nobody's cookies: what the Hub sets for one person must not go along with another.
                no_cookies = http.cookiejar.CookieJar(
                    http.cookiejar.DefaultCookiePolicy(allowed_domains=[])
                )
                self._client = httpx.AsyncClient(
                    verify=certificates,
                    cookies=no_cookies,
                    trust_env=False,
                    follow_redirects=False,
                    timeout=httpx.Timeout(self._patience),
                    limits=httpx.Limits(max_connections=_CONNECTIONS),
                )
                logging.getLogger("httpx").setLevel(logging.WARNING)
            return self._client

    def _complain(self, why: str) -> None:
        if not self._has_complained:
            self._has_complained = True
            log.warning(
                "the Hub does not tell when accounts were made (%s): somebody who gets a name that "
                "was deleted gets what the person before kept here",
                why,
            )

    @staticmethod
    def _useless(answer: httpx.Response) -> Unavailable:
        log.warning("the Hub answered %d to a question about a person", answer.status_code)
        return Unavailable(reason="hub")


def _model(answer: httpx.Response) -> dict[str, Any]:
    if answer.status_code != _OK:
        raise ValueError(answer.status_code)
    model = answer.json()
    if not isinstance(model, dict):
        raise TypeError(model)
    return model


def _moment(told: str | None) -> str | None:
    """Return the same moment always in the same form, whatever the Hub's version writes."""
    if told is None:  # an account that is older than this field
        return None
    moment = datetime.fromisoformat(told)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
