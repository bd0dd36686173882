"""The endpoints as a service of their own: who asks is in the Authorization header, nowhere else.

No cookie says who asks, so a browser's page of another site cannot act for somebody. What strangers
may do, signing in above all, is marked in the contract.
"""

from __future__ import annotations

import hmac
import logging
import re
from ipaddress import ip_network
from typing import TYPE_CHECKING, Final

from tornado import web

from promptyflow_server.http.call import Stranger
from promptyflow_server.http.cors import cors_headers, is_preflight, preflight_headers
from promptyflow_server.http.exchange import Response
from promptyflow_server.http.page_host import ADDRESSES, ServicePage
from promptyflow_server.http.tornado_host import TornadoHost
from promptyflow_server.security.sign_ins import client_address
from promptyflow_server.shared.errors import NotFound, RateLimited, Unauthenticated

if TYPE_CHECKING:
    from promptyflow_server.application import PromptyflowServer
    from promptyflow_server.http.call import User

log: Final = logging.getLogger("promptyflow.access")

_SCHEMES: Final = {"bearer", "token"}
_LARGEST_OF_STRANGERS: Final = 64 * 1024


@web.stream_request_body
class ServiceHost(TornadoHost):
    """Every path below the service's prefix."""

    _user: User | Stranger

    async def prepare(self) -> None:
        """Find out who asks, before the body is read."""
        is_sign_in = (self.path_args[0] or "").startswith("/auth/")
        self.refuse_large_body(_LARGEST_OF_STRANGERS if is_sign_in else None)
        if is_preflight(self.request, self.server.settings.cors_origins):
            await self.send(Response(204, headers=preflight_headers()))
            return
        router = (await self.server.dispatcher()).router
        if router.is_open(self.request.method or "", self.path_args[0]):
            self._user = Stranger(self._address())
            return
        scheme, _, token = self.request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() not in _SCHEMES or not token:
            raise Unauthenticated
        services = (await self.server.dispatcher()).services
        address = self._address()
        try:
            self._user = await services.sign_ins.user_of(token.strip(), address)
        except (Unauthenticated, RateLimited):
            self.standing = await services.sign_ins.standing(address)
            raise

    def _address(self) -> str:
        """Return where the request came from; proxies of ours are believed, nobody else."""
        trusted = [ip_network(net, strict=False) for net in self.server.settings.trusted_proxies]
        told = self.request.headers.get_list("X-Forwarded-For")
        return client_address(self.request.remote_ip or "", told, trusted)

    def _tell_safety(self) -> None:
        super()._tell_safety()
        origins = self.server.settings.cors_origins
        for name, value in cors_headers(self.request.headers, origins).items():
            self.set_header(name, value)

    async def _serve(self, path: str | None = None) -> None:
        await self.serve(path, self._user)

    get = post = patch = put = delete = head = options = _serve


class _OneAddress(TornadoHost):
    """An address that takes GET only, and no body."""

    SUPPORTED_METHODS = ("GET",)
    methods = "GET"

    def data_received(self, chunk: bytes) -> None:
        """Keep nothing that a stranger sends."""


@web.stream_request_body
class ServiceHealthHandler(_OneAddress):
    """``GET /health``: the one address that answers anybody, and tells nothing else."""

    async def get(self) -> None:
        """Say whether the service can work."""
        await self.send_health()


@web.stream_request_body
class ServiceMetricsHandler(_OneAddress):
    """``GET /metrics``: to whoever has the token that the operator made for it.

    The address of the caller proves nothing: behind a proxy on the same machine everybody comes
    from there. Without a token in the settings there are no metrics.
    """

    async def prepare(self) -> None:
        """Find out whether the caller has the token."""
        wanted = self.server.settings.metrics_token
        if wanted is None:
            raise NotFound
        scheme, _, token = self.request.headers.get("Authorization", "").partition(" ")
        is_right = hmac.compare_digest(token.strip().encode(), wanted.encode())
        if scheme.lower() not in _SCHEMES or not is_right:
            raise Unauthenticated

    async def get(self) -> None:
        """Tell what this server does, in numbers."""
        await self.send_metrics()


@web.stream_request_body
class ServiceElsewhere(_OneAddress):
    """Every path outside the service's prefix."""

    async def prepare(self) -> None:
        """Say that there is nothing."""
        raise NotFound


def make_web_application(server: PromptyflowServer, prefix: str = "/") -> web.Application:
    """Return the tornado application that serves below ``prefix``."""
    root = prefix.rstrip("/")
    below = re.escape(root)
    made = {"server": server, "root": root}
    has_page = server.settings.sign_in is not None
    return web.Application(
        [
            *([(rf"{below}{ADDRESSES}", ServicePage, made)] if has_page else []),
            (rf"{below}/health", ServiceHealthHandler, made),
            (rf"{below}/metrics", ServiceMetricsHandler, made),
            (rf"{below}(/.*)", ServiceHost, made),
        ],
        default_handler_class=ServiceElsewhere,
        default_handler_args=made,
        log_function=log_request,
    )


def log_request(handler: web.RequestHandler) -> None:
    """Write one line for an answer; what stands behind the ``?`` is nobody's business."""
    request, status = handler.request, handler.get_status()
    milliseconds = round(1000 * request.request_time(), 1)
    told = {
        "method": request.method,
        "path": request.path,
        "status": status,
        "durationMs": milliseconds,
        "request_id": getattr(handler, "request_id", ""),
    }
    is_routine = isinstance(handler, ServiceHealthHandler | ServiceMetricsHandler)
    level = logging.DEBUG if is_routine else logging.INFO
    words = (request.method, request.path, status, milliseconds)
    log.log(level, "%s %s %d in %s ms", *words, extra=told)
