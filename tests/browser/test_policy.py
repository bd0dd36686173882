"""Where an administrator decides: a key for everybody, some providers, and a budget."""

from __future__ import annotations

import json

import pytest
from emulator import running_emulator
from jupyter_process import running_jupyter
from playwright.sync_api import expect
from screen_checks import axe_findings, unreachable, untranslated, words_of
from workbench import Workbench

SECRET = "sk-of-the-house-4711"
# Two prompts of this length, answered, are more than the budget.
POLICY = """
providers = ["openai-compatible", "anthropic"]

[keys.openai-compatible]
env = "KEY_OF_THE_HOUSE"
base_url = "{base_url}"

[budget]
dollars_per_month = 0.015

[[catalogue]]
provider = "openai-compatible"
id = "house-model"
name = "The model of the house"
context_window = 8000
max_output = 1000
input = 1000
output = 1000
"""
ANSWER = {"match": {"userMessage": "How many"}, "response": {"content": "Twelve rides."}}
PROMPT = {"id": 1, "title": "Ask", "template": "How many rides were there on Sunday?"}


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    """A provider that answers those who have the key of the house."""
    fixtures = tmp_path_factory.mktemp("emulator") / "fixtures.json"
    fixtures.write_text(json.dumps({"fixtures": [ANSWER]}))
    with running_emulator(fixtures, keys=(SECRET,)) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory, emulator):
    folder = tmp_path_factory.mktemp("policy")
    policy = folder / "policy.toml"
    policy.write_text(POLICY.format(base_url=emulator.base_url))
    environment = {"PROMPTYFLOW_POLICY_FILE": str(policy), "KEY_OF_THE_HOUSE": SECRET}
    with running_jupyter(folder, environment=environment) as jupyter:
        yield jupyter


def test_a_key_of_the_house_is_used_within_the_budget_and_never_seen(person, page, panel, api):
    api.make("House", {"promptBlocks": [PROMPT]})
    panel.open_project("House")
    person.watch.expect("422.*/ai/send")

    panel.at("pf-open-settings").click()
    settings = page.get_by_test_id("pf-providers")
    card = settings.get_by_test_id("pf-provider-openai-compatible")
    expect(card.get_by_test_id("pf-admin-key")).to_contain_text("for everybody")
    expect(card.get_by_test_id("pf-remove-provider")).to_have_count(0)
    expect(settings.get_by_test_id("pf-provider-anthropic")).to_have_count(1)
    expect(settings.get_by_test_id("pf-provider-openai")).to_have_count(0)
    expect(settings.get_by_test_id("pf-budget")).to_contain_text("of $0.015")
    card.get_by_test_id("pf-test-provider").click()
    outcome = card.get_by_test_id("pf-provider-outcome")
    expect(outcome).to_have_attribute("data-kind", "success")
    person.picture(page, "policy-settings")
    assert not axe_findings(page)
    assert not unreachable([settings])
    page.keyboard.press("Escape")

    panel.tab("prompt")
    panel.choose_model("openai-compatible/house-model")
    panel.at("pf-send").click()
    panel.has_phase("done")

    # The next one would be more than what is left.
    panel.at("pf-regenerate").click()
    panel.has_phase("failed")
    person.picture(page, "policy-budget")
    panel.at("pf-open-settings").click()
    bar = settings.get_by_test_id("pf-budget").get_by_role("meter")
    expect(bar).not_to_have_attribute("aria-valuenow", "0")
    person.picture(page, "policy-spent")
    page.keyboard.press("Escape")
    assert SECRET not in page.content()


def test_it_is_told_in_russian(person, api):
    api.call("PATCH", "api/user", {"language": "ru"})
    page = person.open()
    panel = Workbench(page).open()
    panel.at("pf-open-settings").click()
    settings = page.get_by_test_id("pf-providers")
    expect(settings.get_by_test_id("pf-admin-key")).to_be_visible()
    person.picture(page, "policy-russian")
    assert not untranslated(words_of([settings]))
