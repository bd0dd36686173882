"""Gemini: the traps of generateContent."""

from __future__ import annotations

import pytest
from fault_server import CUT, WAIT, event, sse
from provider_words import (
    PARAMETERS,
    access_to,
    ask,
    gemini_piece,
    refused,
    request_of,
    text,
)

from promptyflow_server.providers.base import (
    CompletionRequest,
    Finish,
    Message,
    Reasoning,
    Usage,
)
from promptyflow_server.providers.gemini import Gemini
from promptyflow_server.shared.errors import ProviderError

BARE = b'{\n  "error": {\n    "code": 503,\n    "status": "UNAVAILABLE"\n  }\n}\n'


@pytest.fixture
def gemini(transport):
    return Gemini(transport)


@pytest.fixture
def access(faults):
    return access_to(faults.url, "gemini")


def test_the_version_is_a_segment_that_can_be_set(transport):
    usual = "https://generativelanguage.googleapis.com/"
    assert Gemini(transport).default_base_url == f"{usual}v1beta"
    assert Gemini(transport, version="v1").default_base_url == f"{usual}v1"


async def test_the_key_is_in_a_header_and_the_stream_is_asked_for_as_events(faults, gemini, access):
    faults.reply(gemini_piece("x", "STOP"))
    await ask(gemini, access)
    (asked,) = faults.requests
    assert asked.path == "/v1beta/models/gemini-3.6-flash:streamGenerateContent?alt=sse"
    assert asked.headers["x-goog-api-key"] == "the-key"
    assert "authorization" not in asked.headers


async def test_a_model_name_cannot_change_the_address(faults, gemini, access):
    faults.reply(CUT)
    await refused(gemini, access, model="models/../x?key=1#")
    path = faults.requests[0].path
    assert path == "/v1beta/models/..%2Fx%3Fkey%3D1%23:streamGenerateContent?alt=sse"


async def test_roles_are_user_and_model_and_nothing_else(faults, gemini, access):
    faults.reply(gemini_piece("x", "STOP"))
    turns = [("system", "s"), ("user", "u"), ("assistant", "a"), ("user", "v")]
    messages = tuple(Message(role, content) for role, content in turns)
    _ = [c async for c in gemini.stream(CompletionRequest("g", messages), access)]
    body = faults.requests[0].json
    assert [turn["role"] for turn in body["contents"]] == ["user", "model", "user"]
    assert body["systemInstruction"] == {"parts": [{"text": "s"}]}


async def test_a_schema_is_sent_in_camel_case(faults, gemini, access):
    faults.reply(gemini_piece("x", "STOP"))
    await ask(gemini, access, parameters=PARAMETERS)
    assert faults.requests[0].json["generationConfig"] == {
        "temperature": 0.5,
        "topP": 0.9,
        "maxOutputTokens": 77,
        "responseMimeType": "application/json",
        "responseJsonSchema": {"type": "object"},
    }


async def test_no_sampling_is_sent_that_nobody_has_set(faults, gemini, access):
    faults.reply(gemini_piece("x", "STOP"))
    await ask(gemini, access)
    assert set(faults.requests[0].json) == {"contents"}


async def test_thoughts_are_billed_and_no_answer(faults, gemini, access):
    thought = event({"candidates": [{"content": {"parts": [{"text": "hm", "thought": True}]}}]})
    usage = {"promptTokenCount": 1, "candidatesTokenCount": 2, "thoughtsTokenCount": 3}
    faults.reply(sse(thought, gemini_piece("42", "STOP", usageMetadata=usage)))
    chunks = await ask(gemini, access)
    assert (text(chunks), text(chunks, Reasoning)) == ("42", "hm")
    assert Usage(1, 5, None, None, 3) in chunks


@pytest.mark.parametrize(
    "reason", ["SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "IMAGE_SAFETY"]
)
async def test_a_blocked_prompt_is_visible_with_what_it_cost(faults, gemini, access, reason):
    usage = {"promptTokenCount": 7}
    faults.reply(event({"promptFeedback": {"blockReason": reason}, "usageMetadata": usage}))
    chunks = gemini.stream(request_of("gemini"), access)
    assert [await anext(chunks), await anext(chunks)][1] == Usage(7)
    with pytest.raises(ProviderError) as caught:
        await anext(chunks)
    details = caught.value.details
    assert (details["kind"], details["providerMessage"]) == ("blocked", reason)


@pytest.mark.parametrize(
    "reason",
    ["SAFETY", "RECITATION", "LANGUAGE", "SPII", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT"],
)
async def test_a_blocked_answer_is_visible(faults, gemini, access, reason):
    faults.reply(gemini_piece(None, reason))
    assert (await ask(gemini, access))[-1] == Finish("blocked", reason)


@pytest.mark.parametrize("piece", [None, 1, 7])
async def test_a_bare_error_over_several_lines_is_not_dropped(faults, gemini, access, piece):
    faults.reply(sse(gemini_piece("half"), BARE), piece=piece)
    assert (await refused(gemini, access))["kind"] == "overloaded"


async def test_a_bare_error_is_told_though_the_line_stays_open(faults, gemini, access):
    faults.reply(sse(gemini_piece("half"), BARE), WAIT)
    assert (await refused(gemini, access))["kind"] == "overloaded"


async def test_an_end_without_a_reason_is_interrupted(faults, gemini, access):
    faults.reply(gemini_piece("half"))
    assert (await refused(gemini, access))["kind"] == "interrupted"


async def test_a_list_of_pieces_is_read_like_a_stream(faults, gemini, access):
    """As the API answers without ``alt=sse``, which a proxy may take away."""
    pieces = [gemini_piece("4"), gemini_piece("2", "STOP")]
    documents = b",".join(piece.removeprefix(b"data: ").strip() for piece in pieces)
    faults.reply(b"[" + documents + b"]", headers={"content-type": "application/json"})
    chunks = await ask(gemini, access)
    assert (text(chunks), chunks[-1]) == ("42", Finish("stop", "STOP"))


@pytest.mark.parametrize(
    "body",
    [
        {
            "error": {
                "code": 400,
                "message": "API key not valid.",
                "status": "INVALID_ARGUMENT",
                "details": [{"@type": "x/ErrorInfo", "reason": "API_KEY_INVALID"}],
            }
        },
        [{"error": {"code": 400, "details": [{"reason": "API_KEY_INVALID"}]}}],
    ],
)
async def test_a_wrong_key_that_comes_as_400_is_a_wrong_key(faults, gemini, access, body):
    faults.reply(status=400, json=body)
    assert (await refused(gemini, access))["kind"] == "authentication"


async def test_it_tells_when_to_come_back(faults, gemini, access):
    details = [{"@type": "x/RetryInfo", "retryDelay": "90s"}]
    body = {"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "details": details}}
    faults.reply(status=429, json=body)
    told = await refused(gemini, access)
    assert (told["kind"], told["retryAfter"]) == ("rate_limit", 90)


@pytest.mark.parametrize(
    "case",
    [
        (
            400,
            {
                "status": "FAILED_PRECONDITION",
                "message": "User location is not supported for the API use.",
            },
            "region",
        ),
        (403, {"status": "PERMISSION_DENIED", "message": "m"}, "permission"),
        (404, {"status": "NOT_FOUND", "message": "models/x is not found"}, "model_not_found"),
        (
            400,
            {
                "status": "INVALID_ARGUMENT",
                "message": "The input token count exceeds the maximum number of tokens allowed",
            },
            "too_large",
        ),
    ],
)
async def test_refusals(faults, gemini, access, case):
    status, problem, meant = case
    faults.reply(status=status, json={"error": {"code": status, **problem}})
    assert (await refused(gemini, access))["kind"] == meant


async def test_tokens_are_counted_of_the_whole_question(faults, gemini, access):
    faults.reply(json={"totalTokens": 31})
    assert await gemini.count_tokens(request_of("gemini", system="Be brief."), access) == 31
    (asked,) = faults.requests
    assert asked.path == "/v1beta/models/gemini-3.6-flash:countTokens"
    assert asked.json == {
        "generateContentRequest": {
            "model": "models/gemini-3.6-flash",
            "contents": [{"role": "user", "parts": [{"text": "hi"}]}],
            "systemInstruction": {"parts": [{"text": "Be brief."}]},
        }
    }


async def test_all_pages_of_the_list_are_read(faults, gemini, access):
    able = {"supportedGenerationMethods": ["generateContent"], "inputTokenLimit": 5}
    rows = [{"name": "models/g-1", **able}, {"name": "models/embed"}]
    faults.reply(json={"models": rows, "nextPageToken": "t&=2"})
    faults.reply(json={"models": [{"name": "models/g-2", **able}]})
    models = await gemini.list_models(access)
    assert [(model.id, model.context_window) for model in models] == [("g-1", 5), ("g-2", 5)]
    assert faults.requests[1].path == "/v1beta/models?pageSize=1000&pageToken=t%26%3D2"
    assert "the-key" not in faults.requests[0].path
