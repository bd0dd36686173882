"""Every adapter against an independent emulator: what both sides must mean by the same words."""

from __future__ import annotations

import pytest
from provider_words import KINDS, SENTENCE, access_to, ask, refused, request_of, text

from promptyflow_server.providers.base import Delta, Finish, Opened, Reasoning, Usage

USAGE = {
    "prompt_tokens": 3,
    "completion_tokens": 40,
    "input_tokens": 3,
    "output_tokens": 40,
    "promptTokenCount": 3,
    "candidatesTokenCount": 40,
    "prompt_eval_count": 3,
    "eval_count": 40,
}


SCRIPTED = pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"ollama"}), indirect=True)
"""Those for whom the emulator can be told to reason, and to break off at a limit."""


@pytest.fixture
def access(emulator, kind):
    return access_to(emulator.url, kind, "sk-emulated")


async def test_an_answer_is_streamed_with_its_usage(emulator, provider, access, kind):
    emulator.answer("hi", SENTENCE * 3, chunkSize=9, latency=5, usage=USAGE)
    chunks = await ask(provider, access)
    assert isinstance(chunks[0], Opened)
    assert text(chunks) == SENTENCE * 3
    assert sum(isinstance(chunk, Delta) for chunk in chunks) > 5
    assert isinstance(chunks[-1], Finish)
    assert chunks[-1].reason == "stop"
    told = [chunk for chunk in chunks if isinstance(chunk, Usage)][-1]
    if kind != "ollama":  # of which the emulator always tells 0
        assert (told.input_tokens, told.output_tokens) == (3, 40)


async def test_an_answer_in_one_piece_reads_the_same(emulator, provider, access, kind, monkeypatch):
    emulator.answer("hi", SENTENCE, usage=USAGE)
    request = request_of(kind)
    body = await provider.question(request, access)
    if kind == "gemini":
        monkeypatch.setattr(provider, "path", lambda _: f"/models/{request.model}:generateContent")
    else:
        body["stream"] = False
    chunks = [chunk async for chunk in provider.answer_to(body, request, access)]
    assert text(chunks) == SENTENCE
    assert chunks[-1].reason == "stop"
    assert any(isinstance(chunk, Usage) for chunk in chunks)


@SCRIPTED
async def test_reasoning_is_kept_apart(emulator, provider, access):
    emulator.answer("hi", "42", reasoning="because")
    chunks = await ask(provider, access)
    assert (text(chunks), text(chunks, Reasoning)) == ("42", "because")


@SCRIPTED
async def test_an_answer_cut_by_its_limit_says_so(emulator, provider, access):
    emulator.answer("hi", "half an ans", finishReason="length")
    assert (await ask(provider, access))[-1].reason == "length"


@pytest.mark.parametrize(
    ("status", "meant"),
    [(401, "authentication"), (402, "billing"), (403, "permission"), (413, "too_large")],
)
async def test_a_refusal_is_told_with_its_cause(emulator, provider, access, status, meant):
    emulator.refuse("hi", status, type="x")
    details = await refused(provider, access)
    assert (details["kind"], details["status"]) == (meant, status)


async def test_a_rate_limit_is_waited_for(emulator, provider, access):
    emulator.refuse("hi", 429, type="rate_limit_error", retryAfter=1, sequenceIndex=0)
    emulator.answer("hi", "now", match={"sequenceIndex": 1})
    assert text(await ask(provider, access)) == "now"
    first, second = [r["timestamp"] for r in emulator.requests() if r["method"] == "POST"][-2:]
    assert second - first >= 1000


async def test_a_stream_that_breaks_off_is_interrupted(emulator, provider, access):
    emulator.answer("hi", SENTENCE * 3, chunkSize=5, latency=20, truncateAfterChunks=4)
    assert (await refused(provider, access))["kind"] == "interrupted"


@pytest.mark.parametrize("kind", ["openai", "openai-compatible", "ollama"], indirect=True)
async def test_models_are_listed(emulator, provider, access):
    emulator.add({"match": {"model": "gpt-ours"}, "response": {"content": "x"}})
    assert "gpt-ours" in [model.id for model in await provider.list_models(access)]


@pytest.mark.parametrize("kind", ["openai-compatible"], indirect=True)
@pytest.mark.parametrize(
    "case",
    [
        (401, {"type": "invalid_request_error", "code": "invalid_api_key"}, "authentication"),
        (403, {"code": "unsupported_country_region_territory"}, "region"),
        (403, {"type": "permission_error"}, "permission"),
        (404, {"code": "model_not_found"}, "model_not_found"),
        (400, {"code": "context_length_exceeded"}, "too_large"),
        (429, {"type": "insufficient_quota", "code": "insufficient_quota"}, "billing"),
        (400, {"code": "content_policy_violation"}, "blocked"),
        (400, {"type": "invalid_request_error"}, "bad_request"),
    ],
)
async def test_words_tell_more_than_a_status(emulator, provider, access, case):
    status, words, meant = case
    emulator.refuse("hi", status, **words)
    assert (await refused(provider, access))["kind"] == meant
    assert len(emulator.requests()) == 1
