"""The application behind a host: made at the first request, so that Jupyter starts at once."""

from __future__ import annotations

import asyncio
import gc
import importlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from promptyflow_server.shared.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from promptyflow_server.http.dispatcher import Dispatcher
    from promptyflow_server.services import Services
    from promptyflow_server.settings import Settings
    from promptyflow_server.shared.metrics import Metrics
    from promptyflow_server.shared.run_news import RunNews


class PromptyflowServer:
    """Holds what lives as long as the server.

    Parameters
    ----------
    settings
        As the operator set them.
    refusal
        A reason why this server must not work (a key of ``shared.messages.REASONS``), or None.
    run_observer
        Is told of each run that begins or ends.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        refusal: str | None = None,
        run_observer: Callable[[RunNews], None] | None = None,
    ) -> None:
        self.settings = settings
        self._refusal = refusal
        self._dispatcher: Dispatcher | None = None
        self._making: asyncio.Task[Dispatcher] | None = None
        self._closed = False
        self._working = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._run_observer = run_observer

    @property
    def metrics(self) -> Metrics | None:
        """The numbers of this server; None before its first request."""
        return None if self._dispatcher is None else self._dispatcher.services.metrics

    @property
    def is_stopping(self) -> bool:
        """Whether it takes no new requests any more."""
        return self._closed

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
        if self._run_observer is not None:
            dispatcher.services.runner.watch(self._run_observer)
        await dispatcher.services.start()
        # What is loaded by now stays. Else each full collection looks through all of it: a tenth
        # of a second, in the middle of an answer that makes many objects.
        gc.collect()
        gc.freeze()
        return dispatcher

    async def health(self) -> tuple[bool, dict[str, str]]:
        """Return whether the database answers, and what ``/health`` tells."""
        from promptyflow_lab import __version__

        state, cache = "ok", "memory"
        if self.settings.redis_url is not None:
            cache = "unavailable"
        try:
            dispatcher = await self.dispatcher()
            redis = dispatcher.services.redis
            if redis is not None and redis.is_up and await redis.answers():
                cache = "redis"
            await dispatcher.services.database.check()
        except Unavailable:
            state = "unavailable"
        healthy = state == "ok"  # without Redis everything goes on
        body = {"status": state, "database": state, "cache": cache, "version": __version__}
        return healthy, body

    @contextmanager
    def working(self) -> Iterator[None]:
        """Count a request for as long as it is worked on: `drain` waits for it."""
        self._working += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._working -= 1
            if self._working == 0:
                self._idle.set()

    async def drain(self, seconds: float) -> bool:
        """Take no new requests, and wait for those that run; return whether all have ended."""
        self._closed = True
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True

    async def close(self) -> None:
        """End runs, close the pool, stop the embedded database if nobody else uses it."""
        self._closed = True
        if self._making is not None:
            await asyncio.gather(self._making, return_exceptions=True)
        if self._dispatcher is not None:
            services: Services = self._dispatcher.services
            self._dispatcher = None
            await services.close()
