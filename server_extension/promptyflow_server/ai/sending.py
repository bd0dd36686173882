"""Sending to models: who may, with which key, exactly what."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from promptyflow_server.ai.live_run import LiveRun, RunOrder
from promptyflow_server.ai.repository import RunRepository
from promptyflow_server.ai.schemas import RunReference
from promptyflow_server.http.models import Reply
from promptyflow_server.projects.prompts.material import Material
from promptyflow_server.providers.base import CompletionRequest, Message, Parameters
from promptyflow_server.shared.errors import NotFound, ValidationError
from promptyflow_server.shared.idempotency import promised

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncConnection

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

    _Source = Material | Row[Any] | list[Message]
    """A prompt, a run that is to be repeated, or the messages themselves."""


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
        async with self._database.read(snapshot=True) as connection:
            row = await self._keys.find(connection, user, wanted.provider)
            source = await self._source(connection, user, wanted)
        stored = await self._keys.opened(user, wanted.provider, row)
        order = await self._order(user, wanted, source)
        checked = await self._checks.before_sending(user, provider, stored, order, wanted)
        order = _priced(order, checked, keep_texts=self._policy.runs.keep_texts)
        run = LiveRun(order)

        async with self._database.transaction() as connection:
            reply = Reply(RunReference(run_id=run.id))
            told = (await promised(connection, user.id, idempotency, reply)).body.run_id
            if told == run.id:
                await self._spending.check(connection, user, checked.expected)
                await self._runner.record(connection, run, checked.expected)
        if told != run.id:
            return told

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

    async def _source(self, connection: AsyncConnection, user: User, wanted: Send) -> _Source:
        """Return what is to be sent, as far as it has to be read."""
        project_id, prompt_id = from_project = (wanted.project_id, wanted.prompt_block_id)
        if wanted.repeat is not None:
            others = (*from_project, wanted.variables, wanted.messages, wanted.system)
            if any(part is not None for part in others):
                raise ValidationError.at("messages", "one_of_both")
            row = await RunRepository(connection, user.id).find(wanted.repeat)
            if row is None or row.messages is None:  # no texts were to be kept
                raise NotFound
            return row
        if wanted.messages is not None:
            if any(part is not None for part in (*from_project, wanted.variables)):
                raise ValidationError.at("messages", "one_of_both")
            return [Message(message.role, message.content) for message in wanted.messages]
        if project_id is None or prompt_id is None:
            raise ValidationError.at("messages", "one_of_both")
        return await self._prompts.material(connection, user, project_id, prompt_id)

    async def _order(self, user: User, wanted: Send, source: _Source) -> RunOrder:
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
        order = RunOrder(user.id, wanted.provider, wanted.model, (), parameters)
        if isinstance(source, list):
            return replace(order, messages=(*system, *source))
        if not isinstance(source, Material):
            # What was sent in a run, whatever its prompt says by now.
            return replace(
                order,
                messages=tuple(Message(one["role"], one["content"]) for one in source.messages),
                project_id=source.project_id,
                prompt_id=source.prompt_id,
                sha256=source.sha256,
            )
        compiled = await self._prompts.compile_material(source, variables=wanted.variables)
        return replace(
            order,
            messages=(*system, Message("user", compiled.compiled)),
            project_id=wanted.project_id,
            prompt_id=wanted.prompt_block_id,
            prompt_title=source.prompt.title,
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
