"""The catalogue that is shipped, what it is made from, and what runs cost by it."""

from __future__ import annotations

import importlib.util
import json
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from promptyflow_server.ai.models.catalogue import Catalogue, Entry
from promptyflow_server.ai.models.prices import Prices
from promptyflow_server.providers.base import Usage


@pytest.fixture(scope="module")
def shipped():
    return Catalogue.shipped()


@pytest.fixture(scope="module")
def tool():
    path = Path(__file__).parents[3] / "tools" / "refresh_catalogue.py"
    spec = importlib.util.spec_from_file_location("refresh_catalogue", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_catalogue_is_dated_and_says_where_it_is_from(shipped):
    assert len(shipped.made) == len("2026-11-23")
    assert shipped.source.startswith("litellm ")
    notice = files("promptyflow_server.ai.models").joinpath("NOTICE.md").read_text("utf-8")
    assert "Berri AI" in notice
    assert "litellm" in notice


def test_every_provider_that_has_no_list_of_prices_is_in_it(shipped):
    for provider in ("openai", "anthropic", "gemini", "xai"):
        entries = shipped.of(provider)
        assert len(entries) > 5
        assert any(entry.prices and entry.context_window for entry in entries)


@pytest.mark.parametrize(
    ("provider", "asked", "found"),
    [
        ("openai", "gpt-5.4", "gpt-5.4"),
        ("openai", "gpt-5.4-2031-01-02", "gpt-5.4"),
        ("openai", "ft:gpt-4o-2024-08-06:us::abc", "ft:gpt-4o-2024-08-06"),
        ("anthropic", "claude-opus-5-5-20310102", "claude-opus-5-5"),
        ("gemini", "models/gemini-3.8-flash", "gemini-3.8-flash"),
        ("openrouter", "anthropic/claude-opus-5.5", "claude-opus-5-5"),
        ("openrouter", "google/gemini-3.8-flash:nitro", "gemini-3.8-flash"),
    ],
)
def test_a_model_is_found_under_the_names_it_goes_by(shipped, provider, asked, found):
    assert shipped.find(provider, asked).id == found


@pytest.mark.parametrize(
    ("provider", "asked"),
    [
        ("openai", "gpt-99"),
        ("openai-compatible", "gpt-5.4"),
        ("openrouter", "google/gemini-3.8-flash:free"),
        ("openrouter", "meta/llama"),
    ],
)
def test_what_is_not_known_is_not_guessed(shipped, provider, asked):
    assert shipped.find(provider, asked) is None


@pytest.mark.parametrize(
    ("model", "api"),
    [
        ("gpt-5", "responses"),
        ("gpt-5.9-of-tomorrow", "responses"),
        ("gpt-4o-search-preview", "chat"),
        ("gpt-4o", "responses"),
        ("unheard-of", None),
    ],
)
def test_the_catalogue_says_through_which_api_a_model_is_asked(shipped, model, api):
    assert shipped.api("openai", model) == api
    assert shipped.api("xai", model) is None


def test_whose_a_model_is(shipped):
    assert shipped.provider_of("claude-opus-5-5") == "anthropic"
    assert shipped.provider_of("gpt-5.4") == "openai"
    assert shipped.provider_of("llama3.1:8b") is None


def test_models_that_refuse_a_temperature_say_so(shipped):
    assert "temperature" not in shipped.find("anthropic", "claude-opus-5-5").parameters
    assert "temperature" not in shipped.find("openai", "gpt-5").parameters
    assert "temperature" in shipped.find("openai", "gpt-4o").parameters


PRICES = Prices.of(
    {
        "input": 2.0,
        "output": 10.0,
        "cached": 0.2,
        "cacheWrite": 2.5,
        "reasoning": 20.0,
        "tiers": [{"above": 200_000, "input": 4.0, "cached": 0.4}],
    }
)


@pytest.mark.parametrize(
    ("usage", "dollars"),
    [
        (Usage(1_000, 100), 0.003),
        (Usage(1_000, 0, cached_tokens=400), 0.00128),
        (Usage(1_000, 0, cached_tokens=400, cache_write_tokens=600), 0.00158),
        (Usage(0, 100, reasoning_tokens=60), 0.0016),
        (Usage(200_000, 0), 0.4),
        (Usage(200_001, 1_000), 0.810004),  # the tier counts for all of it, the rest stays
        (Usage(300_000, 0, cached_tokens=300_000), 0.12),
        (Usage(1_000, None), None),
        (Usage(None, 5), None),
    ],
)
def test_a_run_costs_what_its_usage_says(usage, dollars):
    assert PRICES.cost(usage) == pytest.approx(dollars)


def test_what_has_no_price_of_its_own_costs_what_the_rest_costs():
    plain = Prices(1.0, 5.0)
    usage = Usage(100, 100, cached_tokens=50, cache_write_tokens=20, reasoning_tokens=30)
    assert plain.cost(usage) == pytest.approx(0.0006)


def test_prices_are_told_as_they_were_given():
    assert Prices.of(PRICES.wire()) == PRICES


LITELLM = {
    "sample_spec": {"mode": "chat", "litellm_provider": "one of …"},
    "gpt-9": {
        "litellm_provider": "openai",
        "mode": "chat",
        "max_input_tokens": 1000,
        "max_output_tokens": 100,
        "input_cost_per_token": 1e-06,
        "output_cost_per_token": 1e-05,
        "cache_read_input_token_cost": 1e-07,
        "input_cost_per_token_above_272k_tokens": 2e-06,
        "input_cost_per_token_above_272k_tokens_batches": 9,
        "supported_endpoints": ["/v1/chat/completions", "/v1/responses"],
        "supports_reasoning": True,
        "supports_response_schema": True,
        "deprecation_date": "2031-01-01",
    },
    "gemini/gemini-9": {"litellm_provider": "gemini", "mode": "chat"},
    "gemini/lyria-9": {"litellm_provider": "gemini", "mode": "chat"},
    "azure/gpt-9": {"litellm_provider": "azure", "mode": "chat"},
    "text-embedding-9": {"litellm_provider": "openai", "mode": "embedding"},
}


def test_the_command_takes_what_is_needed_and_nothing_else(tool, tmp_path, monkeypatch):
    source = tmp_path / "prices.json"
    source.write_text(json.dumps(LITELLM))
    monkeypatch.setattr(tool, "FOLDER", tmp_path)
    monkeypatch.setattr(sys, "argv", ["refresh_catalogue.py", "--file", str(source)])
    tool.main()
    made = json.loads((tmp_path / "catalogue.json").read_text())
    assert made["source"] == "prices.json"
    assert [row["id"] for row in made["models"]] == ["gpt-9", "gemini-9"]
    entry = Entry.of(made["models"][0])
    assert (entry.context_window, entry.max_output, entry.retires_at) == (1000, 100, "2031-01-01")
    assert entry.prices == Prices.of(
        {"input": 1, "output": 10, "cached": 0.1, "tiers": [{"above": 272_000, "input": 2}]}
    )
    assert entry.parameters == ("maxTokens", "schema")
    assert entry.apis == ("responses", "chat")
    assert Entry.of(made["models"][1]).prices is None
