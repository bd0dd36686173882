"""The endpoints inside a Jupyter server: its identity, its XSRF check, its authorizer."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any, Final

from jupyter_server.auth.decorator import allow_unauthenticated, authorized
from jupyter_server.auth.identity import User as JupyterUser
from jupyter_server.base.handlers import APIHandler
from tornado import web

from promptyflow_server.http.tornado_host import TornadoHost
from promptyflow_server.security.principal import KERNEL_TOKEN_PREFIX, jupyter_principal
from promptyflow_server.shared.errors import Unauthenticated, XsrfRefused

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from tornado.web import HTTPError

    from promptyflow_server.application import PromptyflowServer

AUTH_RESOURCE: Final = "promptyflow"


@web.stream_request_body
class JupyterHost(TornadoHost, APIHandler):
    """Every path below ``promptyflow/``."""

    auth_resource = AUTH_RESOURCE

    def initialize(self, server: PromptyflowServer, root: str, kernel_token: str = "") -> None:
        """Take what lives as long as the server."""
        super().initialize(server, root)
        self._kernel_token = kernel_token

    async def prepare(self) -> None:  # type: ignore[override]  # a parameter of Jupyter's own
        """Find out who asks, before the body is read."""
        self.refuse_large_body()
        if self._by_kernel_token():
            return
        try:
            await APIHandler.prepare(self)
        except web.HTTPError as error:
            raise self.framework_error(error) from error
        if not self.current_user:
            raise Unauthenticated

    def _by_kernel_token(self) -> bool:
        """Accept the token that kernels of this server inherit; it opens this API only."""
        scheme, _, token = self.request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() not in {"bearer", "token"} or not token.startswith(KERNEL_TOKEN_PREFIX):
            return False
        right = hmac.compare_digest(token.encode(), self._kernel_token.encode())
        if not (self._kernel_token and right and self.check_host()):
            raise Unauthenticated
        self._token_authenticated = True  # a browser cannot send this header across sites
        self.current_user = self._jupyter_current_user = JupyterUser(username="owner")
        self._identified_by = "kernel-token"
        return True

    _identified_by = "jupyter"

    async def _serve(self, path: str | None) -> None:
        principal = jupyter_principal(self.identity_provider, self.current_user)
        if self._identified_by == "kernel-token":
            principal = jupyter_principal(None, self.current_user)
        await self.serve(path, principal)

    @web.authenticated
    @authorized
    async def get(self, path: str | None = None) -> None:
        """Read."""
        await self._serve(path)

    @web.authenticated
    @authorized
    async def post(self, path: str | None = None) -> None:
        """Create or act."""
        await self._serve(path)

    @web.authenticated
    @authorized
    async def patch(self, path: str | None = None) -> None:
        """Change."""
        await self._serve(path)

    @web.authenticated
    @authorized
    async def put(self, path: str | None = None) -> None:
        """Refuse: the contract has no PUT; the dispatcher says what the path takes."""
        await self._serve(path)

    @web.authenticated
    @authorized
    async def delete(self, path: str | None = None) -> None:
        """Delete."""
        await self._serve(path)

    @web.authenticated
    @authorized
    async def head(self, path: str | None = None) -> None:
        """Refuse, as `put`."""
        await self._serve(path)

    def end(self, body: bytes, content_type: str | None) -> Awaitable[None]:
        """Finish; Jupyter's base would call everything JSON."""
        if content_type is None:
            self.update_api_activity()
            self.clear_header("Content-Type")
            return web.RequestHandler.finish(self)
        return self.finish(body or None, set_content_type=content_type)

    def framework_error(self, error: HTTPError) -> BaseException:
        """Tell the two kinds of 403 apart: nobody is known, or the page's token is missing."""
        if error.status_code == 403:  # noqa: PLR2004
            if not getattr(self, "current_user", None):
                return Unauthenticated()
            if "_xsrf" in (error.log_message or "") or "XSRF" in (error.log_message or ""):
                return XsrfRefused()
        return super().framework_error(error)

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401 - tornado's form
        """Use our shape of errors, not Jupyter's."""
        TornadoHost.write_error(self, status_code, **kwargs)


class HealthHandler(JupyterHost):
    """``GET /health``: the one address that answers anybody, and tells nothing else."""

    SUPPORTED_METHODS = ("GET",)
    methods = "GET"

    async def prepare(self) -> None:  # type: ignore[override]  # as of its base
        """Ask nobody who they are."""
        await APIHandler.prepare(self)

    def data_received(self, chunk: bytes) -> None:
        """Keep nothing that a stranger sends."""

    @allow_unauthenticated
    async def get(self, path: str | None = None) -> None:  # noqa: ARG002 - as its base
        """Say whether the service can work."""
        await self.send_health()


class MetricsHandler(JupyterHost):
    """``GET /metrics``: to whoever may use this server."""

    SUPPORTED_METHODS = ("GET",)
    methods = "GET"

    @web.authenticated
    @authorized
    async def get(self, path: str | None = None) -> None:  # noqa: ARG002 - as its base
        """Tell what this server does, in numbers."""
        await self.send_metrics()
