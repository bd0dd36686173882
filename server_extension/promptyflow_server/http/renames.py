"""Files that are renamed in the file browser, as the Jupyter server tells of them."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from typing import TYPE_CHECKING, Any, Final

from promptyflow_server.http.exchange import Request
from promptyflow_server.security.principal import jupyter_principal
from promptyflow_server.shared.errors import Unavailable

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

    from promptyflow_server.application import PromptyflowServer
    from promptyflow_server.hub.remote import Remote

log: Final = logging.getLogger("promptyflow.renames")

_SCHEMA: Final = "https://events.jupyter.org/jupyter_server/contents_service/v1"
_PATH: Final = "/api/sources/moved"


class Renames:
    """Tells the service, in the order in which it happens.

    Parameters
    ----------
    server
        The application of this process.
    remote
        The Hub's service, where this is somebody's server on a Hub.
    """

    def __init__(self, server: PromptyflowServer, remote: Remote | None) -> None:
        self._server = server
        self._remote = remote
        self._turn = asyncio.Lock()

    def listen(self, serverapp: ServerApp) -> None:
        """Hear of files from here on; a server whose files tell nothing is left alone."""
        logger = serverapp.event_logger
        if logger is not None and _SCHEMA in logger.schemas:
            logger.add_listener(schema_id=_SCHEMA, listener=self._heard)

    async def _heard(self, logger: object, schema_id: str, data: dict[str, Any]) -> None:  # noqa: ARG002 - Jupyter's form
        if data.get("action") != "rename":
            return
        body = json.dumps({"from": data["source_path"], "to": data["path"]}).encode()
        async with self._turn:
            status = await self._tell(body)
        if status >= 400:  # noqa: PLR2004 - as HTTP has it
            log.warning("a renamed file was not followed: %d", status)

    async def _tell(self, body: bytes) -> int:
        headers = {"content-type": "application/json"}
        if self._remote is not None:
            from promptyflow_server.hub.remote import Question

            return await self._remote.tell(Question("POST", _PATH, headers, body))
        from promptyflow_server.storage.embedded.folders import Folders

        settings = self._server.settings
        if settings.database_url is None and not Folders(settings.data_dir).data.exists():
            return 204  # nothing was ever taken from anything
        with self._server.working():
            try:
                dispatcher = await self._server.dispatcher()
            except Unavailable as error:
                return error.status
            request = Request("POST", _PATH, {}, headers, body, secrets.token_hex(8))
            answer = await dispatcher.answer(request, jupyter_principal(None, None))
        return answer.status
