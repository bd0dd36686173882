"""xAI: what differs from OpenAI's Responses."""

from __future__ import annotations

import pytest
from fault_server import DONE, chunk, sse, usage
from provider_words import (
    OPENAI_END,
    PARAMETERS,
    access_to,
    ask,
    failing,
    openai_delta,
    refused,
    request_of,
    text,
)

from promptyflow_server.providers.base import Finish, Usage
from promptyflow_server.providers.xai import XAI


@pytest.fixture
def xai(transport):
    return XAI(transport)


@pytest.fixture
def access(faults):
    return access_to(faults.url, "xai")


async def test_the_cost_is_what_it_tells_in_ticks(faults, xai, access):
    faults.reply(sse(openai_delta("x"), OPENAI_END))
    assert Usage(9, 8, 7, None, 6, 0.0025) in await ask(xai, access)


async def test_nothing_is_stored_and_no_penalty_or_stop_is_ever_sent(faults, xai, access):
    faults.reply(sse(openai_delta("x"), OPENAI_END))
    await ask(xai, access, parameters=PARAMETERS)
    body = faults.requests[0].json
    assert body["store"] is False
    assert set(body) <= {
        "model",
        "input",
        "stream",
        "store",
        "temperature",
        "top_p",
        "max_output_tokens",
        "text",
    }


async def test_a_stream_may_be_answered_with_a_plain_error(faults, xai, access):
    faults.reply(json={"code": "The service is busy", "error": "Service%20is%20busy"})
    assert (await refused(xai, access))["providerMessage"] == "Service is busy"


async def test_an_error_that_is_a_text_is_told_in_the_middle_too(faults, xai, access):
    faults.reply(sse(openai_delta("half"), failing("xai", "Out of capacity")))
    assert (await refused(xai, access))["providerMessage"] == "Out of capacity"


@pytest.mark.parametrize(
    "case",
    [
        (400, {"code": "x", "error": "Incorrect API key provided: xx."}, "authentication"),
        (400, {"error": {"message": "Incorrect API key provided: xx."}}, "authentication"),
        (401, {"code": "x", "error": "No token"}, "authentication"),
        (403, {"code": "x", "error": "The caller lacks permission"}, "permission"),
        (403, {"code": "x", "error": "Content violates usage guidelines."}, "blocked"),
        (404, {"code": "x", "error": "The model grok-x does not exist"}, "model_not_found"),
        (400, {"code": "x", "error": "Model not found: grok-x"}, "model_not_found"),
        (400, {"code": "x", "error": "This prompt exceeds the context length"}, "too_large"),
        (422, {"code": "x", "error": "Argument not supported: stop"}, "bad_request"),
    ],
)
async def test_refusals(faults, xai, access, case):
    status, body, meant = case
    faults.reply(status=status, json=body)
    assert (await refused(xai, access))["kind"] == meant
    assert len(faults.requests) == 1


async def test_a_burst_beyond_its_rate_is_tried_again(faults, xai, access):
    faults.reply(status=429, json={"code": "x", "error": "Too many requests"})
    faults.reply(sse(openai_delta("now"), OPENAI_END))
    assert text(await ask(xai, access)) == "now"


async def test_chat_is_asked_where_responses_are_unknown_and_tells_its_cost(faults, xai, access):
    faults.reply(status=404, json={})
    told = usage(3, 4, cost_in_usd_ticks=5_000_000_000)
    faults.reply(sse(chunk("by chat", finish="stop"), told, DONE))
    chunks = await ask(xai, access, parameters=PARAMETERS)
    assert (text(chunks), chunks[-1]) == ("by chat", Finish("stop", "stop"))
    assert Usage(3, 4, cost=0.5) in chunks
    assert faults.requests[1].path == "/v1/chat/completions"
    assert faults.requests[1].json["max_tokens"] == 77


async def test_tokens_of_the_texts_are_counted(faults, xai, access):
    tokens = [{"token_id": number, "string_token": "x"} for number in range(3)]
    faults.reply(json={"token_ids": tokens})
    assert await xai.count_tokens(request_of("xai", system="Be brief."), access) == 3
    (asked,) = faults.requests
    assert asked.path == "/v1/tokenize-text"
    assert asked.json == {"model": "grok-4.7", "text": "Be brief.\n\nhi"}


async def test_the_list_tells_prices(faults, xai, access):
    row = {"id": "grok", "prompt_text_token_price": 20000, "completion_text_token_price": 150000}
    faults.reply(json={"models": [row]})
    (model,) = await xai.list_models(access)
    assert (model.input_price, model.output_price) == (2.0, 15.0)
    assert faults.requests[0].path == "/v1/language-models"
