"""The frame: files in and out, deletion with undo, search, versions, language, help and tour."""

from __future__ import annotations

import json

import pytest
from lab_browser import until
from playwright.sync_api import expect
from workbench import Workbench

TEXT = "".join(f"Line {number} of the report.\n" for number in range(400))
DATA = {
    "contextBlocks": [
        {
            "id": 1,
            "title": "Docs",
            "items": [
                {"id": 1, "title": "Report", "content": f"{TEXT}The umbrella stands here.\n"},
                {"id": 2, "title": "Notes", "content": "Two umbrellas <img src=x>."},
            ],
        }
    ],
    "promptBlocks": [{"id": 1, "title": "Ask", "template": "About umbrellas: {{context}}"}],
}


def menu(panel, entry):
    """Choose from the menu of the open project."""
    panel.at("pf-project-menu").click()
    panel.page.get_by_role("menuitem", name=entry).click()


def choose_file(panel, button, name, content):
    """Press a button that asks for a file, and give it one."""
    with panel.page.expect_file_chooser() as chooser:
        button()
    body = content if isinstance(content, str) else json.dumps(content)
    chooser.value.set_files([{"name": name, "mimeType": "text/plain", "buffer": body.encode()}])


def test_a_project_goes_out_as_a_file_and_comes_back(person, panel, api):
    person.watch.expect(r"400 \(Bad Request\)")
    api.make("Files", DATA)
    panel.open_project("Files")
    with panel.page.expect_download() as download:
        menu(panel, "Export project")
    exported = json.loads(download.value.path().read_text())
    assert exported["data"]["contextBlocks"][0]["items"][0]["title"] == "Report"

    panel.at("pf-project-switch").click()
    choose_file(panel, panel.at("pf-import").click, "out.json", {**exported, "name": "From a file"})
    expect(panel.page.get_by_text("“out.json” is a PromptyFlow project")).to_be_visible()
    panel.shows_project("From a file")
    assert api.text("From a file").endswith("umbrella stands here.\n")

    # A fault is told with its place, and nothing is taken in.
    exported["data"]["contextBlocks"][0]["items"][1]["title"] = 7
    panel.at("pf-project-switch").click()
    choose_file(panel, panel.at("pf-import").click, "bad.json", {**exported, "name": "Never"})
    dialog = panel.page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("data.contextBlocks[0].items[1].title")
    dialog.get_by_role("button").click()
    assert "Never" not in [row["name"] for row in api.call("GET", "api/projects")["items"]]


def test_a_block_goes_out_and_into_another_project(panel, api):
    api.make("Giver", DATA)
    api.make("Taker")
    panel.open_project("Giver")
    panel.row("block", "Docs").click(button="right")
    with panel.page.expect_download() as download:
        panel.page.get_by_role("menuitem", name="Export block").click()
    block = json.loads(download.value.path().read_text())
    assert [item["title"] for item in block["items"]] == ["Report", "Notes"]
    panel.at("pf-project-switch").click()
    panel.open_project("Taker")
    choose_file(panel, lambda: menu(panel, "Import a block or a project…"), "b.json", block)
    expect(panel.row("item", "Notes")).to_be_visible()
    assert api.text("Taker", item=1) == DATA["contextBlocks"][0]["items"][1]["content"]


def test_a_deleted_project_can_be_had_back_for_a_while(panel, api):
    api.make("Going", DATA)
    panel.open_project("Going")
    menu(panel, "Delete project…")
    panel.page.locator(".jp-Dialog").get_by_role("button", name="Delete").click()
    row = panel.at("pf-project-row").filter(has_text="Going")
    expect(panel.at("pf-projects")).to_be_visible()
    expect(row).to_have_count(0)
    panel.page.get_by_role("button", name="Undo").click()
    panel.shows_project("Going")
    menu(panel, "Delete project…")
    panel.page.locator(".jp-Dialog").get_by_role("button", name="Delete").click()
    expect(row).to_have_count(0)
    # Leaving the page ends the time to undo.
    panel.page.close()
    until(lambda: "Going" not in [row["name"] for row in api.call("GET", "api/projects")["items"]])


def test_words_are_found_anywhere_and_lead_to_their_place(person, page, panel, api):
    api.make("Find", DATA)
    panel.open_project("Find")
    menu(panel, "Find in the project…")
    dialog = page.get_by_test_id("pf-search")
    dialog.get_by_test_id("pf-search-field").fill("umbrella")
    hits = dialog.get_by_test_id("pf-hit")
    expect(hits).to_have_count(3)
    expect(dialog.get_by_test_id("pf-search-count")).to_have_text("3 places found")
    expect(hits.filter(has_text="Notes").locator("mark").first).to_have_text("umbrellas")
    person.picture(page, "search")
    report = hits.filter(has_text="Report")
    report.click()
    expect(dialog).to_have_count(0)
    expect(panel.at("pf-node-title")).to_have_text("Report")
    line = panel.at("pf-node-text").locator(".cm-line", has_text="The umbrella stands here.")
    expect(line).to_be_in_viewport()
    page.keyboard.type("big ")
    until(lambda: "The big umbrella" in api.text("Find"))


def test_versions_are_told_and_brought_back(person, page, panel, api):
    api.make("Past", {"contextBlocks": DATA["contextBlocks"], "promptBlocks": []})
    panel.open_project("Past")
    panel.open_node("item", "Notes")
    panel.replace("pf-node-text", "something else")
    panel.is_saved()
    menu(panel, "Versions…")
    dialog = page.get_by_test_id("pf-history")
    versions = dialog.get_by_test_id("pf-version")
    expect(versions.first).to_contain_text("“Notes” was edited")
    person.picture(page, "versions")
    versions.nth(1).get_by_test_id("pf-restore").click()
    expect(panel.editor("pf-node-text")).to_have_text("Two umbrellas <img src=x>.")
    page.get_by_role("button", name="Undo").click()
    expect(panel.editor("pf-node-text")).to_have_text("something else")


@pytest.fixture
def any_language(api):
    """Whatever is chosen is forgotten afterwards."""
    yield
    api.call("PATCH", "api/user", {"language": None})


@pytest.mark.usefixtures("any_language")
def test_the_language_is_chosen_in_the_panel_and_stays(person, page, panel, api):
    api.make("Words", DATA)
    panel.open_project("Words")
    expect(panel.at("pf-tab-context")).to_contain_text("Context")
    panel.at("pf-language").click()
    page.get_by_role("menuitem", name="Русский").click()
    expect(panel.at("pf-tab-context")).to_contain_text("Контекст")
    expect(panel.at("pf-save-state")).to_have_text("Сохранено")
    until(lambda: api.call("GET", "api/user")["language"] == "ru")
    person.picture(page, "russian-panel")

    again = Workbench(person.open()).open()
    again.open_project("Words")
    expect(again.at("pf-tab-context")).to_contain_text("Контекст")
    again.at("pf-language").click()
    again.page.get_by_role("menuitem", name="Как в JupyterLab").click()
    expect(again.at("pf-tab-context")).to_contain_text("Context")
    until(lambda: api.call("GET", "api/user")["language"] is None)


def test_help_and_a_tour_on_the_sample_project(person, page, panel, api):
    panel.at("pf-open-help").click()
    dialog = page.get_by_test_id("pf-help")
    expect(dialog).to_contain_text("First steps")
    person.picture(page, "help")
    dialog.get_by_test_id("pf-start-tour").click()
    tour = page.get_by_test_id("pf-tour")
    panel.shows_project("Sample: bike rentals")
    expect(tour).to_contain_text("Your projects")
    expect(page.locator(".pf-Tour-mark")).to_be_visible()
    seen = []
    for number in range(8):
        expect(tour).to_contain_text(f"{number + 1} of 8")
        seen.append(page.locator(".pf-Tour-mark").count())
        person.picture(page, f"tour-{number + 1}")
        page.keyboard.press("ArrowRight")
    assert seen == [1] * 8
    tour.get_by_test_id("pf-tour-next").click()
    expect(tour).to_have_count(0)
    panel.at("pf-node-title").focus()
    page.keyboard.press("F1")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert api.project("Sample: bike rentals")["data"]["promptBlocks"]
