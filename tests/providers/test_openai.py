"""OpenAI: the traps of Responses, and when Chat Completions are asked instead."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fault_server import chunk, event, sse
from provider_words import (
    OPENAI_END,
    access_to,
    ask,
    openai_delta,
    openai_event,
    refused,
    request_of,
    text,
)

from promptyflow_server.providers.base import Delta, Finish, Parameters, Reasoning, Usage
from promptyflow_server.providers.openai_responses import OpenAIResponses
from promptyflow_server.shared.errors import ProviderError

CHAT = sse(chunk("by chat", finish="stop"), b"data: [DONE]\n\n")


@pytest.fixture
def openai(transport):
    return OpenAIResponses(transport)


@pytest.fixture
def access(faults):
    return access_to(faults.url, "openai")


async def test_the_least_limit_is_kept(faults, openai, access):
    faults.reply(status=400, json={"error": {"message": "no"}})
    await refused(openai, access, parameters=Parameters(max_tokens=5))
    assert faults.requests[0].json["max_output_tokens"] == 16


async def test_nothing_is_stored_and_nothing_is_cut_at_openai(faults, openai, access):
    faults.reply(sse(openai_delta("x"), OPENAI_END))
    await ask(openai, access)
    body = faults.requests[0].json
    assert body["store"] is False
    assert not {"truncation", "reasoning", "previous_response_id", "user"} & set(body)


async def test_a_refused_effort_or_temperature_is_told_and_not_dropped(faults, openai, access):
    problem = {"message": "Unsupported value", "code": "unsupported_value", "param": "temperature"}
    faults.reply(status=400, json={"error": problem})
    details = await refused(openai, access, parameters=Parameters(temperature=1.0))
    assert (details["kind"], details["parameter"]) == ("bad_request", "temperature")
    assert len(faults.requests) == 1


async def test_padding_of_deltas_is_no_answer(faults, openai, access):
    padded = openai_event("response.output_text.delta", delta="x", obfuscation="Zb1k")
    faults.reply(sse(padded, OPENAI_END))
    assert text(await ask(openai, access)) == "x"


async def test_usage_is_told_with_its_parts(faults, openai, access):
    faults.reply(sse(openai_delta("x"), OPENAI_END))
    assert Usage(9, 8, 7, None, 6, 0.0025) in await ask(openai, access)


async def test_thoughts_and_refusals_are_told_apart(faults, openai, access):
    faults.reply(
        sse(
            openai_event("response.reasoning_summary_text.delta", delta="because"),
            openai_event("response.refusal.delta", delta="I cannot"),
            OPENAI_END,
        )
    )
    chunks = await ask(openai, access)
    assert (text(chunks), text(chunks, Reasoning)) == ("I cannot", "because")


@pytest.mark.parametrize(
    ("reason", "finish"), [("max_output_tokens", "length"), ("content_filter", "blocked")]
)
async def test_an_incomplete_response_says_why(faults, openai, access, reason, finish):
    response = {"status": "incomplete", "incomplete_details": {"reason": reason}}
    faults.reply(openai_event("response.incomplete", response=response))
    assert (await ask(openai, access))[-1] == Finish(finish, reason)


@pytest.mark.parametrize(
    "document",
    [
        {
            "type": "response.failed",
            "response": {
                "status": "failed",
                "error": {"code": "rate_limit_exceeded", "message": "m"},
            },
        },
        {
            "type": "response.completed",
            "response": {"status": "failed", "error": {"code": "rate_limit_exceeded"}},
        },
        {"type": "error", "code": "rate_limit_exceeded", "message": "m", "sequence_number": 3},
        {"type": "error", "error": {"code": "rate_limit_exceeded", "message": "m"}},
    ],
)
async def test_it_fails_in_the_middle_in_four_forms(faults, openai, access, document):
    faults.reply(sse(openai_delta("half"), event(document, document["type"])))
    assert (await refused(openai, access))["kind"] == "rate_limit"


async def test_done_without_the_last_event_is_interrupted(faults, openai, access):
    faults.reply(sse(openai_delta("half"), b"data: [DONE]\n\n"))
    assert (await refused(openai, access))["kind"] == "interrupted"


async def test_a_country_that_is_not_served_is_told_as_that(faults, openai, access):
    problem = {"code": "unsupported_country_region_territory", "message": "m"}
    faults.reply(status=403, json={"error": problem})
    assert (await refused(openai, access))["kind"] == "region"


async def test_tokens_are_counted_without_sending(faults, openai, access):
    faults.reply(json={"object": "response.input_tokens", "input_tokens": 12})
    request = request_of(
        "openai", system="Be brief.", parameters=Parameters(temperature=1, max_tokens=5)
    )
    assert await openai.count_tokens(request, access) == 12
    (asked,) = faults.requests
    assert asked.path == "/v1/responses/input_tokens"
    assert set(asked.json) == {"model", "input", "instructions"}


async def test_a_count_that_is_none_is_told(faults, openai, access):
    faults.reply(json={"object": "response.input_tokens"})
    with pytest.raises(ProviderError) as caught:
        await openai.count_tokens(request_of("openai"), access)
    assert caught.value.details["kind"] == "not_an_api"


async def test_the_list_leaves_out_what_writes_no_text(faults, openai, access):
    ids = ["gpt-5.4", "text-embedding-3-small", "whisper-1", "gpt-image-2", "o4-mini"]
    faults.reply(json={"data": [{"id": id_, "shutdown_date": "2027-01-14"} for id_ in ids]})
    models = await openai.list_models(access)
    assert [(model.id, model.retires_at) for model in models] == [
        ("gpt-5.4", "2027-01-14"),
        ("o4-mini", "2027-01-14"),
    ]


async def test_every_model_is_asked_through_responses_unless_the_catalogue_says_chat(
    faults, openai, access
):
    faults.reply(sse(openai_delta("x"), OPENAI_END))
    for model in ("gpt-5.4", "gpt-5", "gpt-6.1-sol", "o4-mini", "gpt-4o"):
        await ask(openai, access, model=model)
    assert {request.path for request in faults.requests} == {"/v1/responses"}
    faults.forget()
    faults.reply(CHAT)
    assert Delta("by chat") in await ask(openai, access, model="gpt-4o-audio", api="chat")
    (asked,) = faults.requests
    assert asked.path == "/v1/chat/completions"
    assert asked.json["messages"] == [{"role": "user", "content": "hi"}]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, {"detail": "Not Found"}),
        (405, {}),
        (
            400,
            {"error": {"message": "This model is only supported in v1/chat/completions."}},
        ),
        (404, {"error": {"message": "The Responses API is not supported for this model."}}),
    ],
)
async def test_who_speaks_only_chat_is_asked_by_chat_and_remembered(
    faults, openai, access, status, body
):
    faults.reply(status=status, json=body)
    faults.reply(CHAT)
    for _ in range(2):
        assert text(await ask(openai, access)) == "by chat"
    assert [request.path for request in faults.requests] == [
        "/v1/responses",
        "/v1/chat/completions",
        "/v1/chat/completions",
    ]


@pytest.mark.parametrize(
    "problem",
    [
        {"message": "The model `x` does not exist", "code": "model_not_found"},
        {"message": "Incorrect API key provided", "code": "invalid_api_key"},
    ],
)
async def test_another_refusal_is_no_reason_to_try_chat(faults, openai, access, problem):
    faults.reply(status=404, json={"error": problem})
    await refused(openai, access)
    assert len(faults.requests) == 1


async def test_what_the_catalogue_says_is_not_tried_otherwise(faults, openai, access):
    faults.reply(status=404, json={"detail": "Not Found"})
    official = replace(access, own_address=False)
    assert (await refused(openai, official, api="responses"))["kind"] == "not_an_api"
    assert len(faults.requests) == 1


async def test_a_gateway_may_speak_only_chat_whatever_the_catalogue_says(faults, openai, access):
    faults.reply(status=404, json={"detail": "Not Found"})
    faults.reply(CHAT)
    assert text(await ask(openai, access, api="responses")) == "by chat"
