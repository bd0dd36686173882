"""Each provider against the independent emulator, and against faults in its own words."""

from __future__ import annotations

import asyncio

import pytest
from fault_server import CUT, WAIT, event, sse

from promptyflow_server.ai.journal import Journal
from promptyflow_server.providers.anthropic import Anthropic
from promptyflow_server.providers.base import (
    Access,
    CompletionRequest,
    Delta,
    Finish,
    Message,
    Parameters,
    Reasoning,
    Secret,
    Usage,
)
from promptyflow_server.providers.gemini import Gemini
from promptyflow_server.providers.openai_responses import OpenAIResponses
from promptyflow_server.providers.openrouter import OpenRouter
from promptyflow_server.providers.xai import XAI
from promptyflow_server.shared.errors import ProviderError

KINDS = {
    "openai": (OpenAIResponses, "/v1", "gpt-5.4"),
    "anthropic": (Anthropic, "/v1", "claude-opus-5-5"),
    "gemini": (Gemini, "/v1beta", "gemini-3.6-flash"),
    "xai": (XAI, "/v1", "grok-4.7"),
    "openrouter": (OpenRouter, "/api/v1", "openai/gpt-5.4"),
}
SENTENCE = "Съешь ещё этих мягких французских булок. " * 4
PARAMETERS = Parameters(temperature=0.5, top_p=0.9, max_tokens=77, schema={"type": "object"})


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def provider(kind, transport):
    return KINDS[kind][0](transport)


def text(chunks, of=Delta):
    journal = Journal()
    for chunk in chunks:
        if isinstance(chunk, of):
            journal.add("delta", chunk.text)
    return journal.text("delta") or ""


async def ask(provider, access, parameters=None, model=None, system=None):
    messages = [Message("user", "hi")]
    if system:
        messages.insert(0, Message("system", system))
    model = model or KINDS[provider.id][2]
    request = CompletionRequest(model, tuple(messages), parameters or Parameters())
    return [chunk async for chunk in provider.stream(request, access)]


async def refused(provider, access, **more):
    with pytest.raises(ProviderError) as caught:
        await ask(provider, access, **more)
    return caught.value.details


class TestEmulated:
    """What an independent emulator makes of our requests, and we of its answers."""

    @pytest.fixture
    def access(self, emulator, kind):
        return Access(emulator.url + KINDS[kind][1], Secret("sk-emulated"), own_address=True)

    async def test_an_answer_is_streamed_with_its_usage(self, emulator, provider, access):
        usage = {"prompt_tokens": 3, "completion_tokens": 40, "input_tokens": 3}
        usage |= {"output_tokens": 40, "promptTokenCount": 3, "candidatesTokenCount": 40}
        emulator.answer("hi", SENTENCE, chunkSize=9, latency=5, usage=usage)
        chunks = await ask(provider, access)
        assert text(chunks) == SENTENCE
        assert sum(isinstance(chunk, Delta) for chunk in chunks) > 5
        told = [chunk for chunk in chunks if isinstance(chunk, Usage)][-1]
        assert (told.input_tokens, told.output_tokens) == (3, 40)
        assert isinstance(chunks[-1], Finish)
        assert chunks[-1].reason == "stop"

    async def test_reasoning_is_kept_apart(self, emulator, provider, access):
        emulator.answer("hi", "42", reasoning="because")
        chunks = await ask(provider, access)
        assert (text(chunks), text(chunks, Reasoning)) == ("42", "because")

    async def test_an_answer_cut_by_its_limit_says_so(self, emulator, provider, access):
        emulator.answer("hi", "half an ans", finishReason="length")
        assert (await ask(provider, access))[-1].reason == "length"

    @pytest.mark.parametrize(("status", "meant"), [(402, "billing"), (413, "too_large")])
    async def test_a_refusal_is_told_with_its_cause(
        self, emulator, provider, access, status, meant
    ):
        emulator.refuse("hi", status, type="x")
        assert (await refused(provider, access))["kind"] == meant

    async def test_a_rate_limit_is_waited_for(self, emulator, provider, access):
        emulator.refuse("hi", 429, type="rate_limit_error", retryAfter=1, sequenceIndex=0)
        emulator.answer("hi", "now", match={"sequenceIndex": 1})
        assert text(await ask(provider, access)) == "now"

    async def test_a_stream_that_breaks_off_is_interrupted(self, emulator, provider, access):
        emulator.answer("hi", SENTENCE, chunkSize=5, latency=20, truncateAfterChunks=4)
        assert (await refused(provider, access))["kind"] == "interrupted"


OPENAI_END = event(
    {
        "type": "response.completed",
        "response": {
            "status": "completed",
            "usage": {
                "input_tokens": 9,
                "output_tokens": 8,
                "input_tokens_details": {"cached_tokens": 7},
                "output_tokens_details": {"reasoning_tokens": 6},
                "cost_in_usd_ticks": 25_000_000,
            },
        },
    },
    "response.completed",
)


def openai_delta(content):
    return event(
        {"type": "response.output_text.delta", "delta": content}, "response.output_text.delta"
    )


def anthropic(kind, **more):
    return event({"type": kind, **more}, kind)


def anthropic_delta(content):
    delta = {"type": "text_delta", "text": content}
    return anthropic("content_block_delta", index=0, delta=delta)


def gemini_piece(content=None, finish=None, **more):
    parts = [] if content is None else [{"text": content}]
    candidate = {"content": {"role": "model", "parts": parts}}
    if finish:
        candidate["finishReason"] = finish
    return event({"candidates": [candidate], **more})


ANTHROPIC_START = anthropic(
    "message_start",
    message={"usage": {"input_tokens": 5, "cache_read_input_tokens": 3, "output_tokens": 1}},
)
ANTHROPIC_END = sse(
    anthropic("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 9}),
    anthropic("message_stop"),
)


BODIES = {
    "openai": {
        "model": "gpt-5.4",
        "instructions": "Be brief.",
        "input": [{"role": "user", "content": "hi"}],
        "max_output_tokens": 77,
        "temperature": 0.5,
        "top_p": 0.9,
        "text": {
            "format": {
                "type": "json_schema",
                "name": "answer",
                "schema": {"type": "object"},
                "strict": True,
            }
        },
        "stream": True,
        "store": False,
    },
    "anthropic": {
        "model": "claude-opus-5-5",
        "system": "Be brief.",
        "messages": [{"role": "user", "content": "hi"}],
        "max_tokens": 77,
        "temperature": 0.5,
        "top_p": 0.9,
        "output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}},
        "stream": True,
    },
    "gemini": {
        "systemInstruction": {"parts": [{"text": "Be brief."}]},
        "contents": [{"role": "user", "parts": [{"text": "hi"}]}],
        "generationConfig": {
            "maxOutputTokens": 77,
            "temperature": 0.5,
            "topP": 0.9,
            "responseMimeType": "application/json",
            "responseJsonSchema": {"type": "object"},
        },
    },
    "openrouter": {
        "model": "openai/gpt-5.4",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "hi"},
        ],
        "max_tokens": 77,
        "temperature": 0.5,
        "top_p": 0.9,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": {"type": "object"}, "strict": True},
        },
        "stream": True,
    },
}


class TestBodies:
    """What is sent, field by field."""

    @pytest.fixture
    def access(self, faults, kind):
        return Access(faults.url + KINDS[kind][1], Secret("the-key"), own_address=True)

    async def test_the_body_is_what_the_api_documents(self, faults, provider, access, kind):
        faults.reply(CUT)
        await refused(provider, access, parameters=PARAMETERS, system="Be brief.")
        expected = dict(BODIES["openai" if kind == "xai" else kind])
        if "model" in expected:
            expected["model"] = KINDS[kind][2]
        assert faults.requests[0].json == expected

    async def test_nothing_is_set_that_nobody_has_set(self, faults, provider, access):
        faults.reply(status=400, json={"error": {"message": "no"}})
        await refused(provider, access)
        sent = faults.requests[-1].json
        allowed = {"model", "messages", "input", "contents", "stream", "store", "max_tokens"}
        assert set(sent) <= allowed

    async def test_the_key_is_in_its_header_and_not_in_the_address(
        self, faults, provider, access, kind
    ):
        faults.reply(CUT)
        await refused(provider, access, parameters=PARAMETERS)
        sent = faults.requests[0]
        header, prefix = {"anthropic": ("x-api-key", ""), "gemini": ("x-goog-api-key", "")}.get(
            kind, ("authorization", "Bearer ")
        )
        assert sent.headers[header] == f"{prefix}the-key"
        assert "the-key" not in sent.path

    async def test_an_anthropic_version_is_always_told(self, faults, transport, access):
        faults.reply(CUT)
        await refused(Anthropic(transport), access, parameters=PARAMETERS)
        assert faults.requests[0].headers["anthropic-version"] == "2023-06-01"

    async def test_anthropics_limit_is_the_models_own_and_asked_for_once(self, faults, transport):
        access = Access(f"{faults.url}/v1", Secret("k"), own_address=True)
        provider = Anthropic(transport)
        faults.reply(json={"type": "model", "id": "claude-opus-5-5", "max_tokens": 64000})
        faults.reply(sse(ANTHROPIC_START, anthropic_delta("x"), ANTHROPIC_END))
        await ask(provider, access)
        await ask(provider, access)
        assert [request.path for request in faults.requests] == [
            "/v1/models/claude-opus-5-5",
            "/v1/messages",
            "/v1/messages",
        ]
        assert faults.requests[1].json["max_tokens"] == 64000

    async def test_openais_least_limit_is_kept(self, faults, transport):
        access = Access(f"{faults.url}/v1", Secret("k"), own_address=True)
        faults.reply(CUT)
        await refused(OpenAIResponses(transport), access, parameters=Parameters(max_tokens=5))
        assert faults.requests[0].json["max_output_tokens"] == 16

    async def test_a_model_name_cannot_change_the_address(self, faults, transport):
        access = Access(f"{faults.url}/v1beta", Secret("k"), own_address=True)
        faults.reply(CUT)
        await refused(Gemini(transport), access, model="models/../x?key=1#")
        path = faults.requests[0].path
        assert path == "/v1beta/models/..%2Fx%3Fkey%3D1%23:streamGenerateContent?alt=sse"


class TestAnswers:
    """Traps of each provider's stream."""

    @pytest.fixture
    def access(self, faults):
        return Access(f"{faults.url}/v1", Secret("the-key"), own_address=True)

    @pytest.fixture
    def openai(self, transport):
        return OpenAIResponses(transport)

    @pytest.fixture
    def claude(self, transport):
        return Anthropic(transport)

    @pytest.fixture
    def gemini(self, transport):
        return Gemini(transport)

    async def test_openai_usage_and_xai_cost(self, faults, transport, access):
        faults.reply(sse(openai_delta("x"), OPENAI_END))
        for provider in (OpenAIResponses(transport), XAI(transport)):
            chunks = await ask(provider, access)
            assert Usage(9, 8, 7, None, 6, 0.0025) in chunks

    @pytest.mark.parametrize(
        ("response", "finish"),
        [
            (
                {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}},
                "length",
            ),
            (
                {"status": "incomplete", "incomplete_details": {"reason": "content_filter"}},
                "blocked",
            ),
        ],
    )
    async def test_an_incomplete_response_says_why(self, faults, openai, access, response, finish):
        faults.reply(event({"type": "response.incomplete", "response": response}))
        assert (await ask(openai, access))[-1].reason == finish

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
    async def test_openai_fails_in_the_middle_in_four_forms(self, faults, openai, access, document):
        faults.reply(sse(openai_delta("half"), event(document, document["type"])))
        assert (await refused(openai, access))["kind"] == "rate_limit"

    async def test_an_openai_stream_without_its_last_event_is_interrupted(
        self, faults, openai, access
    ):
        faults.reply(sse(openai_delta("half"), b"data: [DONE]\n\n"))
        assert (await refused(openai, access))["kind"] == "interrupted"

    async def test_xai_answers_a_stream_with_a_plain_error(self, faults, transport, access):
        faults.reply(json={"code": "The service is busy", "error": "Service%20is%20busy"})
        details = await refused(XAI(transport), access)
        assert details["providerMessage"] == "Service is busy"

    @pytest.mark.parametrize(
        ("cls", "body"),
        [
            (XAI, {"code": "Client error", "error": "Incorrect API key provided: xx."}),
            (
                Gemini,
                {
                    "error": {
                        "code": 400,
                        "message": "API key not valid.",
                        "status": "INVALID_ARGUMENT",
                        "details": [{"@type": "x/ErrorInfo", "reason": "API_KEY_INVALID"}],
                    }
                },
            ),
            (Gemini, [{"error": {"code": 400, "details": [{"reason": "API_KEY_INVALID"}]}}]),
        ],
    )
    async def test_a_wrong_key_that_comes_as_400_is_a_wrong_key(
        self, faults, transport, access, cls, body
    ):
        faults.reply(status=400, json=body)
        assert (await refused(cls(transport), access))["kind"] == "authentication"

    async def test_anthropic_counts_what_came_from_the_cache(self, faults, claude, access):
        faults.reply(json={"max_tokens": 10})
        faults.reply(sse(ANTHROPIC_START, anthropic("ping"), anthropic_delta("x"), ANTHROPIC_END))
        chunks = await ask(claude, access)
        assert Usage(8, 9, 3) in chunks
        assert chunks[-1] == Finish("stop", "end_turn")

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
    async def test_anthropics_reasons_to_stop(self, faults, claude, access, reason, meant):
        faults.reply(json={"max_tokens": 10})
        end = anthropic("message_delta", delta={"stop_reason": reason}, usage={})
        faults.reply(sse(ANTHROPIC_START, end, anthropic("message_stop")))
        assert (await ask(claude, access))[-1] == Finish(meant, reason)

    @pytest.mark.parametrize(
        ("kind", "meant"),
        [
            ("overloaded_error", "overloaded"),
            ("api_error", "server"),
            ("rate_limit_error", "rate_limit"),
            ("billing_error", "billing"),
        ],
    )
    async def test_anthropic_fails_in_the_middle(self, faults, claude, access, kind, meant):
        faults.reply(json={"max_tokens": 10})
        problem = {"type": "error", "error": {"type": kind, "message": "m"}}
        faults.reply(sse(ANTHROPIC_START, anthropic_delta("half"), event(problem, "error")))
        assert (await refused(claude, access))["kind"] == meant

    async def test_an_anthropic_stream_without_its_stop_is_interrupted(
        self, faults, claude, access
    ):
        faults.reply(json={"max_tokens": 10})
        faults.reply(sse(ANTHROPIC_START, anthropic_delta("half")))
        assert (await refused(claude, access))["kind"] == "interrupted"

    @pytest.mark.parametrize(
        "case",
        [
            (401, {"type": "authentication_error", "message": "m"}, "authentication"),
            (
                400,
                {"type": "invalid_request_error", "message": "prompt is too long: 3 > 2"},
                "too_large",
            ),
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
    async def test_anthropics_refusals(self, faults, claude, access, case):
        status, problem, meant = case
        body = {"type": "error", "error": problem, "request_id": "req_9"}
        faults.reply(status=status, json=body)
        details = await refused(claude, access, parameters=PARAMETERS)
        assert (details["kind"], details["requestId"]) == (meant, "req_9")
        assert len(faults.requests) == 1

    async def test_529_is_overload_and_tried_again(self, faults, claude, access):
        body = {"type": "error", "error": {"type": "overloaded_error", "message": "m"}}
        faults.reply(status=529, json=body, headers={"retry-after": "0"})
        faults.reply(sse(ANTHROPIC_START, anthropic_delta("ok"), ANTHROPIC_END))
        assert text(await ask(claude, access, parameters=PARAMETERS)) == "ok"

    async def test_gemini_thoughts_are_billed_and_no_answer(self, faults, gemini, access):
        thought = event({"candidates": [{"content": {"parts": [{"text": "hm", "thought": True}]}}]})
        usage = {"promptTokenCount": 1, "candidatesTokenCount": 2, "thoughtsTokenCount": 3}
        faults.reply(sse(thought, gemini_piece("42", "STOP", usageMetadata=usage)))
        chunks = await ask(gemini, access)
        assert (text(chunks), text(chunks, Reasoning)) == ("42", "hm")
        assert Usage(1, 5, None, None, 3) in chunks

    async def test_a_blocked_gemini_prompt_is_visible(self, faults, gemini, access):
        faults.reply(event({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}))
        details = await refused(gemini, access)
        assert (details["kind"], details["providerMessage"]) == ("blocked", "PROHIBITED_CONTENT")

    @pytest.mark.parametrize("reason", ["SAFETY", "RECITATION", "SPII", "OTHER", "BLOCKLIST"])
    async def test_a_blocked_gemini_answer_is_visible(self, faults, gemini, access, reason):
        faults.reply(gemini_piece(None, reason))
        assert (await ask(gemini, access))[-1] == Finish("blocked", reason)

    async def test_geminis_bare_error_over_several_lines_is_not_dropped(
        self, faults, gemini, access
    ):
        bare = b'{\n  "error": {\n    "code": 503,\n    "status": "UNAVAILABLE"\n  }\n}\n'
        faults.reply(sse(gemini_piece("half"), bare))
        assert (await refused(gemini, access))["kind"] == "overloaded"

    async def test_a_gemini_stream_without_a_reason_is_interrupted(self, faults, gemini, access):
        faults.reply(gemini_piece("half"))
        assert (await refused(gemini, access))["kind"] == "interrupted"

    async def test_gemini_tells_when_to_come_back(self, faults, gemini, access):
        details = [{"@type": "x/RetryInfo", "retryDelay": "90s"}]
        body = {"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "details": details}}
        faults.reply(status=429, json=body)
        told = await refused(gemini, access)
        assert (told["kind"], told["retryAfter"]) == ("rate_limit", 90)

    async def test_gemini_refuses_a_region(self, faults, gemini, access):
        said = "User location is not supported for the API use."
        body = {"error": {"code": 400, "status": "FAILED_PRECONDITION", "message": said}}
        faults.reply(status=400, json=body)
        assert (await refused(gemini, access))["kind"] == "region"

    async def test_openrouter_tells_its_cost_and_its_errors(self, faults, transport, access):
        done = {"choices": [{"delta": {"content": "x"}, "finish_reason": "stop"}]}
        cost = {"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2, "cost": 0.5}}
        faults.reply(sse(b": OPENROUTER PROCESSING\n\n", event(done), event(cost)))
        chunks = await ask(OpenRouter(transport), access)
        assert Usage(1, 2, cost=0.5) in chunks
        faults.forget()
        half = {"choices": [{"delta": {"content": "h"}, "finish_reason": "error"}]}
        faults.reply(event({**half, "error": {"code": "server_error", "message": "gone"}}))
        assert (await refused(OpenRouter(transport), access))["kind"] == "server"
        faults.forget()
        metadata = {"reasons": ["x"], "flagged_input": "y", "provider_name": "z"}
        faults.reply(
            status=403, json={"error": {"code": 403, "message": "m", "metadata": metadata}}
        )
        assert (await refused(OpenRouter(transport), access))["kind"] == "blocked"

    @pytest.mark.parametrize("cls", [OpenAIResponses, Anthropic, Gemini, XAI, OpenRouter])
    async def test_one_byte_at_a_time_gives_the_same_answer(self, faults, transport, access, cls):
        bodies = {
            OpenAIResponses: sse(openai_delta("Привет 🙂"), OPENAI_END),
            Anthropic: sse(ANTHROPIC_START, anthropic_delta("Привет 🙂"), ANTHROPIC_END),
            Gemini: gemini_piece("Привет 🙂", "STOP"),
            OpenRouter: event(
                {"choices": [{"delta": {"content": "Привет 🙂"}, "finish_reason": "stop"}]}
            ),
        }
        bodies[XAI] = bodies[OpenAIResponses]
        faults.reply(bodies[cls], piece=1)
        chunks = await ask(cls(transport), access, parameters=PARAMETERS)
        assert text(chunks) == "Привет 🙂"

    @pytest.mark.parametrize("cls", [OpenAIResponses, Anthropic, Gemini, XAI, OpenRouter])
    async def test_stopping_closes_the_socket(self, faults, transport, access, cls):
        first = {Anthropic: anthropic_delta("x"), Gemini: gemini_piece("x")}.get(
            cls, openai_delta("x")
        )
        faults.reply(first, WAIT)
        task = asyncio.create_task(ask(cls(transport), access, parameters=PARAMETERS))
        await faults.answering.wait()
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.wait_for(faults.hung_up.wait(), 1)


class TestLists:
    """Lists of models, and keys tested with them."""

    @pytest.fixture
    def access(self, faults):
        return Access(f"{faults.url}/v1", Secret("the-key"), own_address=True)

    async def test_anthropics_pages_are_all_read(self, faults, transport, access):
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
        models = await Anthropic(transport).list_models(access)
        assert [model.id for model in models] == ["claude-a", "claude-b"]
        assert (models[0].context_window, models[0].max_output) == (1000, 100)
        assert models[0].retires_at == "2027-01-01T00:00:00Z"
        assert faults.requests[1].path == "/v1/models?limit=1000&after_id=claude-a"

    async def test_geminis_pages_are_all_read(self, faults, transport, access):
        able = {"supportedGenerationMethods": ["generateContent"], "inputTokenLimit": 5}
        rows = [{"name": "models/g-1", **able}, {"name": "models/embed"}]
        faults.reply(json={"models": rows, "nextPageToken": "t&=2"})
        faults.reply(json={"models": [{"name": "models/g-2", **able}]})
        models = await Gemini(transport).list_models(access)
        assert [(model.id, model.context_window) for model in models] == [("g-1", 5), ("g-2", 5)]
        assert faults.requests[1].path == "/v1/models?pageSize=1000&pageToken=t%26%3D2"
        assert "the-key" not in faults.requests[0].path

    async def test_a_page_that_never_ends_does_end(self, faults, transport, access):
        faults.reply(json={"data": [{"id": "a"}], "has_more": True, "last_id": "a"})
        assert len(await Anthropic(transport).list_models(access)) == 20

    async def test_openais_list_leaves_out_what_writes_no_text(self, faults, transport, access):
        ids = ["gpt-5.4", "text-embedding-3-small", "whisper-1", "gpt-image-2", "o4-mini"]
        faults.reply(json={"data": [{"id": id_, "shutdown_date": None} for id_ in ids]})
        models = await OpenAIResponses(transport).list_models(access)
        assert [model.id for model in models] == ["gpt-5.4", "o4-mini"]

    async def test_xai_tells_its_prices(self, faults, transport, access):
        row = {
            "id": "grok",
            "prompt_text_token_price": 20000,
            "completion_text_token_price": 150000,
        }
        faults.reply(json={"models": [row]})
        model = (await XAI(transport).list_models(access))[0]
        assert (model.input_price, model.output_price) == (2.0, 15.0)
        assert faults.requests[0].path == "/v1/language-models"

    async def test_openrouter_tells_prices_limits_and_parameters(self, faults, transport, access):
        row = {
            "id": "a/b",
            "context_length": 8,
            "pricing": {"prompt": "0.0000025", "completion": "0.00001"},
            "top_provider": {"max_completion_tokens": 4},
            "supported_parameters": ["temperature"],
            "expiration_date": "2027-01-01",
        }
        faults.reply(json={"data": [row]})
        model = (await OpenRouter(transport).list_models(access))[0]
        assert (model.input_price, model.output_price) == (2.5, 10.0)
        assert (model.context_window, model.max_output) == (8, 4)
        assert (model.parameters, model.retires_at) == (("temperature",), "2027-01-01")

    async def test_openrouters_key_is_tested_where_a_key_is_asked_for(
        self, faults, transport, access
    ):
        faults.reply(status=401, json={"error": {"code": 401, "message": "No auth"}})
        with pytest.raises(ProviderError) as caught:
            await OpenRouter(transport).test(access)
        assert caught.value.details["kind"] == "authentication"
        assert [request.path for request in faults.requests] == ["/v1/key"]
