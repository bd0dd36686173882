"""Chat Completions: what is sent, what is understood, and what each misbehaviour becomes."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from dataclasses import replace

import pytest
from fault_server import CUT, DONE, WAIT, chunk, event, sse, usage

from promptyflow_server.providers.base import Delta, Finish, Opened, Reasoning, Usage
from promptyflow_server.shared.errors import ProviderError, ProviderTimeout

HELLO = sse(chunk("Hel"), chunk("lo"), chunk(finish="stop"), usage(3, 2), DONE)


def text(chunks):
    return "".join(c.text for c in chunks if isinstance(c, Delta))


async def refused(ask, **more):
    with pytest.raises(ProviderError) as caught:
        await ask(**more)
    return caught.value.details


async def test_an_answer_comes_in_typed_pieces_with_the_end_last(faults, ask):
    faults.reply(HELLO, headers={"x-request-id": "req-1"})
    chunks = await ask()
    assert chunks[0] == Opened("req-1")
    assert text(chunks) == "Hello"
    assert chunks[-2:] == [Usage(3, 2), Finish("stop", "stop")]


async def test_pieces_of_one_network_read_are_one_piece(faults, ask):
    faults.reply(sse(*(chunk(c) for c in "abcdef"), chunk(finish="stop"), DONE))
    assert [c for c in await ask() if isinstance(c, Delta)] == [Delta("abcdef")]


async def test_one_byte_at_a_time_gives_the_same_answer(faults, ask):
    faults.reply(sse(chunk("При"), chunk("вет 🙂"), chunk(finish="stop"), DONE), piece=1)
    assert text(await ask()) == "Привет 🙂"


async def test_the_body_is_what_the_api_documents_and_nothing_else(faults, ask, key):
    faults.reply(HELLO)
    await ask("Привет")
    sent = faults.requests[0]
    assert (sent.method, sent.path) == ("POST", "/v1/chat/completions")
    assert sent.json == {
        "model": "m",
        "messages": [{"role": "user", "content": "Привет"}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    assert sent.headers["authorization"] == f"Bearer {key}"
    assert key not in sent.path


async def test_cyrillic_goes_out_as_utf8_and_not_escaped(faults, ask):
    faults.reply(HELLO)
    await ask("я" * 1000)
    assert len(faults.requests[0].body) < 2300


async def test_parameters_are_sent_only_when_somebody_set_them(faults, ask):
    faults.reply(HELLO)
    await ask(temperature=0.0, top_p=0.5, max_tokens=7, schema={"type": "object"})
    sent = faults.requests[0].json
    assert (sent["temperature"], sent["top_p"], sent["max_tokens"]) == (0.0, 0.5, 7)
    assert sent["response_format"]["json_schema"]["schema"] == {"type": "object"}


async def test_no_key_means_no_authorization_header(faults, ask, access):
    faults.reply(HELLO)
    await ask(access=replace(access, key=None))
    assert "authorization" not in faults.requests[0].headers


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
async def test_reasoning_is_kept_apart_from_the_answer(faults, ask, field):
    faults.reply(sse(chunk(**{field: "hmm"}), chunk("42"), chunk(finish="stop"), DONE))
    chunks = await ask()
    assert Reasoning("hmm") in chunks
    assert text(chunks) == "42"


async def test_usage_tells_cached_and_reasoning_tokens(faults, ask):
    details = {
        "prompt_tokens_details": {"cached_tokens": 5},
        "completion_tokens_details": {"reasoning_tokens": 6},
    }
    faults.reply(sse(chunk("x", finish="stop"), usage(10, 20, **details), DONE))
    told = next(c for c in await ask() if isinstance(c, Usage))
    assert (told.cached_tokens, told.reasoning_tokens) == (5, 6)


async def test_an_end_without_done_is_complete_if_the_model_had_finished(faults, ask):
    faults.reply(sse(chunk("all"), chunk(finish="length")))
    assert (await ask())[-1] == Finish("length", "length")


async def test_done_without_a_finish_reason_is_complete(faults, ask):
    faults.reply(sse(chunk("all"), DONE))
    assert (await ask())[-1] == Finish("other")


async def test_a_clean_end_before_the_model_had_finished_is_interrupted(faults, ask):
    faults.reply(sse(chunk("half")))
    assert (await refused(ask))["kind"] == "interrupted"


@pytest.mark.parametrize("after", range(0, len(HELLO), 97))
async def test_a_cut_socket_is_interrupted_wherever_it_is_cut(faults, ask, after):
    faults.reply(HELLO[:after], CUT)
    details = await refused(ask)
    assert details["kind"] == "interrupted"
    assert details["retryable"] is True
    assert len(faults.requests) == 1, "nothing is sent again once an answer has begun"


async def test_a_content_filter_is_visible(faults, ask):
    faults.reply(sse(chunk(finish="content_filter"), DONE))
    assert (await ask())[-1] == Finish("blocked", "content_filter")


async def test_a_refusal_is_an_answer(faults, ask):
    faults.reply(sse(chunk(refusal="I will not."), chunk(finish="stop"), DONE))
    assert text(await ask()) == "I will not."


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        ({"error": {"message": "boom", "type": "server_error", "code": None}}, "server"),
        ({"error": {"message": "busy", "code": "server_is_overloaded"}}, "overloaded"),
        ({"error": {"message": "slow", "code": 429}}, "rate_limit"),
        ({"error": "upstream is gone"}, "bad_request"),
        ({"object": "error", "message": "engine died", "code": 500}, "server"),
        ({"object": "error", "message": "maximum context length is 10", "code": 400}, "too_large"),
        ({"code": "Client error", "error": "Incorrect API key provided: x"}, "authentication"),
        ({"error": {"code": 402, "message": "no credits"}}, "billing"),
    ],
)
async def test_an_error_in_the_middle_of_a_stream_is_told_with_its_cause(
    faults, ask, document, kind
):
    faults.reply(sse(chunk("half"), event(document), DONE))
    assert (await refused(ask))["kind"] == kind


async def test_what_came_before_an_error_is_kept(faults, chat, access, question):
    faults.reply(sse(chunk("half"), event({"error": {"message": "boom"}})))
    stream = chat.stream(question(), access)
    assert [await anext(stream), await anext(stream)] == [Opened(None), Delta("half")]
    with pytest.raises(ProviderError):
        await anext(stream)


async def test_a_finish_reason_of_error_is_an_error(faults, ask):
    faults.reply(sse(chunk("half", finish="error"), DONE))
    assert (await refused(ask))["kind"] == "server"


async def test_a_bare_error_in_a_stream_is_not_dropped(faults, ask):
    faults.reply(sse(chunk("half"), b'{"error": {"message": "out of memory", "code": 503}}\n'))
    details = await refused(ask)
    assert (details["kind"], details["providerMessage"]) == ("overloaded", "out of memory")


async def test_keep_alive_comments_are_no_answer(faults, ask):
    faults.reply(b": OPENROUTER PROCESSING\n\n", 0.02, b": ping\n\n" + HELLO)
    assert text(await ask()) == "Hello"


async def test_success_with_an_error_in_the_body_is_an_error(faults, ask):
    faults.reply(json={"error": {"message": "no", "code": "model_not_found"}})
    assert (await refused(ask))["kind"] == "model_not_found"


async def test_a_server_that_does_not_stream_is_understood(faults, ask):
    message = {"role": "assistant", "content": "whole", "reasoning_content": "hm"}
    faults.reply(
        json={
            "choices": [{"message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 2},
        }
    )
    chunks = await ask()
    assert chunks[1:] == [Reasoning("hm"), Delta("whole"), Usage(1, 2), Finish("stop", "stop")]


@pytest.mark.parametrize(
    "body", [b"<html>It works!</html>", b"", b"[]", b"null", b'{"choices": "no"}', b"[" * 100_000]
)
async def test_something_that_is_no_api_is_told_as_that(faults, ask, body):
    faults.reply(body, headers={"content-type": "text/html"})
    assert (await refused(ask))["kind"] == "not_an_api"


async def test_chunks_that_are_no_json_are_told_as_that(faults, ask):
    faults.reply(b"data: hello\n\n")
    assert (await refused(ask))["kind"] == "not_an_api"


async def test_chunks_of_wrong_types_do_no_harm(faults, ask):
    faults.reply(
        sse(
            event({"choices": [None]}),
            event({"choices": [{"delta": {"content": 5}, "finish_reason": 7}]}),
            event({"choices": [], "usage": {"prompt_tokens": "x", "completion_tokens": True}}),
            chunk("ok", finish="stop"),
            DONE,
        )
    )
    assert text(await ask()) == "ok"


async def test_a_redirect_is_not_followed_and_the_key_does_not_travel(faults, ask):
    faults.reply(b"", status=302, headers={"location": f"{faults.url}/elsewhere"})
    assert (await refused(ask))["kind"] == "not_an_api"
    assert len(faults.requests) == 1


async def test_a_limit_that_a_model_does_not_know_is_sent_by_its_other_name(faults, ask):
    said = "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens'."
    error = {"message": said, "param": "max_tokens", "code": "unsupported_parameter"}
    faults.reply(status=400, json={"error": error})
    faults.reply(HELLO)
    assert text(await ask(max_tokens=9)) == "Hello"
    assert faults.requests[1].json["max_completion_tokens"] == 9
    assert "max_tokens" not in faults.requests[1].json


async def test_a_server_that_does_not_know_stream_options_is_asked_without(faults, ask):
    detail = {
        "loc": ["body", "stream_options"],
        "msg": "stream_options: Extra inputs not permitted",
    }
    faults.reply(status=422, json={"error": {"message": detail["msg"]}})
    faults.reply(HELLO)
    assert text(await ask()) == "Hello"
    assert "stream_options" not in faults.requests[1].json


async def test_a_refused_temperature_is_told_and_not_dropped_in_silence(faults, ask):
    error = {"message": "temperature is deprecated", "param": "temperature"}
    faults.reply(status=400, json={"error": error})
    details = await refused(ask, temperature=0.3)
    assert details["kind"] == "bad_request"
    assert details["parameter"] == "temperature"
    assert len(faults.requests) == 1


async def test_closing_the_stream_closes_the_socket_at_once(faults, chat, access, question):
    faults.reply(sse(chunk("Hel")), WAIT)
    async with aclosing(chat.stream(question(), access)) as chunks:
        async for piece in chunks:
            if isinstance(piece, Delta):
                break
    closed = time.monotonic()
    await asyncio.wait_for(faults.hung_up.wait(), 1)
    assert faults.hung_up_at - closed < 0.5


async def test_a_task_that_is_cancelled_closes_the_socket_before_the_first_byte(faults, ask):
    faults.reply(WAIT)
    task = asyncio.create_task(ask())
    await faults.answering.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await asyncio.wait_for(faults.hung_up.wait(), 1)


async def test_silence_is_a_timeout(faults, ask):
    faults.reply(sse(chunk("half")), WAIT)
    with pytest.raises(ProviderTimeout) as caught:
        await ask()
    assert caught.value.details["kind"] == "silence"
    assert caught.value.details["seconds"] == 1


async def test_a_stream_that_never_ends_is_a_timeout(faults, ask):
    faults.reply(*[part for _ in range(100) for part in (b": ping\n\n", 0.05)])
    with pytest.raises(ProviderTimeout) as caught:
        await ask(timeout=0.5)
    assert caught.value.details["kind"] == "total"
    await asyncio.wait_for(faults.hung_up.wait(), 1)


async def test_models_are_listed_with_what_the_server_tells_of_them(faults, chat, access):
    rows = [{"id": "b", "max_model_len": 4096}, {"id": "a", "name": "A"}, {"noid": 1}, 5]
    faults.reply(json={"object": "list", "data": rows})
    models = await chat.list_models(access)
    assert [(m.id, m.name, m.context_window) for m in models] == [
        ("a", "A", None),
        ("b", None, 4096),
    ]
    assert faults.requests[0].path == "/v1/models"


async def test_a_server_without_models_is_no_failure(faults, chat, access):
    faults.reply(json={"object": "list", "data": None})
    assert await chat.list_models(access) == []


async def test_a_page_instead_of_a_list_is_told_as_that(faults, chat, access):
    faults.reply(b"<html>", headers={"content-type": "text/html"})
    with pytest.raises(ProviderError) as caught:
        await chat.list_models(access)
    assert caught.value.details["kind"] == "not_an_api"
