"""Sending to models: who may, with which key, exactly what."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from promptyflow_server.ai.live_run import LiveRun, RunOrder
from promptyflow_server.ai.repository import RunRepository
from promptyflow_server.ai.schemas import RunReference
from promptyflow_server.http.models import Reply
from promptyflow_server.providers.base import CompletionRequest, Message, Parameters
from promptyflow_server.shared.errors import NotFound, ValidationError
from promptyflow_server.shared.idempotency import once

if TYPE_CHECKING:
    from uuid import UUID

    from promptyflow_server.ai.checking import Checked, Checks
    from promptyflow_server.ai.gauge import Gauge
    from promptyflow_server.ai.policy import Policy
    from promptyflow_server.ai.runner import Runner
    from promptyflow_server.ai.schemas import Send
    from promptyflow_server.ai.spending import Spending
    from promptyflow_server.http.call import User
    from promptyflow_server.projects.prompts.service import PromptService
    from promptyflow_server.providers.registry import Providers
    from promptyflow_server.shared.idempotency import Idempotency
    from promptyflow_server.storage.database import Database
    from promptyflow_server.users.keys import ApiKeys, StoredAccess


class Sending:
    """Starts runs, once everything has been looked at."""

    def __init__(  # noqa: PLR0913, PLR0917 - the parts it puts together
        self,
        database: Database,
        providers: Providers,
        keys: ApiKeys,
        prompts: PromptService,
        policy: Policy,
        checks: Checks,
        spending: Spending,
        gauge: Gauge,
        runner: Runner,
    ) -> None:
        self._database = database
        self._providers = providers
        self._keys = keys
        self._prompts = prompts
        self._policy = policy
        self._checks = checks
        self._spending = spending
        self._gauge = gauge
        self._runner = runner

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
        if wanted.repeat is not None:
            others = (*from_project, wanted.variables, wanted.messages, wanted.system)
            if any(part is not None for part in others):
                raise ValidationError.at("messages", "one_of_both")
            return await self._repeated(user, wanted, wanted.repeat, parameters)
        if wanted.messages is not None:
            if any(part is not None for part in (*from_project, wanted.variables)):
                raise ValidationError.at("messages", "one_of_both")
            messages = [Message(message.role, message.content) for message in wanted.messages]
            return RunOrder(
                user.id, wanted.provider, wanted.model, (*system, *messages), parameters
            )
        if wanted.project_id is None or wanted.prompt_block_id is None:
            raise ValidationError.at("messages", "one_of_both")
        title, compiled = await self._prompts.titled(
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
            prompt_title=title,
            sha256=compiled.sha256,
        )

    async def _repeated(
        self, user: User, wanted: Send, run_id: UUID, parameters: dict[str, Any]
    ) -> RunOrder:
        """Return an order that sends what was sent in a run, whatever its prompt says by now."""
        async with self._database.read() as connection:
            row = await RunRepository(connection, user.id).find(run_id)
        if row is None or row.messages is None:  # no texts were to be kept
            raise NotFound
        return RunOrder(
            owner_id=user.id,
            provider=wanted.provider,
            model=wanted.model,
            messages=tuple(Message(one["role"], one["content"]) for one in row.messages),
            parameters=parameters,
            project_id=row.project_id,
            prompt_id=row.prompt_id,
            sha256=row.sha256,
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
