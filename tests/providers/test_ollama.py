"""Ollama's own API: lines of JSON, and a context that fits."""

from __future__ import annotations

from dataclasses import replace

import pytest
from provider_words import (
    NDJSON,
    OLLAMA_END,
    access_to,
    ask,
    line,
    ollama_piece,
    refused,
    text,
)

from promptyflow_server.providers.base import Finish, Parameters, Reasoning, Usage
from promptyflow_server.providers.ndjson import LineReader
from promptyflow_server.providers.ollama import Ollama
from promptyflow_server.providers.sse import EventTooLarge


@pytest.fixture
def ollama(transport):
    return Ollama(transport)


@pytest.fixture
def access(faults):
    return access_to(faults.url, "ollama")


def shown(window):
    return {"model_info": {"general.parameter_count": 3, "llama.context_length": window}}


async def test_lines_are_read_with_thoughts_apart(faults, ollama, access):
    thought = line({"message": {"content": "", "thinking": "because"}, "done": False})
    faults.reply(thought + ollama_piece("4") + ollama_piece("2") + OLLAMA_END, headers=NDJSON)
    chunks = await ask(ollama, access)
    assert (text(chunks), text(chunks, Reasoning)) == ("42", "because")
    assert Usage(9, 8) in chunks
    assert chunks[-1] == Finish("stop", "stop")


@pytest.mark.parametrize(
    ("reason", "meant"), [("stop", "stop"), ("length", "length"), ("unload", "other")]
)
async def test_reasons_to_stop(faults, ollama, access, reason, meant):
    faults.reply(ollama_piece(done=True, done_reason=reason), headers=NDJSON)
    assert (await ask(ollama, access))[-1] == Finish(meant, reason)


@pytest.mark.parametrize("given", ["", "/", "/v1", "/api"])
async def test_its_own_side_is_asked_whichever_address_was_given(faults, ollama, access, given):
    faults.reply(OLLAMA_END, headers=NDJSON)
    await ask(ollama, replace(access, base_url=(faults.url + given).rstrip("/")))
    assert faults.requests[0].path == "/api/chat"


async def test_a_question_that_does_not_fit_is_refused_and_never_cut(faults, ollama, access):
    said = "the input length exceeds the context length"
    faults.reply(status=400, json={"error": said})
    details = await refused(ollama, access)
    assert (details["kind"], details["providerMessage"]) == ("too_large", said)
    body = faults.requests[0].json
    assert (body["truncate"], body["shift"]) == (False, False)
    assert "options" not in body  # a short question fits the usual context


@pytest.mark.parametrize(("window", "wanted"), [(131072, 32768), (8192, 8192), (None, 32768)])
async def test_the_context_is_as_large_as_the_question_needs(
    faults, ollama, access, window, wanted
):
    faults.reply(json=shown(window))
    faults.reply(OLLAMA_END, headers=NDJSON)
    for _ in range(2):
        await ask(ollama, access, said="Привет, мир! " * 2000)  # 26,000 characters
    paths = [request.path for request in faults.requests]
    assert paths == ["/api/show", "/api/chat", "/api/chat"]
    assert faults.requests[1].json["options"] == {"num_ctx": wanted}


async def test_a_model_that_is_not_shown_is_asked_all_the_same(faults, ollama, access):
    faults.reply(status=404, json={"error": "model 'llama3.2' not found"})
    details = await refused(ollama, access, said="x" * 50_000)
    assert details["kind"] == "model_not_found"
    assert faults.requests[-1].path == "/api/chat"


async def test_the_limit_of_the_answer_counts_as_room_and_is_sent(faults, ollama, access):
    faults.reply(json=shown(None))
    faults.reply(OLLAMA_END, headers=NDJSON)
    await ask(ollama, access, parameters=Parameters(max_tokens=9000, temperature=0.0))
    options = faults.requests[1].json["options"]
    assert options == {"temperature": 0.0, "num_predict": 9000, "num_ctx": 16384}


async def test_it_fails_in_the_middle_with_a_line(faults, ollama, access):
    faults.reply(ollama_piece("half") + line({"error": "model runner stopped"}), headers=NDJSON)
    assert (await refused(ollama, access))["providerMessage"] == "model runner stopped"


async def test_an_end_without_done_is_interrupted(faults, ollama, access):
    faults.reply(ollama_piece("half"), headers=NDJSON)
    assert (await refused(ollama, access))["kind"] == "interrupted"


async def test_a_line_that_is_no_json_is_told_as_that(faults, ollama, access):
    faults.reply(b"<html>\n", headers=NDJSON)
    assert (await refused(ollama, access))["kind"] == "not_an_api"


async def test_models_that_write_are_listed_with_their_windows(faults, ollama, access):
    rows = [
        {"model": "qwen3:8b", "capabilities": ["completion", "thinking"]},
        {"name": "nomic-embed-text", "capabilities": ["embedding"]},
    ]
    faults.reply(json={"models": rows})
    faults.reply(json=shown(40960))
    (model,) = await ollama.list_models(access)
    assert (model.id, model.context_window) == ("qwen3:8b", 40960)
    assert [request.path for request in faults.requests] == ["/api/tags", "/api/show"]


def test_a_shared_server_does_not_offer_its_own_machine(transport):
    assert Ollama(transport).default_base_url == "http://127.0.0.1:11434/api"
    assert Ollama(transport, local=False).default_base_url is None


@pytest.mark.parametrize("size", range(1, 12))
def test_lines_may_be_cut_anywhere(size):
    data = '{"a": "Привет 🙂"}\r\n\n{"b": 2}\n{"c"'.encode()
    reader = LineReader()
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    events = [event.data for piece in pieces for event in reader.feed(piece)]
    assert events == ['{"a": "Привет 🙂"}', '{"b": 2}']


def test_a_line_without_an_end_is_not_kept_for_ever():
    reader = LineReader(largest=100)
    with pytest.raises(EventTooLarge):
        reader.feed(b"x" * 101)
