"""Models and answers: how a prompt is sent, what was answered before, several models at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from workbench import Workbench

MODELS = ("openai-compatible/gpt-4o", "openai-compatible/gpt-4")
PROJECT = {
    "contextBlocks": [
        {
            "id": 1,
            "title": "Notes",
            "items": [{"id": 1, "title": "One", "content": "first 😀 text"}],
        }
    ],
    "promptBlocks": [
        {
            "id": 1,
            "title": "Sum up",
            "template": "Sum up {{context}} for {{reader}}",
            "selectedContext": [{"blockId": 1, "itemId": 1, "order": 1}],
        }
    ],
}


@pytest.fixture
def opened(page, api, emulator, request):
    """Open a project with one prompt, which a model can answer."""
    api.connect(emulator.base_url)
    emulator.answer("Sum up", "It is **short**.")
    panel = Workbench(page).open()
    panel.name = request.node.originalname
    api.make(panel.name, PROJECT)
    panel.at("pf-project-search").fill(panel.name)
    panel.open_project(panel.name)
    panel.tab("prompt")
    return panel


def test_an_answer_becomes_context_and_stays_in_the_history(person, page, api, opened):
    opened.choose_model(MODELS[0])
    opened.at("pf-send").click()
    opened.has_phase("done")
    person.picture(page, "answer-actions")
    opened.at("pf-save-answer").click()
    dialog = page.get_by_test_id("pf-save-answer-dialog")
    dialog.get_by_test_id("pf-save-answer-title").fill("Kept")
    expect(dialog.get_by_test_id("pf-save-answer-block")).to_have_value("b1")
    person.picture(page, "save-answer")
    dialog.get_by_test_id("pf-save-answer-ok").click()
    opened.is_saved()
    assert api.text(opened.name, item=1) == "It is **short**."

    opened.tab("answer")
    opened.at("pf-open-runs").click()
    runs = page.get_by_test_id("pf-runs")
    runs.get_by_test_id("pf-run-row").first.get_by_role("button").click()
    run = runs.get_by_test_id("pf-run")
    run.get_by_test_id("pf-sent-user").locator("summary").click()
    expect(run.get_by_test_id("pf-sent-text")).to_contain_text("first 😀 text")
    person.picture(page, "runs")
    run.get_by_test_id("pf-run-again").click()
    expect(runs.get_by_test_id("pf-run-row")).to_have_count(2)
    for mark in runs.get_by_test_id("pf-mark-run").all():
        mark.check()
    runs.get_by_test_id("pf-diff-runs").click()
    expect(runs.get_by_test_id("pf-diff")).to_contain_text("Both are the same.")


def test_several_models_answer_beside_each_other(person, page, opened):
    opened.choose_model(MODELS[0])
    opened.at("pf-open-compare").click()
    dialog = page.get_by_test_id("pf-compare")
    expect(dialog.get_by_test_id("pf-compare-model")).to_have_count(1)
    dialog.get_by_test_id("pf-model").click()
    page.get_by_test_id("pf-model-popover").locator(f'[data-model="{MODELS[1]}"]').first.click()
    expect(dialog.get_by_test_id("pf-compare-model")).to_have_count(2)
    ceiling = dialog.get_by_test_id("pf-compare-ceiling")
    expect(ceiling).to_have_text("What it costs is not known: the models have no known price")
    dialog.get_by_test_id("pf-compare-send").click()
    columns = dialog.get_by_test_id("pf-compare-column")
    for place in range(2):
        expect(columns.nth(place)).to_have_attribute("data-phase", "done")
        expect(columns.nth(place).locator("strong")).to_have_text("short")
    person.picture(page, "compare")


def test_a_configuration_is_kept_and_remembered_by_its_prompt(person, page, api, opened):
    opened.choose_model(MODELS[0])
    opened.at("pf-options").click()
    options = page.get_by_test_id("pf-options-popover")
    options.get_by_test_id("pf-max-tokens").fill("50")
    options.get_by_test_id("pf-config-name").fill("Brief")
    person.picture(page, "options")
    options.get_by_test_id("pf-save-config").click()
    expect(opened.at("pf-model")).to_contain_text("Brief")
    opened.is_saved()
    (config,) = api.call("GET", "ai/configs")["items"]
    assert config["parameters"]["maxTokens"] == 50
    assert api.project(opened.name)["data"]["promptBlocks"][0]["modelConfigId"] == config["id"]
    page.keyboard.press("Escape")
    opened.at("pf-model").click()
    page.get_by_test_id("pf-manage-models").click()
    settings = page.get_by_test_id("pf-providers")
    settings.get_by_test_id("pf-settings-configs").click()
    person.picture(page, "configurations")
    settings.get_by_test_id("pf-settings-models").click()
    expect(settings.get_by_test_id("pf-models-openai-compatible")).to_be_visible()
    person.picture(page, "models")
    api.call("DELETE", f"ai/configs/{config['id']}")


def test_a_number_is_typed_key_by_key_and_held_to_its_limits_at_the_end(page, api, opened):
    opened.choose_model(MODELS[0])
    opened.at("pf-options").click()
    options = page.get_by_test_id("pf-options-popover")
    cost = options.get_by_test_id("pf-max-cost")
    cost.press_sequentially("0.05")  # "0" and "0.0" are below the least, and on the way
    expect(cost).to_have_value("0.05")
    heat = options.get_by_test_id("pf-temperature")
    heat.press_sequentially("9")
    expect(heat).to_have_value("9")
    cost.press_sequentially("e")  # no number
    options.get_by_test_id("pf-timeout").press_sequentially("30")
    expect(heat).to_have_value("2")
    assert cost.evaluate("field => field.validity.valid")
    expect(cost).to_have_value("")
    cost.press_sequentially("0.05")
    options.get_by_test_id("pf-config-name").fill("Cheap")
    options.get_by_test_id("pf-save-config").click()
    opened.is_saved()
    (config,) = api.call("GET", "ai/configs")["items"]
    kept = {name: value for name, value in config["parameters"].items() if value is not None}
    assert kept == {"maxCost": 0.05, "temperature": 2, "timeout": 30}
    api.call("DELETE", f"ai/configs/{config['id']}")
