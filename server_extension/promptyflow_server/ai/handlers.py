"""Endpoints of providers, models and runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from promptyflow_server.ai.counting import one_text
from promptyflow_server.ai.events import told_error
from promptyflow_server.ai.models.facts import days_until
from promptyflow_server.ai.reading import duration_ms
from promptyflow_server.ai.schemas import (
    AnswerRow,
    BudgetRow,
    ConnectionTest,
    CountTokens,
    ListModelsQuery,
    ListRunsQuery,
    ModelList,
    ModelRow,
    PriceRow,
    ProviderRow,
    RunDetail,
    RunRow,
    Send,
    TryConnection,
    UsageRow,
)
from promptyflow_server.http.call import Call
from promptyflow_server.http.errors import error_body
from promptyflow_server.http.models import ErrorReply, EventStream, Page
from promptyflow_server.http.routing import Routes
from promptyflow_server.tokens.schemas import TokenCount
from promptyflow_server.tokens.vocabulary import tokenizer_of

if TYPE_CHECKING:
    from sqlalchemy import Row

    from promptyflow_server.ai.models.facts import Facts
    from promptyflow_server.shared.messages import Language

routes = Routes("ai")


@routes.get("/ai/providers")
async def list_providers(call: Call) -> Page[ProviderRow]:
    """List the providers and what each needs."""
    return Page[ProviderRow](
        items=[
            ProviderRow(
                id=provider.id,
                name=provider.name,
                needs_key=provider.needs_key,
                needs_base_url=provider.needs_base_url,
                default_base_url=provider.default_base_url,
            )
            for provider in call.services.providers
            if call.services.policy.allows(provider.id)
        ]
    )


@routes.get("/ai/models")
async def list_models(call: Call, query: ListModelsQuery) -> ModelList:
    """List the models of one provider, or of all that are set up; remembered for an hour."""
    lists = await call.services.ai.models(call.user, query.provider, refresh=query.refresh)
    return ModelList(
        items=[_model(model) for of in lists for model in of.models],
        catalogue_made=call.services.models.catalogue.made,
        errors={of.provider: error_body(of.error, call.language) for of in lists if of.error},
    )


@routes.post("/ai/test-connection")
async def test_connection(call: Call, body: TryConnection) -> ConnectionTest:
    """Ask a provider for its models, with what is given or with what is stored."""
    tested = await call.services.api_keys.test(
        call.user, body.provider, body.api_key, body.base_url
    )
    return ConnectionTest(
        success=tested.status == "active",
        status=tested.status,
        models=tested.models,
        error=None
        if tested.error is None
        else ErrorReply(**error_body(tested.error, call.language)),
    )


@routes.post("/ai/count-tokens")
async def count_tokens(call: Call, body: CountTokens) -> TokenCount:
    """Count the tokens of a text or of a prompt, against the model's window, with the price."""
    from_project = body.project_id is not None and body.prompt_block_id is not None
    text = one_text(body.text, from_project=from_project)
    if text is None and body.project_id is not None and body.prompt_block_id is not None:
        compiled = await call.services.prompts.compiled(
            call.user, body.project_id, body.prompt_block_id, variables=body.variables
        )
        text = compiled.compiled
    return await call.services.counting.count(
        call.user,
        body.model,
        body.provider,
        text or "",
        system=body.system,
        max_tokens=body.max_tokens,
        exact=body.exact,
    )


@routes.post("/ai/send", limit="sends")
async def send(call: Call, body: Send) -> AnswerRow | EventStream:
    """Send to a model; the run goes on whether or not anybody waits for it."""
    ai = call.services.ai
    run_id = await call.services.sending.send(call.user, body, call.idempotency)
    if body.stream:
        events = ai.events(call.user, run_id, None, call.language)
        return EventStream(events, headers={"X-Run-Id": str(run_id)})
    answer = await ai.answer(call.user, run_id)
    return AnswerRow(
        success=answer.status == "done",
        run_id=run_id,
        status=answer.status,
        provider=answer.provider,
        model=answer.model,
        response=answer.journal.text("delta") or "",
        reasoning=answer.journal.text("reasoning"),
        usage=None if answer.usage is None else UsageRow.model_validate(answer.usage),
        cost=answer.cost,
        cost_source=answer.cost_source,
        finish_reason=answer.finish_reason,
        duration_ms=answer.duration_ms or 0,
    )


@routes.get("/ai/budget")
async def get_budget(call: Call) -> BudgetRow:
    """Tell what was spent in this month, and how much may be."""
    budget, spent = await call.services.ai.budget(call.user)
    return BudgetRow(
        since=spent.since,
        dollars=spent.dollars,
        dollars_limit=budget.dollars_per_month,
        tokens=spent.tokens,
        tokens_limit=budget.tokens_per_month,
    )


@routes.get("/ai/runs")
async def list_runs(call: Call, query: ListRunsQuery) -> Page[RunRow]:
    """List runs, newest first."""
    rows, cursor = await call.services.ai.page(call.user, query)
    items = [RunRow(**_run(row, call.language), preview=row.preview) for row in rows]
    return Page[RunRow](items=items, next_cursor=cursor)


@routes.get("/ai/runs/{run_id:uuid}")
async def get_run(call: Call, run_id: UUID) -> RunDetail:
    """Read a run: exactly what was sent, and what came; of a running one what came so far."""
    row, run = await call.services.ai.run(call.user, run_id)
    return RunDetail(
        **_run(row, call.language),
        messages=row.messages,
        response=run.journal.text("delta"),
        reasoning=run.journal.text("reasoning"),
    )


@routes.get("/ai/runs/{run_id:uuid}/events")
async def get_run_events(call: Call, run_id: UUID) -> EventStream:
    """Follow a run from its start, or from behind the event that ``Last-Event-ID`` names."""
    await call.services.ai.stored(call.user, run_id)
    last = call.headers.get("last-event-id")
    return EventStream(call.services.ai.events(call.user, run_id, last, call.language))


@routes.post("/ai/runs/{run_id:uuid}/cancel")
async def cancel_run(call: Call, run_id: UUID) -> RunDetail:
    """Stop a run: the connection to the provider is closed, what had come is kept."""
    await call.services.ai.cancel(call.user, run_id)
    return await get_run(call, run_id)


@routes.delete("/ai/runs/{run_id:uuid}")
async def delete_run(call: Call, run_id: UUID) -> None:
    """Delete a run; one that runs is stopped first."""
    await call.services.ai.remove(call.user, run_id)


def _model(model: Facts) -> ModelRow:
    return ModelRow(
        provider=model.provider,
        id=model.id,
        name=model.name,
        context_window=model.context_window,
        max_output=model.max_output,
        prices=_prices(model),
        parameters=None if model.parameters is None else list(model.parameters),
        reasoning=model.reasoning,
        retires_at=model.retires_at,
        retires_in_days=days_until(model.retires_at),
        exact_tokens=tokenizer_of(model.provider, model.id).exact,
        source=model.source,
    )


def _prices(model: Facts) -> PriceRow | None:
    if model.prices is None or model.price_source is None:
        return None
    return PriceRow.model_validate({**model.prices.wire(), "source": model.price_source})


def _run(row: Row[Any], language: Language) -> dict[str, Any]:
    return {
        "id": row.id,
        "status": row.status,
        "provider": row.provider,
        "model": row.model,
        "project_id": row.project_id,
        "prompt_block_id": row.prompt_id,
        "prompt_title": row.prompt_title,
        "parameters": row.request,
        "sha256": row.sha256,
        "usage": row.usage,
        "cost": None if row.cost is None else float(row.cost),
        "cost_source": row.cost_source,
        "finish_reason": row.finish_reason,
        "request_id": row.provider_request_id,
        "error": None if row.error is None else told_error(row.error, language),
        "started_at": row.started_at,
        "first_output_at": row.first_output_at,
        "finished_at": row.finished_at,
        "duration_ms": duration_ms(row),
    }
