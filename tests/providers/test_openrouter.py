"""OpenRouter: what differs from OpenAI's Chat Completions."""

from __future__ import annotations

import pytest
from fault_server import event, sse
from provider_words import PARAMETERS, access_to, ask, refused, text

from promptyflow_server.providers.base import Usage
from promptyflow_server.providers.openrouter import OpenRouter
from promptyflow_server.shared.errors import ProviderError

DONE = event({"choices": [{"delta": {"content": "x"}, "finish_reason": "stop"}]})


@pytest.fixture
def router(transport):
    return OpenRouter(transport)


@pytest.fixture
def access(faults):
    return access_to(faults.url, "openrouter")


async def test_comments_that_keep_the_line_open_are_no_answer(faults, router, access):
    comment = b": OPENROUTER PROCESSING\n\n"
    faults.reply(sse(comment, comment), 0.05, sse(comment, DONE, comment))
    assert text(await ask(router, access)) == "x"


async def test_the_cost_is_what_it_tells(faults, router, access):
    cost = {"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2, "cost": 0.5}}
    faults.reply(sse(DONE, event(cost)))
    assert Usage(1, 2, cost=0.5) in await ask(router, access)


async def test_usage_is_not_asked_for_since_it_always_comes(faults, router, access):
    faults.reply(DONE)
    await ask(router, access, parameters=PARAMETERS)
    assert not {"usage", "stream_options"} & set(faults.requests[0].json)


@pytest.mark.parametrize(
    "case",
    [
        ("server_error", {}, "server"),
        (502, {}, "server"),
        (429, {}, "rate_limit"),
        (402, {}, "billing"),
        (503, {"error_type": "provider_overloaded"}, "overloaded"),
    ],
)
async def test_it_fails_in_the_middle_with_a_word_or_a_number(faults, router, access, case):
    code, metadata, meant = case
    half = {"choices": [{"delta": {"content": "h"}, "finish_reason": "error"}]}
    faults.reply(event({**half, "error": {"code": code, "message": "gone", "metadata": metadata}}))
    assert (await refused(router, access))["kind"] == meant


async def test_success_with_an_error_in_the_body_is_an_error(faults, router, access):
    faults.reply(json={"error": {"code": 503, "message": "no provider"}})
    assert (await refused(router, access))["kind"] == "overloaded"


@pytest.mark.parametrize(
    "case",
    [
        (
            403,
            {"metadata": {"reasons": ["x"], "flagged_input": "y", "provider_name": "z"}},
            "blocked",
        ),
        (402, {"metadata": {"error_type": "payment_required"}}, "billing"),
        (404, {"metadata": {"error_type": "no_endpoints"}}, "model_not_found"),
        (400, {"metadata": {"error_type": "model_not_found"}}, "model_not_found"),
        (400, {"metadata": {"error_type": "string_too_long"}}, "too_large"),
        (401, {"metadata": {"error_type": "authentication"}}, "authentication"),
    ],
)
async def test_refusals(faults, router, access, case):
    status, problem, meant = case
    faults.reply(status=status, json={"error": {"code": status, "message": "m", **problem}})
    assert (await refused(router, access))["kind"] == meant


async def test_the_request_id_is_that_of_the_generation(faults, router, access):
    faults.reply(DONE, headers={"x-generation-id": "gen-7"})
    assert (await ask(router, access))[0].request_id == "gen-7"


async def test_the_list_tells_prices_limits_and_parameters(faults, router, access):
    row = {
        "id": "a/b",
        "context_length": 8,
        "pricing": {"prompt": "0.0000025", "completion": "0.00001"},
        "top_provider": {"max_completion_tokens": 4},
        "supported_parameters": ["temperature"],
        "expiration_date": "2027-01-01",
    }
    faults.reply(json={"data": [row]})
    (model,) = await router.list_models(access)
    assert (model.input_price, model.output_price) == (2.5, 10.0)
    assert (model.context_window, model.max_output) == (8, 4)
    assert (model.parameters, model.retires_at) == (("temperature",), "2027-01-01")


async def test_a_key_is_tested_where_a_key_is_asked_for_since_the_list_is_public(
    faults, router, access
):
    faults.reply(status=401, json={"error": {"code": 401, "message": "No auth"}})
    with pytest.raises(ProviderError) as caught:
        await router.test(access)
    assert caught.value.details["kind"] == "authentication"
    assert [request.path for request in faults.requests] == ["/api/v1/key"]
