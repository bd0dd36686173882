"""Models and runs, for whoever may see them."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from promptyflow_server.ai.events import POLL_SECONDS, Cursor, app_error, live_events, stored_events
from promptyflow_server.ai.reading import StoredRun, as_stored, before, cursor_of, stored_run
from promptyflow_server.ai.repository import RunRepository
from promptyflow_server.audit.repository import own
from promptyflow_server.events.changes import announce
from promptyflow_server.shared.errors import (
    AppError,
    NoApiKey,
    NotFound,
    Unavailable,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from uuid import UUID

    from sqlalchemy import Row

    from promptyflow_server.ai.models.facts import Facts
    from promptyflow_server.ai.models.service import Models
    from promptyflow_server.ai.policy import Budget
    from promptyflow_server.ai.runner import Runner
    from promptyflow_server.ai.schemas import ListRunsQuery
    from promptyflow_server.ai.spending import Spending, Spent
    from promptyflow_server.http.call import User
    from promptyflow_server.http.models import Event
    from promptyflow_server.providers.registry import Providers
    from promptyflow_server.shared.messages import Language
    from promptyflow_server.storage.database import Database
    from promptyflow_server.users.keys import ApiKeys


@dataclass(frozen=True, slots=True)
class ModelsOf:
    """A provider's models, or why there are none."""

    provider: str
    models: list[Facts]
    error: AppError | None = None


class Ai:
    """What people see of models and of their runs."""

    def __init__(  # noqa: PLR0913, PLR0917 - the parts it puts together
        self,
        database: Database,
        providers: Providers,
        keys: ApiKeys,
        models: Models,
        runner: Runner,
        spending: Spending,
    ) -> None:
        self._database = database
        self._providers = providers
        self._keys = keys
        self._models = models
        self._runner = runner
        self._spending = spending

    async def models(self, user: User, provider_id: str | None, *, refresh: bool) -> list[ModelsOf]:
        """Return the models of a provider, or of all that the person can use.

        Raises
        ------
        Forbidden, NoApiKey, ProviderError, ProviderTimeout
            Only where one provider was asked for.
        """
        if provider_id is not None:
            return [await self._models_of(user, provider_id, refresh=refresh)]
        found = []
        for usable in await self._keys.usable(user):
            try:
                found.append(await self._models_of(user, usable, refresh=refresh))
            except AppError as error:
                found.append(ModelsOf(usable, self._models.offline(usable), error))
        return found

    def events(
        self, user: User, run_id: UUID, last_event_id: str | None, language: Language
    ) -> AsyncGenerator[Event, None]:
        """Return a run's events behind the last one that arrived."""
        cursor = Cursor(last_event_id)
        live = self._runner.find(user.id, run_id)
        if live is not None:
            return live_events(live, cursor, language)

        async def look() -> StoredRun:
            return await self.stored(user, run_id)

        return stored_events(look, cursor, language)

    async def answer(self, user: User, run_id: UUID) -> StoredRun:
        """Wait until a run has ended, wherever it runs, and return it.

        Raises
        ------
        ProviderError, ProviderTimeout, InternalError
            It failed.
        """
        live = self._runner.find(user.id, run_id)
        if live is not None:
            await live.ended()
            run = as_stored(live)
        else:
            run = await self.stored(user, run_id)
            while run.status == "running":  # in another server of the same database
                await asyncio.sleep(POLL_SECONDS)
                run = await self.stored(user, run_id)
        if run.error is not None:
            raise app_error(run.error)
        return run

    async def stored(self, user: User, run_id: UUID) -> StoredRun:
        """Return a run as it is recorded.

        Raises
        ------
        NotFound
            There is no such run, or it is somebody else's.
        """
        row, pieces = await self._row(user, run_id)
        return stored_run(row, pieces)

    async def run(self, user: User, run_id: UUID) -> tuple[Row[Any], StoredRun]:
        """Return a run's row and its texts, of a running one what has come."""
        row, pieces = await self._row(user, run_id)
        return row, stored_run(row, pieces)

    async def page(self, user: User, query: ListRunsQuery) -> tuple[list[Row[Any]], str | None]:
        """Return runs, newest first, and the cursor for the next ones."""
        filters = {
            "project_id": query.project_id,
            "prompt_id": query.prompt_block_id,
            "status": query.status,
            "provider": query.provider,
            "model": query.model,
        }
        given = {column: value for column, value in filters.items() if value is not None}
        place = None if query.cursor is None else before(query.cursor)
        async with self._database.read(may_be_late=True) as connection:
            repository = RunRepository(connection, user.id)
            rows = await repository.page(given, place, query.limit + 1, query.q)
        more = len(rows) > query.limit
        rows = rows[: query.limit]
        return rows, cursor_of(rows[-1]) if more else None

    async def budget(self, user: User) -> tuple[Budget, Spent]:
        """Return what a person may spend in this month, and what they have spent."""
        async with self._database.read(snapshot=True) as connection:
            spent = await self._spending.spent(connection, user)
            return await self._spending.budget(connection, user), spent

    async def cancel(self, user: User, run_id: UUID) -> None:
        """Stop a run; its connection to the provider is closed, what had come is kept.

        One that runs in another server of the same database is stopped by that one within a
        second. One that has ended stays as it is.
        """
        live = self._runner.find(user.id, run_id)
        if live is not None:
            live.stop("cancelled")
            await live.ended()
            with suppress(Unavailable):  # it is stopped all the same
                async with self._database.transaction() as connection:
                    await own(connection)
            return
        async with self._database.transaction() as connection:
            if await RunRepository(connection, user.id).cancel(run_id):
                await announce(connection, user.id, "run", run_id, "cancelled")

    async def remove(self, user: User, run_id: UUID) -> None:
        """Delete a run; one that runs is stopped first."""
        live = self._runner.find(user.id, run_id)
        if live is not None:
            live.stop("cancelled")
            await live.ended()
        async with self._database.transaction() as connection:
            if not await RunRepository(connection, user.id).remove(run_id):
                raise NotFound
            await announce(connection, user.id, "runDeleted", run_id)

    async def _models_of(self, user: User, provider_id: str, *, refresh: bool) -> ModelsOf:
        provider = self._providers.get(provider_id)
        try:
            stored = await self._keys.access(user, provider_id)
        except NoApiKey as error:
            models = self._models.offline(provider_id)
            if not models or "kind" in error.details:  # a key that is there and cannot be opened
                raise
            return ModelsOf(provider_id, models)
        models = await self._models.live(user.id, provider, stored.access, refresh=refresh)
        return ModelsOf(provider_id, models)

    async def _row(self, user: User, run_id: UUID) -> tuple[Row[Any], list[Row[Any]]]:
        async with self._database.read(snapshot=True) as connection:
            repository = RunRepository(connection, user.id)
            row = await repository.find(run_id)
            if row is None:
                raise NotFound
            return row, await repository.events(run_id)
