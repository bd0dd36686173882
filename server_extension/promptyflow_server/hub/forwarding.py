"""The endpoints of a person's own server on a Hub: all of them go on to the Hub's service.

The server's token goes along only where its owner asks. Whoever visits a shared server must not act
as its owner, and its owner must not act as the visitor.
"""

from __future__ import annotations

import asyncio
import importlib
import sys
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote, urlencode

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import APIHandler

from promptyflow_server.http.exchange import failure
from promptyflow_server.http.jupyter_host import JupyterHost
from promptyflow_server.http.tornado_host import JUPYTERS_OWN
from promptyflow_server.hub.remote import Question
from promptyflow_server.shared.errors import Forbidden, NotFound

if TYPE_CHECKING:
    from promptyflow_server.application import PromptyflowServer
    from promptyflow_server.hub.remote import Remote

_HEADERS: Final = (
    "Accept",
    "Accept-Language",
    "Confirm-Delete",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "Last-Event-ID",
)
_WATCHED: Final = "/api/events"
"""A page that only follows changes does not show that somebody works."""

_NOT_SERVED: Final = {"/metrics"}
_ANSWERS: Final = "promptyflow_server.hub.answers"


class ForwardHost(JupyterHost):
    """Every path below ``promptyflow/``, for the server's owner."""

    def initialize(self, server: PromptyflowServer, root: str, remote: Remote) -> None:  # type: ignore[override]  # there is no kernel token: kernels have the server's own
        """Take what lives as long as the server."""
        super().initialize(server, root)
        self._remote = remote

    async def prepare(self) -> None:  # type: ignore[override]  # as of its base
        """Find out who asks, before the body is read."""
        await super().prepare()
        if self.current_user.username != self._remote.owner:
            raise Forbidden(kind="hub_owner_only")

    async def _serve(self, path: str | None) -> None:  # noqa: ARG002 - it is decoded, ours is not
        self._is_read = True
        self._streaming = asyncio.current_task()  # ended when whoever asked has gone
        with suppress(asyncio.CancelledError):
            await self._forward()

    async def _forward(self, *, as_owner: bool = True) -> None:
        try:
            question = self._question()
            answers = await _loaded(_ANSWERS)
            async with answers.answer_of(self._remote, question, as_owner=as_owner) as response:
                is_activity = not question.path.startswith(_WATCHED)
                await self.send(replace(response, is_activity=is_activity))
        except Exception as error:
            if self._headers_written:
                raise
            await self.send(failure(error, self.language))

    def _question(self) -> Question:
        depth = self._root.count("/") + 1
        below = self.request.path.split("/", depth)
        path = "/" + (below[depth] if len(below) > depth else "")
        steps = unquote(path).replace("\\", "/").split("/")
        if path in _NOT_SERVED or not {".", ".."}.isdisjoint(steps):
            raise NotFound
        told = parse_qsl(self.request.query, keep_blank_values=True)
        query = urlencode([(name, value) for name, value in told if name not in JUPYTERS_OWN])
        headers = self.request.headers
        body, self._chunks = b"".join(self._chunks), []
        return Question(
            method=self.request.method or "",
            path=f"{path}?{query}" if query else path,
            headers={name: headers[name] for name in _HEADERS if name in headers},
            body=body,
        )


class ForwardHealth(ForwardHost):
    """``GET /health``: whether the service can work, to anybody."""

    SUPPORTED_METHODS = ("GET",)
    methods = "GET"

    async def prepare(self) -> None:  # type: ignore[override]  # as of its base
        """Ask nobody who they are."""
        await APIHandler.prepare(self)

    def data_received(self, chunk: bytes) -> None:
        """Keep nothing that a stranger sends."""

    @allow_unauthenticated
    async def get(self, path: str | None = None) -> None:  # noqa: ARG002 - as its base
        """Ask the service, as nobody."""
        await self._forward(as_owner=False)


def forward_handlers(server: PromptyflowServer, root: str, remote: Remote) -> list[Any]:
    """Return the handlers of a person's own server on a Hub."""
    made = {"server": server, "root": root, "remote": remote}
    return [
        (r"promptyflow/health", ForwardHealth, made),
        (r"promptyflow(/.*)?", ForwardHost, made),
    ]


async def _loaded(name: str) -> Any:  # noqa: ANN401 - a module
    """Return a module; what speaks HTTP takes a moment to load, and Jupyter goes on meanwhile."""
    if name not in sys.modules:
        await asyncio.to_thread(importlib.import_module, name)
    return importlib.import_module(name)
