"""Our adapter against an independent emulator: what both sides must mean by the same words."""

from __future__ import annotations

import pytest

from promptyflow_server.ai.journal import Journal
from promptyflow_server.providers.base import Access, Delta, Finish, Reasoning, Secret, Usage
from promptyflow_server.shared.errors import ProviderError

SENTENCE = "Съешь ещё этих мягких французских булок, да выпей чаю 🙂. " * 5


@pytest.fixture
def access(emulator):
    return Access(emulator.base_url, Secret("sk-emulated"), own_address=True)


def text(chunks):
    """Return the answer as a run keeps it: the emulator cuts 🙂 in two, as providers do."""
    journal = Journal()
    for one in chunks:
        if isinstance(one, Delta):
            journal.add("delta", one.text)
    return journal.text("delta")


async def test_an_answer_is_streamed(emulator, ask):
    usage = {"prompt_tokens": 3, "completion_tokens": 40}
    emulator.answer("hi", SENTENCE, chunkSize=7, latency=5, usage=usage)
    chunks = await ask()
    assert text(chunks) == SENTENCE
    assert sum(isinstance(c, Delta) for c in chunks) > 10
    assert Usage(3, 40) in chunks
    assert chunks[-1] == Finish("stop", "stop")


async def test_reasoning_is_kept_apart(emulator, ask):
    emulator.answer("hi", "42", reasoning="because")
    chunks = await ask()
    assert (text(chunks), Reasoning("because") in chunks) == ("42", True)


async def test_an_answer_cut_by_its_limit_says_so(emulator, ask):
    emulator.answer("hi", "half an ans", finishReason="length")
    assert (await ask())[-1] == Finish("length", "length")


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        (401, {"type": "invalid_request_error", "code": "invalid_api_key"}, "authentication"),
        (403, {"code": "unsupported_country_region_territory"}, "region"),
        (403, {"type": "permission_error"}, "permission"),
        (404, {"code": "model_not_found"}, "model_not_found"),
        (400, {"code": "context_length_exceeded"}, "too_large"),
        (413, {}, "too_large"),
        (429, {"type": "insufficient_quota", "code": "insufficient_quota"}, "billing"),
        (402, {}, "billing"),
        (400, {"code": "content_policy_violation"}, "blocked"),
        (400, {"type": "invalid_request_error"}, "bad_request"),
    ],
)
async def test_a_refusal_is_told_with_its_cause(emulator, ask, status, words, kind):
    emulator.refuse("hi", status, **words)
    with pytest.raises(ProviderError) as caught:
        await ask()
    assert caught.value.details["kind"] == kind
    assert caught.value.details["status"] == status
    assert len(emulator.requests()) == 1


async def test_a_rate_limit_is_waited_for(emulator, ask):
    emulator.refuse("hi", 429, code="rate_limit_exceeded", retryAfter=1, sequenceIndex=0)
    emulator.answer("hi", "now", match={"sequenceIndex": 1})
    assert text(await ask()) == "now"
    first, second = (request["timestamp"] for request in emulator.requests())
    assert second - first >= 1000


async def test_a_stream_that_breaks_off_is_interrupted(emulator, ask):
    emulator.answer("hi", SENTENCE, chunkSize=5, latency=20, truncateAfterChunks=4)
    with pytest.raises(ProviderError) as caught:
        await ask()
    assert caught.value.details["kind"] == "interrupted"


async def test_models_are_listed(emulator, chat, access):
    emulator.add({"match": {"model": "our-model"}, "response": {"content": "x"}})
    assert "our-model" in [model.id for model in await chat.list_models(access)]
