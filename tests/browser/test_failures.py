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


def test_a_dialog_that_cannot_be_loaded_takes_nothing_with_it(person, page, api):
    person.watch.expect("ERR_INTERNET_DISCONNECTED")
    api.make("Without dialogs", DATA)
    panel = Workbench(page).open()
    panel.open_project("Without dialogs")
    panel.open_node("item", "One")
    panel.editor("pf-node-text").wait_for()
    page.route("**/promptyflow-lab/static/**", lambda route: route.abort("internetdisconnected"))
    panel.at("pf-open-help").click()
    expect(page.get_by_text("The server does not answer.")).to_be_visible()
    expect(panel.editor("pf-node-text")).to_have_text("umbrella")
    person.picture(page, "failure-dialog")
    panel.at("pf-node-full-screen").click()  # what one works in is there all the same
    window = Workbench(page, page.get_by_test_id("pf-full-screen"))
    window.type("pf-full-screen-text", "s")
    window.at("pf-full-screen-close").click()
    page.unroute_all()
    panel.at("pf-open-help").click()
    expect(page.get_by_test_id("pf-help")).to_be_visible()


def test_a_screen_that_fails_says_so_and_is_shown_again(person, page, api):
    person.watch.expect("null")
    api.make("Broken screen", DATA)
    panel = Workbench(page).open()
    panel.open_project("Broken screen")
    keys = re.compile("/user/api-keys")
    page.route(keys, lambda route: route.fulfill(json={"items": [None]}))
    panel.at("pf-open-settings").click()
    expect(panel.at("pf-failed")).to_be_visible()
    person.picture(page, "failure-screen")
    page.unroute_all()
    panel.at("pf-failed").get_by_role("button").click()
    panel.shows_project("Broken screen")


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
