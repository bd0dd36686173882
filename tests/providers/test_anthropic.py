"""Anthropic: the traps of Messages."""

from __future__ import annotations

import pytest
from fault_server import sse
from provider_words import (
    ANTHROPIC_START,
    PARAMETERS,
    access_to,
    anthropic_delta,
    anthropic_end,
    anthropic_event,
    ask,
    refused,
    request_of,
    text,
)

from promptyflow_server.providers.anthropic import Anthropic
from promptyflow_server.providers.base import (
    CompletionRequest,
    Finish,
    Message,
    Parameters,
    Reasoning,
    Usage,
)
from promptyflow_server.shared.errors import ProviderError

HELLO = sse(ANTHROPIC_START, anthropic_delta("ok"), anthropic_end(output_tokens=9))
LIMITED = Parameters(max_tokens=7)


@pytest.fixture
def claude(transport):
    return Anthropic(transport)


@pytest.fixture
def access(faults):
    return access_to(faults.url, "anthropic")


async def test_a_version_is_always_told_and_can_be_set(faults, transport, claude, access):
    faults.reply(HELLO)
    await ask(claude, access, parameters=LIMITED)
    await ask(Anthropic(transport, version="2026-10-21"), access, parameters=LIMITED)
    told = [request.headers["anthropic-version"] for request in faults.requests]
    assert told == ["2023-06-01", "2026-10-21"]


async def test_the_limit_it_demands_is_the_models_own_and_asked_for_once(faults, claude, access):
    faults.reply(json={"type": "model", "id": "claude-opus-5-5", "max_tokens": 64000})
    faults.reply(HELLO)
    await ask(claude, access)
    await ask(claude, access)
    assert [request.path for request in faults.requests] == [
        "/v1/models/claude-opus-5-5",
        "/v1/messages",
        "/v1/messages",
    ]
    assert faults.requests[1].json["max_tokens"] == 64000


async def test_system_text_has_its_own_place_and_no_role(faults, claude, access):
    faults.reply(HELLO)
    messages = (Message("system", "A"), Message("user", "hi"), Message("system", "B"))
    request = CompletionRequest("claude", messages, LIMITED)
    _ = [chunk async for chunk in claude.stream(request, access)]
    body = faults.requests[0].json
    assert body["system"] == "A\n\nB"
    assert body["messages"] == [{"role": "user", "content": "hi"}]


async def test_an_answer_is_always_asked_for_as_a_stream(faults, claude, access):
    """Otherwise a long one is refused: above 21,333 tokens it takes too long for one piece."""
    faults.reply(HELLO)
    await ask(claude, access, parameters=Parameters(max_tokens=128000))
    assert faults.requests[0].json["stream"] is True


async def test_no_sampling_and_no_thinking_is_sent_that_nobody_has_set(faults, claude, access):
    faults.reply(HELLO)
    await ask(claude, access, parameters=LIMITED)
    assert set(faults.requests[0].json) == {"model", "messages", "max_tokens", "stream"}


async def test_a_schema_is_sent_as_output_config(faults, claude, access):
    faults.reply(HELLO)
    await ask(claude, access, parameters=PARAMETERS)
    form = {"type": "json_schema", "schema": {"type": "object"}}
    assert faults.requests[0].json["output_config"] == {"format": form}


@pytest.mark.parametrize(
    "said",
    [
        "`temperature` is deprecated for this model",
        "This model does not support assistant message prefill",
    ],
)
async def test_what_a_model_refuses_is_told_and_not_dropped(faults, claude, access, said):
    problem = {"type": "invalid_request_error", "message": said}
    faults.reply(status=400, json={"type": "error", "error": problem})
    details = await refused(claude, access, parameters=PARAMETERS)
    assert (details["kind"], details["providerMessage"]) == ("bad_request", said)
    assert len(faults.requests) == 1


async def test_what_came_from_the_cache_is_counted(faults, claude, access):
    faults.reply(
        sse(
            ANTHROPIC_START,
            anthropic_event("ping"),
            anthropic_delta("x"),
            anthropic_end(output_tokens=9),
        )
    )
    chunks = await ask(claude, access, parameters=LIMITED)
    assert [chunk for chunk in chunks if isinstance(chunk, Usage)][-1] == Usage(8, 9, 3)
    assert chunks[-1] == Finish("stop", "end_turn")


async def test_the_input_is_known_to_be_billed_before_the_end(faults, claude, access):
    faults.reply(sse(ANTHROPIC_START, anthropic_delta("half")))
    chunks = claude.stream(request_of("anthropic", parameters=LIMITED), access)
    assert [await anext(chunks) for _ in range(3)][1] == Usage(8, None, 3)
    with pytest.raises(ProviderError):
        await anext(chunks)


async def test_thoughts_and_their_signature_are_no_answer(faults, claude, access):
    deltas = [
        {"type": "thinking_delta", "thinking": "because"},
        {"type": "signature_delta", "signature": "c2ln"},
        {"type": "text_delta", "text": "42"},
        {"type": "citations_delta", "citation": {"cited_text": "book"}},
    ]
    pieces = [anthropic_event("content_block_delta", index=0, delta=delta) for delta in deltas]
    faults.reply(sse(ANTHROPIC_START, *pieces, anthropic_end()))
    chunks = await ask(claude, access, parameters=LIMITED)
    assert (text(chunks), text(chunks, Reasoning)) == ("42", "because")


@pytest.mark.parametrize(
    ("reason", "meant"),
    [
        ("refusal", "blocked"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("stop_sequence", "stop"),
        ("pause_turn", "other"),
    ],
)
async def test_reasons_to_stop(faults, claude, access, reason, meant):
    faults.reply(sse(ANTHROPIC_START, anthropic_end(reason)))
    assert (await ask(claude, access, parameters=LIMITED))[-1] == Finish(meant, reason)


@pytest.mark.parametrize(
    ("kind", "meant"),
    [
        ("overloaded_error", "overloaded"),
        ("api_error", "server"),
        ("rate_limit_error", "rate_limit"),
        ("billing_error", "billing"),
    ],
)
async def test_it_fails_in_the_middle(faults, claude, access, kind, meant):
    problem = anthropic_event("error", error={"type": kind, "message": "m"})
    faults.reply(sse(ANTHROPIC_START, anthropic_delta("half"), problem))
    assert (await refused(claude, access, parameters=LIMITED))["kind"] == meant


async def test_an_end_without_its_stop_is_interrupted(faults, claude, access):
    faults.reply(sse(ANTHROPIC_START, anthropic_delta("half")))
    assert (await refused(claude, access, parameters=LIMITED))["kind"] == "interrupted"


@pytest.mark.parametrize(
    "case",
    [
        (401, {"type": "authentication_error", "message": "m"}, "authentication"),
        (
            400,
            {"type": "invalid_request_error", "message": "prompt is too long: 3 > 2"},
            "too_large",
        ),
        (413, {"type": "request_too_large", "message": "m"}, "too_large"),
        (
            400,
            {"type": "invalid_request_error", "message": "Your credit balance is too low"},
            "billing",
        ),
        (
            429,
            {
                "type": "rate_limit_error",
                "message": "m",
                "details": {"error_code": "enforced_spend_limit_reached"},
            },
            "billing",
        ),
        (404, {"type": "not_found_error", "message": "model: x"}, "model_not_found"),
    ],
)
async def test_refusals(faults, claude, access, case):
    status, problem, meant = case
    faults.reply(status=status, json={"type": "error", "error": problem, "request_id": "req_9"})
    details = await refused(claude, access, parameters=PARAMETERS)
    assert (details["kind"], details["requestId"]) == (meant, "req_9")
    assert len(faults.requests) == 1


async def test_529_is_overload_and_tried_again(faults, claude, access):
    body = {"type": "error", "error": {"type": "overloaded_error", "message": "m"}}
    faults.reply(status=529, json=body, headers={"retry-after": "0"})
    faults.reply(HELLO)
    assert text(await ask(claude, access, parameters=PARAMETERS)) == "ok"


async def test_tokens_are_counted_without_sending(faults, claude, access):
    faults.reply(json={"input_tokens": 21})
    request = request_of("anthropic", system="Be brief.", parameters=PARAMETERS)
    assert await claude.count_tokens(request, access) == 21
    (asked,) = faults.requests
    assert asked.path == "/v1/messages/count_tokens"
    assert set(asked.json) == {"model", "messages", "system", "output_config"}


async def test_all_pages_of_the_list_are_read(faults, claude, access):
    row = {
        "id": "claude-a",
        "display_name": "A",
        "max_input_tokens": 1000,
        "max_tokens": 100,
        "lifecycle": "deprecated",
        "retires_at": "2027-01-01T00:00:00Z",
    }
    faults.reply(json={"data": [row], "has_more": True, "last_id": "claude-a"})
    gone = {"id": "claude-old", "lifecycle": "retired"}
    faults.reply(json={"data": [{"id": "claude-b"}, gone], "has_more": False})
    models = await claude.list_models(access)
    assert [model.id for model in models] == ["claude-a", "claude-b"]
    assert (models[0].context_window, models[0].max_output) == (1000, 100)
    assert models[0].retires_at == "2027-01-01T00:00:00Z"
    assert faults.requests[1].path == "/v1/models?limit=1000&after_id=claude-a"


async def test_a_page_that_never_ends_does_end(faults, claude, access):
    faults.reply(json={"data": [{"id": "a"}], "has_more": True, "last_id": "a"})
    assert len(await claude.list_models(access)) == 20
