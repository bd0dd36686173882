"""What must be true of every adapter, whatever its provider's words are."""

from __future__ import annotations

import asyncio

import pytest
from fault_server import CUT, WAIT
from provider_words import (
    PARAMETERS,
    SENTENCE,
    access_to,
    ask,
    begun,
    ended,
    failing,
    refused,
    reply,
    request_of,
    text,
)

from promptyflow_server.providers.base import Delta, Finish, Opened, Parameters, Usage
from promptyflow_server.shared.errors import ProviderError, ProviderTimeout

LIMITED = Parameters(max_tokens=77)
HALF = "Привет 🙂"


@pytest.fixture
def access(faults, kind):
    return access_to(faults.url, kind)


async def keep(provider, access, chunks, came=None) -> None:
    """Add what comes, also before an error; tell when text has come."""
    request = request_of(provider.id, parameters=LIMITED)
    async for chunk in provider.stream(request, access):
        chunks.append(chunk)
        if came is not None and isinstance(chunk, Delta):
            came.set()


@pytest.mark.parametrize("piece", [1, 2, 3, 5, 64])
async def test_bytes_may_be_cut_anywhere_also_inside_a_letter(
    faults, provider, access, kind, piece
):
    reply(faults, kind, begun(kind, HALF), ended(kind), piece=piece)
    chunks = await ask(provider, access, parameters=LIMITED)
    assert text(chunks) == HALF
    assert isinstance(chunks[-1], Finish)
    assert chunks[-1].reason == "stop"


async def test_a_clean_end_without_the_last_event_is_interrupted(faults, provider, access, kind):
    reply(faults, kind, begun(kind, HALF))
    assert (await refused(provider, access, parameters=LIMITED))["kind"] == "interrupted"
    assert len(faults.requests) == 1


@pytest.mark.parametrize("share", [0.0, 0.2, 0.4, 0.6, 0.8, 0.95])
async def test_a_socket_cut_after_so_many_bytes_is_interrupted(
    faults, provider, access, kind, share
):
    whole = begun(kind, SENTENCE) + (b"" if kind == "gemini" else ended(kind).split(b"\n\n")[0])
    reply(faults, kind, whole[: int(len(whole) * share)], CUT)
    assert (await refused(provider, access, parameters=LIMITED))["kind"] == "interrupted"
    assert len(faults.requests) == 1  # an answer that has begun is never asked for again


async def test_an_error_in_the_middle_keeps_what_had_come_and_is_not_tried_again(
    faults, provider, access, kind
):
    reply(faults, kind, begun(kind, HALF), failing(kind, "it broke"))
    chunks = []
    with pytest.raises(ProviderError) as caught:
        await keep(provider, access, chunks)
    assert caught.value.details["providerMessage"] == "it broke"
    assert text(chunks) == HALF
    assert len(faults.requests) == 1


async def test_pauses_are_no_end(faults, provider, access, kind):
    reply(faults, kind, begun(kind, "4"), 0.2, begun(kind, "2"), 0.2, ended(kind))
    assert text(await ask(provider, access, parameters=LIMITED)) == "42"


async def test_silence_in_the_middle_is_a_timeout(faults, provider, access, kind):
    reply(faults, kind, begun(kind, HALF), WAIT)
    with pytest.raises(ProviderTimeout) as caught:
        await ask(provider, access, parameters=LIMITED)
    assert caught.value.details["kind"] == "silence"


async def test_success_with_an_error_in_the_body_is_no_success(faults, provider, access):
    faults.reply(json={"error": {"message": "no", "type": "overloaded_error"}})
    assert (await refused(provider, access, parameters=LIMITED))["kind"] == "overloaded"


async def test_a_page_instead_of_an_answer_is_told_as_that(faults, provider, access):
    faults.reply(b"<html>Sign in</html>", headers={"content-type": "text/html"})
    assert (await refused(provider, access, parameters=LIMITED))["kind"] == "not_an_api"


async def test_money_is_no_reason_to_try_again(faults, provider, access):
    problem = {"message": "m", "type": "billing_error", "code": "insufficient_quota"}
    faults.reply(status=429, json={"error": problem}, headers={"retry-after": "0"})
    assert (await refused(provider, access, parameters=LIMITED))["kind"] == "billing"
    assert len(faults.requests) == 1


async def test_stopping_closes_the_socket_within_a_second_and_keeps_what_had_come(
    faults, provider, access, kind
):
    reply(faults, kind, begun(kind, HALF), WAIT)
    chunks = []
    came = asyncio.Event()
    task = asyncio.create_task(keep(provider, access, chunks, came))
    await came.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await asyncio.wait_for(faults.hung_up.wait(), 1)
    assert text(chunks) == HALF
    assert not any(isinstance(chunk, Finish) for chunk in chunks)


async def test_stopping_before_the_first_byte_closes_the_socket(faults, provider, access, kind):
    reply(faults, kind, WAIT)
    task = asyncio.create_task(ask(provider, access, parameters=LIMITED))
    await faults.answering.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await asyncio.wait_for(faults.hung_up.wait(), 1)


async def test_a_russian_prompt_of_two_million_letters_goes_out_as_utf8(
    faults, provider, access, kind
):
    said = ("Съешь ещё этих мягких французских булок. " * 50_000)[:2_000_000]
    reply(faults, kind, begun(kind, "ok"), ended(kind))
    await ask(provider, access, parameters=LIMITED, said=said)
    body = faults.requests[-1].body
    assert said.encode() in body
    assert len(body) - len(said.encode()) < 500  # about 3.7 MB; escaped it would be 11
    assert 3_600_000 < len(body) < 3_800_000


@pytest.mark.parametrize("kind", ["openai", "openai-compatible", "openrouter"], indirect=True)
async def test_a_text_beyond_openais_largest_part_goes_out_in_several(
    faults, provider, access, kind
):
    said = "x" * 10_000_001
    reply(faults, kind, begun(kind, "ok"), ended(kind))
    await ask(provider, access, parameters=LIMITED, said=said)
    body = faults.requests[-1].json
    (message,) = body.get("input") or body["messages"]
    assert [len(part["text"]) for part in message["content"]] == [10_000_000, 1]


async def test_the_request_id_is_told_with_an_answer_and_with_an_error(
    faults, provider, access, kind
):
    headers = {"anthropic": "request-id", "openrouter": "x-generation-id"}
    name = headers.get(kind, "x-request-id")
    faults.reply(status=400, json={"error": {"message": "no"}}, headers={name: "req-7"})
    assert (await refused(provider, access, parameters=LIMITED))["requestId"] == "req-7"
    faults.forget()
    media = "application/x-ndjson" if kind == "ollama" else "text/event-stream"
    told = {name: "req-8", "content-type": media}
    faults.reply(begun(kind, "x"), ended(kind), headers=told)
    assert (await ask(provider, access, parameters=LIMITED))[0] == Opened("req-8")


@pytest.mark.parametrize("parameters", [LIMITED, PARAMETERS])
async def test_sampling_is_sent_only_when_somebody_set_it(
    faults, provider, access, kind, parameters
):
    reply(faults, kind, begun(kind, "x"), ended(kind))
    await ask(provider, access, parameters=parameters)
    sent = faults.requests[-1].json
    places = (sent, sent.get("options", {}), sent.get("generationConfig", {}))
    is_sent = any({"temperature", "top_p", "topP"} & set(place) for place in places)
    assert is_sent == (parameters is PARAMETERS)


async def test_usage_is_told_before_the_end(faults, provider, access, kind):
    reply(faults, kind, begun(kind, "x"), ended(kind))
    chunks = await ask(provider, access, parameters=LIMITED)
    assert [type(chunk) for chunk in chunks if not isinstance(chunk, Usage)] == [
        Opened,
        Delta,
        Finish,
    ]
