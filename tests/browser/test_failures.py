"""What cannot be had says why, and is asked for again on demand."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from workbench import Workbench

DATA = {
    "contextBlocks": [
        {"id": 1, "title": "Block", "items": [{"id": 1, "title": "One", "content": "umbrella"}]}
    ],
    "promptBlocks": [{"id": 1, "title": "Ask", "template": "Take an umbrella: {{context}}"}],
}
WHY = "The machine room is under water."


def text(panel):
    panel.tab("context")
    panel.row("item", "One").click()
    return panel.at("pf-node-text").get_by_text("umbrella")


def preview(panel):
    panel.tab("prompt")
    return panel.at("pf-preview-text")


def runs(panel):
    panel.tab("answer")
    panel.at("pf-open-runs").click()
    return panel.page.get_by_test_id("pf-runs").get_by_text("Nothing has been sent yet")


def providers(panel):
    panel.at("pf-open-settings").click()
    return panel.page.get_by_test_id("pf-provider-openai-compatible")


def search(panel):
    panel.at("pf-project-menu").click()
    panel.page.get_by_role("menuitem", name="Find in the project…").click()
    panel.page.get_by_test_id("pf-search-field").fill("umbrella")
    return panel.page.get_by_test_id("pf-hit").first


@pytest.mark.parametrize(
    ("shown", "asked"),
    [
        (text, r"/context-blocks/.*items/1"),
        (preview, r"/compile"),
        (runs, r"/ai/runs"),
        (providers, r"/user/api-keys"),
        (search, r"/search"),
    ],
)
def test_what_fails_is_told_and_asked_for_again(person, page, api, shown, asked):
    person.watch.expect("status of 503")
    name = f"Failing {shown.__name__}"
    api.make(name, DATA)
    refused = {"error": "DATABASE_UNAVAILABLE", "message": WHY}
    page.route(re.compile(asked), lambda route: route.fulfill(status=503, json=refused))
    panel = Workbench(page).open()
    panel.open_project(name)
    wanted = shown(panel)
    failure = page.get_by_role("alert").filter(has_text=WHY)
    expect(failure).to_be_visible()
    expect(wanted).to_be_hidden()
    person.picture(page, f"failure-{shown.__name__}")
    page.unroute_all()
    failure.get_by_test_id("pf-retry").click()
    expect(wanted).to_be_visible()
    expect(failure).to_have_count(0)
