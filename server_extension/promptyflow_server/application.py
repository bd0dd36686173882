"""The application behind a host: made at the first request, so that Jupyter starts at once."""

from __future__ import annotations

import asyncio
import importlib
from typing import TYPE_CHECKING, Any

from promptyflow_server.shared.errors import Unavailable

if TYPE_CHECKING:
    from promptyflow_server.http.dispatcher import Dispatcher
    from promptyflow_server.services import Services
    from promptyflow_server.settings import Settings


class PromptyflowServer:
    """Holds what lives as long as the server.

    Parameters
    ----------
    settings
        As the operator set them.
    refusal
        A reason why this server must not work (a key of ``shared.messages.REASONS``), or None.
    """

    def __init__(self, settings: Settings, *, refusal: str | None = None) -> None:
        self.settings = settings
        self._refusal = refusal
        self._dispatcher: Dispatcher | None = None
        self._making: asyncio.Task[Dispatcher] | None = None
        self._closed = False

    async def dispatcher(self) -> Dispatcher:
        """Return what answers requests; the first call loads it in a thread.

        Raises
        ------
        Unavailable
            The server is stopping, or must not work as it is configured.
        """
        if self._refusal is not None:
            raise Unavailable(reason=self._refusal)
        if self._closed:
            raise Unavailable(reason="stopping")
        if self._dispatcher is None:
            if self._making is None or (self._making.done() and self._making.exception()):
                self._making = asyncio.ensure_future(self._make())
            # A client that goes away must not take the start away from the others.
            self._dispatcher = await asyncio.shield(self._making)
        return self._dispatcher

    async def _make(self) -> Dispatcher:
        # SQLAlchemy and pydantic take tenths of a second to import.
        module: Any = await asyncio.to_thread(
            importlib.import_module, "promptyflow_server.services"
        )
        dispatcher: Dispatcher = module.build_dispatcher(self.settings)
        await dispatcher.services.start()
        return dispatcher

    async def health(self) -> tuple[bool, dict[str, str]]:
        """Return whether the database answers, and what ``/health`` tells."""
        from promptyflow_lab import __version__

        state = "ok"
        try:
            dispatcher = await self.dispatcher()
            await dispatcher.services.database.check()
        except Unavailable:
            state = "unavailable"
        healthy = state == "ok"
        body = {"status": state, "database": state, "cache": "memory", "version": __version__}
        return healthy, body

    async def close(self) -> None:
        """End runs, close the pool, stop the embedded database if nobody else uses it."""
        self._closed = True
        if self._making is not None:
            await asyncio.gather(self._making, return_exceptions=True)
        if self._dispatcher is not None:
            services: Services = self._dispatcher.services
            self._dispatcher = None
            await services.close()
