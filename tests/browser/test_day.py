"""A day of a person, from an empty panel to tomorrow: 24 steps on one page, one after another.

Each step is a promise of its own, told in the person's words; what it has stored is looked up at
the server. The depths of each are tested elsewhere.
"""

from __future__ import annotations

import json
import re

import pytest
from lab_browser import ready, until
from playwright.sync_api import expect
from workbench import Workbench

PROJECT = "City bikes"
REPORT = "".join(f"Sentence {n} says something about bikes. " for n in range(1, 13)).strip()
ANSWER = "There are **two** peaks."
MODEL = "openai-compatible/gpt-4o"


class Day:
    """The person, and what they look at."""

    def __init__(self, page, panel, api, emulator):
        self.page, self.panel, self.api, self.emulator = page, panel, api, emulator
        self.press = page.keyboard.press

    def stored(self):
        return self.api.project(PROJECT)["data"]

    def outline(self):
        """Return what is stored: `First(A B(b1)) Second()`."""
        return " ".join(
            f"{block['title']}({' '.join(told(item) for item in block['items'])})"
            for block in self.stored()["contextBlocks"]
        )

    def becomes(self, outline):
        until(lambda: self.outline() == outline)

    def selected(self, prompt):
        """Return the titles of what a prompt takes along, in its order."""
        data = self.stored()
        titles = {
            (block["id"], item["id"], sub["id"] if sub else None): (sub or item)["title"]
            for block in data["contextBlocks"]
            for item in block["items"]
            for sub in [None, *(item.get("subItems") or [])]
        }
        chosen = [
            one
            for found in data["promptBlocks"]
            if found["title"] == prompt
            for one in found["selectedContext"]
        ]
        order = sorted(chosen, key=lambda one: one["order"])
        return [titles[one["blockId"], one["itemId"], one.get("subItemId")] for one in order]

    def takes(self, *titles, prompt="Peaks"):
        until(lambda: self.selected(prompt) == list(titles))
        for place, title in enumerate(titles, start=1):
            self.panel.has_place(title, place)

    def choose(self, button, entry):
        self.panel.at(button).click()
        self.page.locator(".lm-Menu").get_by_text(entry, exact=True).click()

    def middle(self, title):
        box = self.panel.tile(title).bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(self, start, *over):
        self.page.mouse.move(*start)
        self.page.mouse.down()
        for point in over:
            self.page.mouse.move(*point, steps=5)
        self.page.mouse.up()

    def undo_from_the_notice(self, about):
        toast = self.page.locator(".Toastify__toast", has_text=about)
        toast.get_by_role("button", name="Undo").click()


def told(item):
    subs = " ".join(sub["title"] for sub in item.get("subItems") or [])
    return item["title"] + (f"({subs})" if subs else "")


@pytest.fixture
def fresh(api):
    """Nothing is left of other tests, and nothing for them."""

    def forget(listed, one):
        for found in api.call("GET", f"{listed}?limit=200")["items"]:
            api.call("DELETE", f"{one}/{found['id']}")

    api.disconnect()
    forget("api/templates", "api/templates")
    yield
    forget("ai/configs", "ai/configs")
    api.call("PATCH", "api/user", {"language": None})
    with api.jupyter.http() as http:
        for session in http.get("api/sessions").json():
            http.delete(f"api/sessions/{session['id']}").raise_for_status()


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.usefixtures("fresh")
def test_a_day_of_a_person(person, page, panel, api, emulator):
    person.watch.expect("_runOnIdleTime")  # JupyterLab's own, of a notebook that closes early
    emulator.answer("peaks", ANSWER)
    day = Day(page, panel, api, emulator)
    makes_and_renames_a_project(day)
    fills_blocks_items_and_sub_items(day)
    puts_them_in_order(day)
    splits_a_text_and_keeps_it(day)
    splits_a_text_into_items_in_its_place(day)
    sends_a_block_out_and_takes_it_in(day)
    deletes_and_has_back(day)
    writes_a_prompt_with_a_placeholder(day)
    selects_in_every_way(day)
    switches_tags(day)
    copies_prompt_template_and_context(day)
    keeps_the_prompt_in_the_library_and_loads_it(day)
    adds_and_tests_a_key(day)
    keeps_how_a_model_is_asked(day)
    sends_stops_and_asks_again(day)
    saves_the_answer_in_two_places(day)
    inserts_it_into_a_notebook(day)
    has_three_prompts_that_take_different_things(day)
    edits_over_the_whole_window(day)
    switches_the_language(day)
    finds_everything_again_tomorrow(day)
    person.picture(page, "day")


# --- the morning: context -------------------------------------------------------------------------


def makes_and_renames_a_project(day):
    day.panel.new_project("Bikes")
    day.choose("pf-project-menu", "Rename project")
    expect(day.panel.at("pf-project-name-field")).to_be_focused()
    day.press("ControlOrMeta+a")
    day.panel.name_it("pf-project-name-field", PROJECT)
    day.panel.shows_project(PROJECT)
    until(lambda: PROJECT in [one["name"] for one in day.api.call("GET", "api/projects")["items"]])


def fills_blocks_items_and_sub_items(day):
    panel = day.panel
    panel.add_block("Data")
    panel.add_item("Data", "Columns", "hour, rentals")
    panel.add_item("Data", "Report", REPORT)
    panel.add_item("Data", "Notes", "all notes")
    panel.add_sub_item("Notes", "Rain", "it rains at 9")
    panel.add_block("Style")
    panel.add_item("Style", "Tone", "short")
    day.becomes("Data(Columns Report Notes(Rain)) Style(Tone)")


def puts_them_in_order(day):
    day.panel.row("item", "Notes").focus()
    day.press("Alt+ArrowUp")
    day.becomes("Data(Columns Notes(Rain) Report) Style(Tone)")
    day.panel.row("item", "Columns").focus()
    for _ in range(3):
        day.press("Alt+ArrowDown")
    day.becomes("Data(Notes(Rain) Report) Style(Columns Tone)")


def splits_a_text_and_keeps_it(day):
    dialog = open_split(day, "Report")
    dialog.get_by_test_id("pf-split-parts").fill("3")
    has_parts(dialog, 3)
    dialog.get_by_test_id("pf-split-apply").click()
    expect(dialog).to_have_count(0)
    day.becomes(
        "Data(Notes(Rain) Report(Report (part 1) Report (part 2) Report (part 3)))"
        " Style(Columns Tone)"
    )
    assert day.stored()["contextBlocks"][0]["items"][1]["content"] == REPORT
    day.undo_from_the_notice("3 parts")
    day.becomes("Data(Notes(Rain) Report) Style(Columns Tone)")


def splits_a_text_into_items_in_its_place(day):
    dialog = open_split(day, "Report")
    dialog.get_by_test_id("pf-split-parts").fill("2")
    dialog.get_by_test_id("pf-split-into-items").check()
    dialog.get_by_test_id("pf-split-keep-original").uncheck()
    has_parts(dialog, 2)
    dialog.get_by_test_id("pf-split-apply").click()
    expect(dialog).to_have_count(0)
    day.becomes("Data(Notes(Rain) Report (part 1) Report (part 2)) Style(Columns Tone)")
    parts = day.stored()["contextBlocks"][0]["items"][1:]
    assert "".join(part["content"] for part in parts) == REPORT


def open_split(day, title):
    day.panel.open_node("item", title)
    day.panel.editor("pf-node-text").wait_for()
    day.panel.at("pf-split").click()
    dialog = day.page.get_by_test_id("pf-split-dialog")
    expect(dialog).to_be_visible()
    return dialog


def has_parts(dialog, count):
    preview = dialog.get_by_test_id("pf-split-preview")
    expect(preview).to_have_attribute("data-count", str(count))
    expect(preview).to_have_attribute("data-fresh", "true")


def sends_a_block_out_and_takes_it_in(day):
    day.panel.row("block", "Style").click(button="right")
    with day.page.expect_download() as download:
        day.page.get_by_role("menuitem", name="Export block").click()
    block = json.loads(download.value.path().read_text())
    assert [item["title"] for item in block["items"]] == ["Columns", "Tone"]
    with day.page.expect_file_chooser() as chooser:
        day.choose("pf-project-menu", "Import a block or a project…")
    content = json.dumps({**block, "title": "Taken in"}).encode()
    chooser.value.set_files([{"name": "b.json", "mimeType": "text/plain", "buffer": content}])
    day.becomes(
        "Data(Notes(Rain) Report (part 1) Report (part 2)) Style(Columns Tone)"
        " Taken in(Columns Tone)"
    )


def deletes_and_has_back(day):
    before = day.outline()
    day.panel.row("block", "Data").focus()
    day.press("Delete")
    day.becomes("Style(Columns Tone) Taken in(Columns Tone)")
    day.undo_from_the_notice("“Data” was deleted.")
    day.becomes(before)
    day.panel.row("block", "Taken in").focus()
    day.press("Delete")
    day.becomes("Data(Notes(Rain) Report (part 1) Report (part 2)) Style(Columns Tone)")


# --- noon: a prompt -------------------------------------------------------------------------------


def writes_a_prompt_with_a_placeholder(day):
    panel = day.panel
    panel.tab("prompt")
    panel.at("pf-first-prompt").click()
    panel.at("pf-prompt-text").wait_for()
    panel.at("pf-prompt-title").click()
    panel.name_it("pf-prompt-title-field", "Peaks")
    panel.replace("pf-prompt-text", "Name the peaks.")
    day.press("Enter")
    day.page.keyboard.insert_text("{{context}}")
    until(lambda: day.stored()["promptBlocks"][0]["template"] == "Name the peaks.\n{{context}}")


def selects_in_every_way(day):
    panel, page = day.panel, day.page
    one, two = "Report (part 1)", "Report (part 2)"
    panel.tile(two).click()
    day.takes(two)
    panel.tile(two).click()
    day.takes()

    day.drag(day.middle("Columns"), day.middle("Tone"))  # painting adds
    day.takes("Columns", "Tone")
    day.drag(day.middle("Tone"), day.middle("Columns"))  # and takes away
    day.takes()

    first, last = panel.tile(one).bounding_box(), panel.tile(two).bounding_box()
    field = panel.at("pf-tiles").bounding_box()
    beside = (field["x"] + field["width"] - 10, last["y"] + last["height"] - 4)
    day.drag(beside, (first["x"] + 8, first["y"] + 4))
    day.takes(one, two)
    page.keyboard.down("Control")
    day.drag(beside, (first["x"] + 8, first["y"] + 4))
    page.keyboard.up("Control")
    day.takes()

    panel.tile(one).click()
    panel.tile("Tone").click(modifiers=["Shift"])
    day.takes(one, two, "Columns", "Tone")
    panel.at("pf-select-none").click()
    day.takes()
    panel.tile("Tone").focus()
    day.press("Space")
    day.takes("Tone")

    style = panel.at("pf-tile-block").filter(has_text="Style")
    expect(style).to_have_attribute("data-state", "some")
    style.click()
    day.takes("Tone", "Columns")
    expect(style).to_have_attribute("data-state", "all")
    style.click()
    day.takes()
    day.press("ControlOrMeta+a")
    until(lambda: len(day.selected("Peaks")) == 6)
    panel.at("pf-select-none").click()
    for title in (two, "Rain", one):
        panel.tile(title).click()
    day.takes(two, "Rain", one)


def switches_tags(day):
    preview = day.panel.at("pf-preview")
    expect(preview).to_contain_text("<Rain>")
    day.panel.at("pf-wrap-in-tags").uncheck()
    expect(preview).not_to_contain_text("<Rain>")
    expect(preview).to_contain_text("it rains at 9")
    day.panel.at("pf-wrap-in-tags").check()
    expect(preview).to_contain_text("<Rain>")
    day.panel.is_saved()


def copies_prompt_template_and_context(day):
    def copied():
        return day.page.evaluate("() => navigator.clipboard.readText()")

    prompt = day.panel.copied_prompt()
    compiled = day.api.compile(day.api.project(PROJECT)["id"], 1)["compiled"]
    assert prompt == compiled
    day.choose("pf-copy-menu", "Copy the template only")
    until(lambda: copied() == "Name the peaks.\n{{context}}")
    day.choose("pf-copy-menu", "Copy the context only")
    until(lambda: copied().startswith("### Context:") and copied() in prompt)


def keeps_the_prompt_in_the_library_and_loads_it(day):
    page = day.page
    at = page.get_by_test_id
    day.choose("pf-template-link", "Save as a new template…")
    page.locator(".jp-Dialog input").fill("Find the peaks")
    day.press("Enter")
    expect(day.panel.at("pf-template-link")).to_contain_text("Find the peaks")
    day.panel.replace("pf-prompt-text", "Something else")
    day.choose("pf-template-link", "Choose a template…")
    at("pf-template-search").fill("peak")
    expect(at("pf-template-row")).to_have_count(1)
    day.press("Enter")
    at("pf-load-template").click()
    expect(at("pf-library")).to_have_count(0)
    until(lambda: day.stored()["promptBlocks"][0]["template"] == "Name the peaks.\n{{context}}")


# --- the afternoon: answers -----------------------------------------------------------------------


def adds_and_tests_a_key(day):
    day.panel.at("pf-open-settings").click()
    dialog = day.page.get_by_test_id("pf-providers")
    card = dialog.get_by_test_id("pf-provider-openai-compatible")
    card.get_by_test_id("pf-base-url").fill(day.emulator.base_url)
    card.get_by_test_id("pf-api-key").fill("sk-of-the-day-1234567890abcdef")
    for button in ("pf-save-provider", "pf-test-provider"):
        card.get_by_test_id(button).click()
        outcome = card.get_by_test_id("pf-provider-outcome")
        expect(outcome).to_have_attribute("data-kind", "success")
    assert "sk-of-the-day" not in dialog.inner_text()
    day.press("Escape")
    expect(dialog).to_have_count(0)


def keeps_how_a_model_is_asked(day):
    panel = day.panel
    panel.choose_model(MODEL)
    panel.at("pf-options").click()
    options = day.page.get_by_test_id("pf-options-popover")
    options.get_by_test_id("pf-max-tokens").fill("50")
    options.get_by_test_id("pf-config-name").fill("Brief")
    options.get_by_test_id("pf-save-config").click()
    expect(panel.at("pf-model")).to_contain_text("Brief")
    panel.is_saved()
    (config,) = day.api.call("GET", "ai/configs")["items"]
    assert config["parameters"]["maxTokens"] == 50
    assert day.stored()["promptBlocks"][0]["modelConfigId"] == config["id"]
    expect(options.get_by_test_id("pf-max-tokens")).to_have_value("50")
    day.press("Escape")
    expect(options).to_have_count(0)


def sends_stops_and_asks_again(day):
    panel = day.panel
    day.emulator.reset()
    day.emulator.answer("peaks", "word " * 400, latency=200, chunkSize=5)
    panel.at("pf-send").click()
    expect(panel.at("pf-answer-text")).to_contain_text("word word")
    panel.at("pf-stop").click()
    panel.has_phase("cancelled")
    day.emulator.reset()
    day.emulator.answer("peaks", ANSWER)
    panel.at("pf-regenerate").click()
    panel.has_phase("done")
    expect(panel.at("pf-answer-text").locator("strong")).to_have_text("two")


def saves_the_answer_in_two_places(day):
    at = day.page.get_by_test_id
    for choice, name in (("A new block", "Answers"), ("Style", None)):
        day.panel.tab("answer")
        day.panel.at("pf-save-answer").click()
        at("pf-save-answer-block").select_option(label=choice)
        if name:
            at("pf-save-answer-new-block").fill(name)
        at("pf-save-answer-ok").click()
        expect(at("pf-save-answer-dialog")).to_have_count(0)
        day.panel.is_saved()
    _, style, answers = day.stored()["contextBlocks"]
    assert (style["title"], answers["title"]) == ("Style", "Answers")
    assert style["items"][-1]["content"] == answers["items"][0]["content"] == ANSWER


def inserts_it_into_a_notebook(day):
    cell = {"cell_type": "code", "source": "1", "metadata": {}, "id": "a", "outputs": []}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {
        "cells": [{**cell, "execution_count": None}],
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (day.api.jupyter.root / "day.ipynb").write_text(json.dumps(notebook))
    day.page.locator('li[data-id="filebrowser"]').click()
    day.page.locator(".jp-DirListing-item", has_text="day.ipynb").dblclick()
    shown = day.page.locator(".jp-NotebookPanel")
    shown.locator(".jp-CodeCell .jp-InputPrompt").first.click()
    day.panel.open()
    day.panel.tab("answer")
    day.panel.at("pf-insert-answer").click()
    expect(shown.locator(".jp-MarkdownCell")).to_contain_text("There are")
    day.press("ControlOrMeta+s")
    until(lambda: "There are" in (day.api.jupyter.root / "day.ipynb").read_text())


def has_three_prompts_that_take_different_things(day):
    panel = day.panel
    panel.tab("prompt")
    for title, takes in (("Second", "Tone"), ("Third", "Columns")):
        panel.at("pf-add-prompt").click()
        panel.at("pf-prompt-title").click()
        panel.name_it("pf-prompt-title-field", title)
        expect(panel.at("pf-prompt-title")).to_have_text(title)
        panel.tile(takes).click()
        day.takes(takes, prompt=title)
    panel.at("pf-prompt-row").filter(has_text=whole_prefix("Peaks")).click()
    day.takes("Report (part 2)", "Rain", "Report (part 1)")
    assert (day.selected("Second"), day.selected("Third")) == (["Tone"], ["Columns"])


def whole_prefix(text):
    return re.compile(rf"^\s*{re.escape(text)}")


# --- the evening ----------------------------------------------------------------------------------


def edits_over_the_whole_window(day):
    panel = day.panel
    panel.tab("context")
    panel.open_node("item", "Tone")
    panel.at("pf-node-full-screen").click()
    dialog = day.page.get_by_test_id("pf-full-screen")
    expect(dialog.locator(".cm-content")).to_be_focused()
    day.press("ControlOrMeta+End")
    day.page.keyboard.type(" and friendly")
    dialog.get_by_test_id("pf-full-screen-close").click()
    expect(dialog).to_have_count(0)
    expect(panel.editor("pf-node-text")).to_have_text("short and friendly")
    style = lambda: day.stored()["contextBlocks"][1]["items"]  # noqa: E731
    until(lambda: "short and friendly" in [item["content"] for item in style()])


def switches_the_language(day):
    day.choose("pf-language", "Русский")
    expect(day.panel.at("pf-tab-context")).to_contain_text("Контекст")
    day.choose("pf-language", "Как в JupyterLab")
    expect(day.panel.at("pf-tab-context")).to_contain_text("Context")


def finds_everything_again_tomorrow(day):
    before = day.stored()
    day.panel.tab("prompt")
    day.page.wait_for_url("**/lab**")
    until(lambda: "reset" not in day.page.url)
    # What is open is kept when it rests, and JupyterLab keeps its workspace after another rest.
    day.page.wait_for_timeout(3000)
    day.page.reload()
    ready(day.page)
    panel = Workbench(day.page)
    expect(panel.at("pf-project-name")).to_have_text(PROJECT)
    panel.tab("prompt")
    panel.has_place("Rain", 2)
    expect(panel.at("pf-prompt-text")).to_contain_text("Name the peaks.")
    assert day.stored() == before
