"""Models without a key, with one, and what is said of each."""

from __future__ import annotations

import pytest


async def test_without_a_key_the_catalogue_is_told(ann):
    told = await ann.get("/ai/models?provider=anthropic")
    assert told["catalogueMade"] >= "2026-11-23"
    opus = next(model for model in told["items"] if model["id"] == "claude-opus-5-5")
    assert opus["source"] == "catalogue"
    assert opus["contextWindow"] == 1_000_000
    assert opus["prices"]["cached"] < opus["prices"]["input"] < opus["prices"]["output"]
    assert "temperature" not in opus["parameters"]
    assert opus["exactTokens"] is False


async def test_a_provider_without_a_catalogue_needs_to_be_set_up(ann):
    answer = await ann("GET", "/ai/models?provider=openai-compatible")
    assert (answer.status, answer.body["error"]) == (422, "NO_API_KEY")


async def test_all_lists_are_those_of_what_can_be_used(ann):
    assert (await ann.get("/ai/models"))["items"] == []


@pytest.fixture
async def openai(ann, faults):
    faults.reply(json={"data": []})
    await ann("POST", "/api/user/api-keys/openai", {"apiKey": "k" * 30, "baseUrl": faults.url})
    faults.forget()
    return ann


async def test_a_live_list_says_what_there_is_and_the_catalogue_what_it_is_like(openai, faults):
    faults.reply(json={"data": [{"id": "gpt-5.4-2026-03-05", "shutdown_date": "2099-01-01"},
                                {"id": "gpt-77"}]})  # fmt: skip
    known, unknown = (await openai.get("/ai/models?provider=openai"))["items"]
    assert (known["source"], known["contextWindow"]) == ("live", 1_050_000)
    assert known["retiresAt"] == "2099-01-01"
    assert known["retiresInDays"] > 10_000
    assert known["prices"]["tiers"][0]["above"] == 272_000
    assert known["exactTokens"] is True
    assert (unknown["contextWindow"], unknown["prices"], unknown["source"]) == (None, None, "live")


async def test_when_a_list_cannot_be_had_the_catalogue_stands_in_and_says_why(openai, faults):
    faults.reply(status=403, json={"error": {"message": "no"}})
    told = await openai.get("/ai/models")
    assert told["errors"]["openai"]["error"] == "PROVIDER_ERROR"
    assert {model["source"] for model in told["items"]} == {"catalogue"}


async def test_the_api_of_a_model_is_the_catalogues_word(openai, faults):
    faults.reply(status=400, json={"error": {"message": "x"}})
    for model, path in (("gpt-5.9-unheard-of", "/responses"),
                        ("gpt-4o-search-preview", "/chat/completions")):  # fmt: skip
        faults.requests.clear()
        await openai.send(provider="openai", model=model, stream=False)
        assert faults.requests[0].path.endswith(path)
