"""What is sent to each provider: field by field, and as the providers' own documents judge it."""

from __future__ import annotations

from typing import Any

import api_documents
import pytest
from fault_server import CUT
from openrouter import components
from provider_words import (
    KINDS,
    PARAMETERS,
    access_to,
    begun,
    ended,
    refused,
    reply,
    request_of,
)

from promptyflow_server.providers.base import CompletionRequest, Message, Parameters

SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string"}},
    "required": ["name"],
    "additionalProperties": False,
}
FORM = {"name": "answer", "schema": {"type": "object"}, "strict": True}
RESPONSES = {
    "instructions": "Be brief.",
    "input": [{"role": "user", "content": "hi"}],
    "max_output_tokens": 77,
    "temperature": 0.5,
    "top_p": 0.9,
    "text": {"format": {"type": "json_schema", **FORM}},
    "stream": True,
    "store": False,
}
CHAT = {
    "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "hi"}],
    "max_tokens": 77,
    "temperature": 0.5,
    "top_p": 0.9,
    "response_format": {"type": "json_schema", "json_schema": FORM},
    "stream": True,
}
BODIES = {
    "openai": RESPONSES,
    "xai": RESPONSES,
    "anthropic": {
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
    "openrouter": CHAT,
    "openai-compatible": {**CHAT, "stream_options": {"include_usage": True}},
    "ollama": {
        "messages": CHAT["messages"],
        "stream": True,
        "truncate": False,
        "shift": False,
        "options": {"temperature": 0.5, "top_p": 0.9, "num_predict": 77},
        "format": {"type": "object"},
    },
}


@pytest.fixture
def access(faults, kind):
    return access_to(faults.url, kind)


async def test_the_body_is_what_the_api_documents(faults, provider, access, kind):
    faults.reply(CUT)
    await refused(provider, access, parameters=PARAMETERS, system="Be brief.")
    named = {} if kind == "gemini" else {"model": KINDS[kind].model}
    assert faults.requests[0].json == {**named, **BODIES[kind]}


async def test_nothing_is_set_that_nobody_has_set(faults, provider, access, kind):
    reply(faults, kind, begun(kind, "x"), ended(kind))
    await provider.question(request_of(kind), access)
    sent = await provider.question(request_of(kind), access)
    allowed = {"model", "messages", "input", "contents", "stream", "store", "max_tokens"}
    allowed |= {"stream_options"} if kind == "openai-compatible" else set()
    allowed |= {"truncate", "shift"} if kind == "ollama" else set()
    assert set(sent) <= allowed


async def test_the_key_is_in_its_header_and_not_in_the_address(faults, provider, access, kind):
    faults.reply(CUT)
    await refused(provider, access, parameters=PARAMETERS)
    sent = faults.requests[0]
    own = {"anthropic": ("x-api-key", ""), "gemini": ("x-goog-api-key", "")}
    header, prefix = own.get(kind, ("authorization", "Bearer "))
    assert sent.headers[header] == f"{prefix}the-key"
    assert "the-key" not in sent.path
    assert b"the-key" not in sent.body


TURNS = (
    Message("system", "Be brief."),
    Message("user", "Привет"),
    Message("assistant", "Да?"),
    Message("user", "x" * 10_000_001),
)
QUESTIONS = {
    "plain": (TURNS[1:2], Parameters()),
    "with everything": (
        TURNS[:3] + TURNS[1:2],
        Parameters(temperature=0.5, top_p=0.9, max_tokens=100, schema=SCHEMA),
    ),
    "with the least": (TURNS[1:2], Parameters(temperature=0.0, top_p=0.0, max_tokens=1)),
    "very long": (TURNS, Parameters(max_tokens=32)),
}


@pytest.fixture(params=QUESTIONS)
def asked(request):
    return QUESTIONS[request.param]


async def built(provider, kind, access, asked, faults) -> dict[str, Any]:
    messages, parameters = asked
    faults.reply(json={"max_tokens": 64000})  # Anthropic asks for it
    request = CompletionRequest(KINDS[kind].model, messages, parameters)
    return await provider.question(request, access)


@pytest.mark.parametrize("kind", api_documents.BODY_OF, indirect=True)
async def test_official_documents_accept_every_body(faults, provider, access, kind, asked):
    body = await built(provider, kind, access, asked, faults)
    assert api_documents.problems(kind, body) == []


@pytest.mark.parametrize("kind", api_documents.COUNT_OF, indirect=True)
async def test_official_documents_accept_every_question_about_tokens(provider, kind, asked):
    messages, parameters = asked
    request = CompletionRequest(KINDS[kind].model, messages, parameters)
    _, body, _ = provider.counting(request)
    assert api_documents.problems(kind, body, counting=True) == []


@pytest.mark.parametrize("kind", ["openrouter"], indirect=True)
async def test_openrouters_own_types_accept_every_body(faults, provider, access, kind, asked):
    body = await built(provider, kind, access, asked, faults)
    read = components.ChatRequest.model_validate(body)
    told = read.model_dump(mode="json", by_alias=True, exclude_unset=True)
    assert told == body  # nothing was dropped as unknown


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("openai", {"temperature": 5}),
        ("openai", {"input": [{"role": "usr", "content": "hi"}]}),
        ("openai", {"max_tokens": 5}),
        ("openai-compatible", {"messages": [{"role": "usr", "content": "hi"}]}),
        ("openai-compatible", {"max_output_tokens": 5}),
        ("anthropic", {"max_tokens": None}),
        ("anthropic", {"response_format": {}}),
        ("gemini", {"generationConfig": {"max_output_tokens": 5}}),
        ("gemini", {"contents": [{"role": "user", "parts": [{"txt": "hi"}]}]}),
    ],
)
async def test_the_judges_do_refuse(transport, kind, wrong):
    provider = KINDS[kind].adapter(transport)
    limited = request_of(kind, parameters=Parameters(max_tokens=20))
    body = await provider.question(limited, access_to("http://127.0.0.1", kind))
    assert api_documents.problems(kind, body) == []
    assert api_documents.problems(kind, {**body, **wrong}) != []
