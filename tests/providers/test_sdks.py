"""The providers' own libraries and our adapters ask the same server: they must read the same."""

from __future__ import annotations

import warnings

import pytest
from provider_words import KINDS, access_to, ask, text

from promptyflow_server.providers.base import Finish, Usage
from promptyflow_server.shared.errors import ProviderError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of their own use of others
    import anthropic
    import openai
    import openrouter
    from google import genai

KEY = "sk-emulated"
SENTENCE = "Съешь ещё этих мягких французских булок, да выпей чаю. "
USAGE = {
    "prompt_tokens": 31,
    "completion_tokens": 40,
    "input_tokens": 31,
    "output_tokens": 40,
    "promptTokenCount": 31,
    "candidatesTokenCount": 40,
}
CASES = {
    "whole": {"usage": USAGE},
    "cut by its limit": {"usage": USAGE, "finishReason": "length"},
    "with thoughts": {"usage": USAGE, "reasoning": "because"},
}
Told = tuple[str, int | None, int | None, str | None]
"""Text, tokens given, tokens written, the provider's word for the end."""


def _responses(url: str, kind: str) -> Told:
    with openai.OpenAI(base_url=url, api_key=KEY, max_retries=0) as client:
        answer = client.responses.create(model=KINDS[kind].model, input="hi")
        with client.responses.stream(model=KINDS[kind].model, input="hi") as stream:
            parts = [e.delta for e in stream if e.type == "response.output_text.delta"]
    assert "".join(parts) == answer.output_text
    details = answer.incomplete_details
    ended = details.reason if details is not None else answer.status
    return answer.output_text, answer.usage.input_tokens, answer.usage.output_tokens, ended


def _chat(url: str, kind: str) -> Told:
    messages = [{"role": "user", "content": "hi"}]
    with openai.OpenAI(base_url=url, api_key=KEY, max_retries=0) as client:
        answer = client.chat.completions.create(model=KINDS[kind].model, messages=messages)
    choice, usage = answer.choices[0], answer.usage
    return (
        choice.message.content,
        usage.prompt_tokens,
        usage.completion_tokens,
        (choice.finish_reason),
    )


def _openrouter(url: str, kind: str) -> Told:
    messages = [{"role": "user", "content": "hi"}]
    with openrouter.OpenRouter(server_url=url, api_key=KEY) as client:
        answer = client.chat.send(model=KINDS[kind].model, messages=messages)
    choice, usage = answer.choices[0], answer.usage
    told = int(usage.prompt_tokens), int(usage.completion_tokens)
    return choice.message.content, *told, choice.finish_reason


def _anthropic(url: str, kind: str) -> Told:
    with anthropic.Anthropic(
        base_url=url.removesuffix("/v1"), api_key=KEY, max_retries=0
    ) as client:
        asked = {"model": KINDS[kind].model, "max_tokens": 100}
        with client.messages.stream(
            **asked, messages=[{"role": "user", "content": "hi"}]
        ) as stream:
            answer = stream.get_final_message()
    said = "".join(block.text for block in answer.content if block.type == "text")
    return said, answer.usage.input_tokens, answer.usage.output_tokens, answer.stop_reason


def _gemini(url: str, kind: str) -> Told:
    options = {"base_url": url.removesuffix("/v1beta"), "api_version": "v1beta"}
    with genai.Client(api_key=KEY, http_options=options) as client:
        answer = client.models.generate_content(model=KINDS[kind].model, contents="hi")
    usage = answer.usage_metadata
    ended = answer.candidates[0].finish_reason.value
    return answer.text, usage.prompt_token_count, usage.candidates_token_count, ended


LIBRARIES = {
    "openai": _responses,
    "xai": _responses,
    "openai-compatible": _chat,
    "openrouter": _openrouter,
    "anthropic": _anthropic,
    "gemini": _gemini,
}


@pytest.mark.parametrize("kind", LIBRARIES)
@pytest.mark.parametrize("case", CASES)
async def test_both_read_the_same(emulator, transport, kind, case):
    emulator.answer("hi", SENTENCE * 2, chunkSize=11, **CASES[case])
    access = access_to(emulator.url, kind, KEY)
    chunks = await ask(KINDS[kind].adapter(transport), access)
    usage = [chunk for chunk in chunks if isinstance(chunk, Usage)][-1]
    finish = chunks[-1]
    assert isinstance(finish, Finish)
    ours = (text(chunks), usage.input_tokens, usage.output_tokens, finish.detail)
    assert ours == LIBRARIES[kind](access.base_url, kind)
    assert ours[:3] == (SENTENCE * 2, 31, 40)


@pytest.mark.parametrize("kind", LIBRARIES)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 413])
async def test_both_read_the_same_refusal(emulator, transport, kind, status):
    emulator.refuse("hi", status, message="we refuse", type="x")
    access = access_to(emulator.url, kind, KEY)
    with pytest.raises(ProviderError) as ours:
        await ask(KINDS[kind].adapter(transport), access)
    with pytest.raises(Exception, match="we refuse") as theirs:
        LIBRARIES[kind](access.base_url, kind)
    told = theirs.value
    assert ours.value.details["status"] == getattr(told, "status_code", getattr(told, "code", None))
    assert ours.value.details["providerMessage"] == "we refuse"
