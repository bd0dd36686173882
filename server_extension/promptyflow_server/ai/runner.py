"""Runs live here, not in requests: started, saved as they go, ended, and told to all who listen."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from contextvars import Context
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.exc import SQLAlchemyError

from promptyflow_server.ai import recording
from promptyflow_server.ai.costs import charged
from promptyflow_server.ai.instance import INTERRUPTED, Instance
from promptyflow_server.ai.live_run import LiveRun, Outcome
from promptyflow_server.ai.reading import as_stored
from promptyflow_server.ai.repository import InstanceRepository
from promptyflow_server.events.changes import news_of
from promptyflow_server.http.errors import as_app_error
from promptyflow_server.providers.errors import Cause
from promptyflow_server.shared.errors import AppError, ProviderError, Unavailable
from promptyflow_server.shared.run_news import RunNews

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from uuid import UUID

    from sqlalchemy.ext.asyncio import AsyncConnection

    from promptyflow_server.ai.spending import Expected
    from promptyflow_server.providers.base import Access, CompletionRequest, Provider
    from promptyflow_server.storage.database import Database

log: Final = logging.getLogger("promptyflow.runs")

_SAVE_SECONDS: Final = 0.5
_ENDS_AT_ONCE: Final = 2
"""Ends written at once: hundreds must not keep the database from whoever begins or reads."""
_LONGEST_ANSWER: Final = 20_000_000


class Runner:
    """The runs of this process.

    Parameters
    ----------
    database
        Where they are recorded.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._instance = Instance(database)
        self._live: dict[UUID, LiveRun] = {}
        self._saving: asyncio.Task[None] | None = None
        self._closed = False
        self._ends = asyncio.Semaphore(_ENDS_AT_ONCE)
        self._observers: list[Callable[[RunNews], None]] = []

    @property
    def running(self) -> int:
        """How many run here now."""
        return sum(run.outcome is None for run in self._live.values())

    def watch(self, observer: Callable[[RunNews], None]) -> None:
        """Tell somebody of each run that begins or ends here; no text is told."""
        self._observers.append(observer)

    async def start(self) -> None:
        """Take over from processes that are gone."""
        await self._instance.start()

    async def close(self) -> None:
        """End all runs, keep what had come, and go."""
        self._closed = True
        live = list(self._live.values())
        for run in live:
            run.stop("stopped")
        await asyncio.gather(*(run.task for run in live if run.task), return_exceptions=True)
        if self._saving is not None:
            self._saving.cancel()
            await asyncio.gather(self._saving, return_exceptions=True)
        await self._instance.close()

    def find(self, owner_id: UUID, run_id: UUID) -> LiveRun | None:
        """Return a run of this process, if it is this person's."""
        run = self._live.get(run_id)
        return run if run is not None and run.order.owner_id == owner_id else None

    async def record(self, connection: AsyncConnection, run: LiveRun, expected: Expected) -> None:
        """Write a run that is about to begin, and enter it, in an open transaction."""
        if self._closed:
            raise Unavailable(reason="stopping")
        order = run.order
        await recording.begin(
            connection,
            order.owner_id,
            run.id,
            {
                "project_id": order.project_id,
                "prompt_id": order.prompt_id,
                "prompt_title": order.prompt_title,
                "status": "running",
                "provider": order.provider,
                "model": order.model,
                "request": order.parameters,
                "messages": [asdict(message) for message in order.messages]
                if order.keep_texts
                else None,
                "sha256": order.sha256,
                "instance_id": self._instance.id,
                "started_at": run.started_at,
            },
            news_of(order.owner_id, "run", run.id, "running"),
            admin_key=expected.admin_key,
            cost=expected.dollars,
            tokens=expected.tokens,
        )

    def begin(
        self,
        run: LiveRun,
        provider: Provider,
        request: CompletionRequest,
        access: Access,
        ended: Callable[[LiveRun], Awaitable[None]],
    ) -> None:
        """Send; from here on the run needs nobody.

        Parameters
        ----------
        ended
            Called when it has ended, before that is told.
        """
        self._live[run.id] = run
        run.task = asyncio.create_task(self._work(run, provider, request, access, ended))
        if self._saving is None:
            # For all runs here, not for the one whose request happens to be the first.
            self._saving = asyncio.create_task(self._keep_saving(), context=Context())
        self._spread(run)

    def _spread(self, run: LiveRun) -> None:
        outcome, usage = run.outcome, run.usage
        news = RunNews(
            id=run.id,
            provider=run.order.provider,
            model=run.order.model,
            status="running" if outcome is None else outcome.status,
            seconds=None if outcome is None else run.duration_ms / 1000,
            input_tokens=None if usage is None else usage.input_tokens,
            output_tokens=None if usage is None else usage.output_tokens,
            error=None if outcome is None or outcome.error is None else outcome.error.code,
        )
        for observer in self._observers:
            try:
                observer(news)
            except Exception:
                log.exception("somebody who watches runs failed")  # which is no fault of the run

    async def _work(
        self,
        run: LiveRun,
        provider: Provider,
        request: CompletionRequest,
        access: Access,
        ended: Callable[[LiveRun], Awaitable[None]],
    ) -> None:
        try:
            run.end(await self._outcome(run, provider, request, access))
            await ended(run)
        except Exception as error:  # noqa: BLE001 - whatever fails, the run must end
            run.end(Outcome("failed", error=as_app_error(error)))
        await self._save_end(run)
        self._spread(run)
        run.tell()

    async def _outcome(
        self, run: LiveRun, provider: Provider, request: CompletionRequest, access: Access
    ) -> Outcome:
        try:
            async with aclosing(provider.stream(request, access)) as chunks:
                async for chunk in chunks:
                    run.take(chunk)
                    if run.journal.chars > _LONGEST_ANSWER:
                        raise Cause("endless", request_id=run.request_id).error(provider)
        except asyncio.CancelledError:
            if run.stop_reason == "cancelled":
                return Outcome("cancelled")
            return Outcome("interrupted", error=ProviderError(**INTERRUPTED["details"]))
        except AppError as error:
            status = {"interrupted": "interrupted", "blocked": "blocked"}.get(
                str(error.details.get("kind")), "failed"
            )
            return Outcome(status, error=error)  # type: ignore[arg-type]  # one of the three
        finish = run.finish
        if finish is not None and finish.reason == "blocked":
            return Outcome("blocked", finish.detail or finish.reason)
        return Outcome("done", None if finish is None else finish.reason)

    async def _keep_saving(self) -> None:
        """Write what has come, twice a second: what is not written is lost with the process."""
        while True:
            await asyncio.sleep(_SAVE_SECONDS)
            running = [run for run in self._live.values() if run.outcome is None]
            unsaved = [run for run in self._live.values() if run.told]
            try:
                if running:
                    await self._save(running)
                for run in unsaved:
                    await self._save_end(run)
            except (Unavailable, SQLAlchemyError) as error:
                log.warning("runs could not be saved, trying again: %s", error)

    async def _save(self, running: list[LiveRun]) -> None:
        for run in running:
            run.has_pieces = True
        places = {run.id: (run.journal.chars, run.journal.since(run.saved)) for run in running}
        async with self._database.transaction() as connection:
            repository = InstanceRepository(connection)
            wanted = await repository.wanted([(run.order.owner_id, run.id) for run in running])
            pieces = [
                {
                    "owner_id": run.order.owner_id,
                    "run_id": run.id,
                    "seq": piece.end - len(piece.text),
                    "kind": piece.kind,
                    "data": {"text": piece.text},
                }
                for run in running
                if run.order.keep_texts
                if run.id in wanted and run.outcome is None  # else it has its whole text
                for piece in places[run.id][1]
            ]
            if pieces:
                await repository.keep(pieces)
        for run in running:
            run.saved = places[run.id][0]
            if run.id not in wanted:
                run.stop("cancelled")  # asked for at another server of the same database

    async def _save_end(self, run: LiveRun) -> None:
        """Write how a run ended; where that fails, `_keep_saving` tries again."""
        told = as_stored(run)
        values: dict[str, Any] = {
            "status": told.status,
            "response": told.journal.text("delta") if run.order.keep_texts else None,
            "reasoning": told.journal.text("reasoning") if run.order.keep_texts else None,
            "usage": told.usage,
            "cost": told.cost,
            "cost_source": told.cost_source,
            "finish_reason": told.finish_reason,
            "provider_request_id": run.request_id,
            "error": told.error,
            "first_output_at": run.first_output_at,
            "finished_at": run.finished_at,
        }
        layout = run.journal.layout()
        usual = [kind for kind, _ in layout] in ([], ["delta"], ["reasoning", "delta"])
        if usual or not run.order.keep_texts:
            layout = []
        owner_id = run.order.owner_id
        dollars, tokens = charged(run)
        try:
            async with self._ends, self._database.transaction() as connection:
                news = news_of(owner_id, "run", run.id, told.status)
                await recording.end(
                    *(connection, owner_id, run.id, values, layout, news),
                    cost=dollars,
                    tokens=tokens,
                    has_pieces=run.has_pieces,
                )
        except (Unavailable, SQLAlchemyError) as error:
            log.warning("the end of run %s is not saved yet: %s", run.id, error)
            return
        self._live.pop(run.id, None)
