"""Sending to models: who may, with which key, exactly what, and how it is told."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from promptyflow_server.ai.events import POLL_SECONDS, Cursor, app_error, live_events, stored_events
from promptyflow_server.ai.live_run import LiveRun, RunOrder
from promptyflow_server.ai.reading import StoredRun, as_stored, before, cursor_of, stored_run
from promptyflow_server.ai.repository import RunRepository
from promptyflow_server.ai.schemas import RunReference
from promptyflow_server.events.changes import announce
from promptyflow_server.http.models import Reply
from promptyflow_server.providers.base import CompletionRequest, Message, Parameters
from promptyflow_server.shared.errors import (
    AppError,
    NoApiKey,
    NotFound,
    ValidationError,
)
from promptyflow_server.shared.idempotency import once

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from uuid import UUID

    from sqlalchemy import Row

    from promptyflow_server.ai.checking import Checked, Checks
    from promptyflow_server.ai.gauge import Gauge
    from promptyflow_server.ai.models.facts import Facts
    from promptyflow_server.ai.models.service import Models
    from promptyflow_server.ai.policy import Budget, Policy
    from promptyflow_server.ai.runner import Runner
    from promptyflow_server.ai.schemas import ListRunsQuery, Send
    from promptyflow_server.ai.spending import Spending, Spent
    from promptyflow_server.http.call import User
    from promptyflow_server.http.models import Event
    from promptyflow_server.projects.prompts.service import PromptService
    from promptyflow_server.providers.registry import Providers
    from promptyflow_server.shared.idempotency import Idempotency
    from promptyflow_server.shared.messages import Language
    from promptyflow_server.storage.database import Database
    from promptyflow_server.users.keys import ApiKeys, StoredAccess


@dataclass(frozen=True, slots=True)
class ModelsOf:
    """A provider's models, or why there are none."""

    provider: str
    models: list[Facts]
    error: AppError | None = None


class Ai:
    """What people do with models."""

    def __init__(  # noqa: PLR0913, PLR0917 - the parts it puts together
        self,
        database: Database,
        providers: Providers,
        keys: ApiKeys,
        models: Models,
        runner: Runner,
        prompts: PromptService,
        checks: Checks,
        spending: Spending,
        gauge: Gauge,
        policy: Policy,
    ) -> None:
        self._database = database
        self._providers = providers
        self._keys = keys
        self._models = models
        self._runner = runner
        self._prompts = prompts
        self._checks = checks
        self._spending = spending
        self._gauge = gauge
        self._policy = policy

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

    async def send(self, user: User, wanted: Send, idempotency: Idempotency | None) -> UUID:
        """Start a run and return its id; a repeat of the same request starts nothing new.

        Raises
        ------
        Forbidden
            The operator does not allow this provider or model.
        NoApiKey
            The provider is not set up.
        ValidationError, NotFound
            There is nothing to send.
        ContextWindowExceeded, CostLimit
            It is too much for the model, or would cost more than is allowed.
        """
        provider = self._providers.get(wanted.provider)
        self._policy.check(provider, wanted.model)
        stored = await self._keys.access(user, wanted.provider)
        order = await self._order(user, wanted)
        checked = await self._checks.before_sending(user, provider, stored, order, wanted)
        order = _priced(order, checked, keep_texts=self._policy.runs.keep_texts)
        run = LiveRun(order)

        async with self._database.transaction() as connection:

            async def write() -> Reply[RunReference]:
                await self._spending.enter(connection, user, run, checked.expected)
                await self._runner.record(connection, run)
                return Reply(RunReference(run_id=run.id))

            reply = await once(connection, user.id, idempotency, RunReference, write)
        if reply.body.run_id != run.id:
            return reply.body.run_id

        async def ended(run: LiveRun) -> None:
            await self._note(user, stored, run)

        request = CompletionRequest(
            model=wanted.model,
            messages=order.messages,
            parameters=Parameters(
                wanted.temperature, wanted.top_p, checked.max_tokens, wanted.json_schema
            ),
            timeout=wanted.timeout,
            api=checked.facts.api,
        )
        self._runner.begin(run, provider, request, stored.access, ended)
        return run.id

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

    async def _order(self, user: User, wanted: Send) -> RunOrder:
        parameters = wanted.model_dump(
            mode="json",
            by_alias=True,
            exclude_none=True,
            include={
                *("temperature", "top_p", "max_tokens", "json_schema", "timeout", "max_cost"),
                *(["variables"] if self._policy.runs.keep_texts else []),
            },
        )
        system = [Message("system", wanted.system)] if wanted.system else []
        from_project = (wanted.project_id, wanted.prompt_block_id)
        if wanted.messages is not None:
            if any(part is not None for part in (*from_project, wanted.variables)):
                raise ValidationError.at("messages", "one_of_both")
            messages = [Message(message.role, message.content) for message in wanted.messages]
            return RunOrder(
                user.id, wanted.provider, wanted.model, (*system, *messages), parameters
            )
        if wanted.project_id is None or wanted.prompt_block_id is None:
            raise ValidationError.at("messages", "one_of_both")
        compiled = await self._prompts.compiled(
            user, wanted.project_id, wanted.prompt_block_id, variables=wanted.variables
        )
        return RunOrder(
            owner_id=user.id,
            provider=wanted.provider,
            model=wanted.model,
            messages=(*system, Message("user", compiled.compiled)),
            parameters=parameters,
            project_id=wanted.project_id,
            prompt_id=wanted.prompt_block_id,
            sha256=compiled.sha256,
        )

    async def _note(self, user: User, stored: StoredAccess, run: LiveRun) -> None:
        """Remember that a key works, or that it does not, and what the provider counts."""
        outcome, usage, order = run.outcome, run.usage, run.order
        if outcome is None:
            return
        if usage is not None and usage.input_tokens and "schema" not in order.parameters:
            texts = [message.content for message in order.messages]
            await self._gauge.learn(user.id, order.provider, order.model, texts, usage.input_tokens)
        error = outcome.error
        if outcome.status in {"done", "blocked"}:
            await self._keys.note(user, stored, "active")
        elif error is not None and error.details.get("kind") == "authentication":
            await self._keys.note(user, stored, "error")


def _priced(order: RunOrder, checked: Checked, *, keep_texts: bool) -> RunOrder:
    """Return the order with what was found before it is sent."""
    parameters = order.parameters
    if checked.max_tokens is not None:
        parameters = {**parameters, "maxTokens": checked.max_tokens}
    return replace(
        order,
        parameters=parameters,
        prices=checked.facts.prices,
        expected_tokens=checked.expected.tokens,
        keep_texts=keep_texts,
    )
