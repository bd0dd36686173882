"""Stop in the panel ends the work at the provider, and keeps what had arrived."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect
from slow_provider import SlowProvider, serving
from workbench import Workbench

PROJECT = {
    "contextBlocks": [],
    "promptBlocks": [{"id": 1, "title": "Endless", "template": "Count for ever."}],
}


@pytest.fixture
def provider(api):
    with serving(SlowProvider()) as provider:
        api.connect(provider.base_url)
        yield provider


def opened(page, project):
    """Open the panel and the project."""
    panel = Workbench(page).open()
    panel.at("pf-project-search").fill(project)
    panel.open_project(project)
    return panel


def send(panel):
    panel.tab("prompt")
    panel.choose_model("openai-compatible/slow")
    panel.at("pf-send").click()


def test_stop_closes_the_providers_connection_within_a_second(person, page, api, provider):
    project = api.make("Stopped", PROJECT)
    panel = opened(page, "Stopped")
    send(panel)
    answer = panel.at("pf-answer-text")
    expect(answer).to_contain_text("piece 5 ")

    pressed = time.monotonic()
    panel.at("pf-stop").click()
    assert provider.hung_up.wait(10)
    assert provider.hung_up_at - pressed < 1
    panel.has_phase("cancelled")
    kept = answer.inner_text()
    assert kept.startswith("piece 1 piece 2 piece 3 piece 4 piece 5")
    person.picture(page, "stopped")

    (run,) = api.call("GET", f"ai/runs?projectId={project}")["items"]
    assert run["status"] == "cancelled"
    stored = api.call("GET", f"ai/runs/{run['id']}")["response"]
    assert stored.startswith(kept.strip())
    later = opened(person.open(), "Stopped")
    later.tab("answer")
    later.has_phase("cancelled")
    expect(later.at("pf-answer-text")).to_contain_text(stored.strip())
    expect(later.at("pf-send")).to_be_enabled()


def test_a_deleted_prompt_is_answered_no_further_and_comes_back_with_what_came(page, api, provider):
    api.make("Deleted while it is answered", PROJECT)
    panel = opened(page, "Deleted while it is answered")
    send(panel)
    expect(panel.at("pf-answer-text")).to_contain_text("piece 3 ")
    panel.tab("prompt")
    panel.at("pf-prompt-row").click()
    page.keyboard.press("Delete")
    assert provider.hung_up.wait(10)
    page.get_by_role("button", name="Undo").click()
    panel.tab("answer")
    panel.has_phase("cancelled")
    expect(panel.at("pf-answer-text")).to_contain_text("piece 3 ")


def test_a_closed_page_does_not_stop_the_answer(person, page, api, provider):
    api.make("Left alone", PROJECT)
    panel = opened(page, "Left alone")
    send(panel)
    expect(panel.at("pf-answer-text")).to_contain_text("piece 3 ")
    page.close()
    seen = provider.pieces
    later = opened(person.open(), "Left alone")
    later.tab("answer")
    later.has_phase("streaming")
    expect(later.at("pf-answer-text")).to_contain_text(f"piece {seen + 3} ")
    assert later.at("pf-answer-text").inner_text().startswith("piece 1 piece 2 ")
    assert not provider.hung_up.is_set()
    later.at("pf-stop").click()
    assert provider.hung_up.wait(10)
    later.has_phase("cancelled")
