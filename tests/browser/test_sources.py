"""The panel tells within two seconds that the source of a text has changed, and shows what."""

from __future__ import annotations

import json
import time

import pytest
from lab_browser import until
from playwright.sync_api import expect
from workbench import Workbench

NAME = "Sources"
DATA = {"contextBlocks": [{"id": 1, "title": "Block", "items": []}], "promptBlocks": []}
SECONDS = 2.0


@pytest.fixture
def notebook(jupyter):
    """A notebook with two cells and a text file beside it."""
    cells = [
        {"id": name, "cell_type": "markdown", "source": source, "metadata": {}}
        for name, source in [("plan", "# Plan\nmeasure once"), ("end", "# End")]
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel}
    content = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    (jupyter.root / "sources.ipynb").write_text(json.dumps(content))
    (jupyter.root / "notes.txt").write_text("a note\n")
    yield
    with jupyter.http() as http:
        for session in http.get("api/sessions").json():
            http.delete(f"api/sessions/{session['id']}").raise_for_status()


def has_become(panel, title, freshness, seconds=SECONDS):
    """Wait for what the tree says of an item, for so long and no longer."""
    began = time.monotonic()
    mark = panel.row("item", title).get_by_test_id("pf-source-mark")
    expect(mark).to_have_attribute("data-freshness", freshness, timeout=seconds * 1000)
    return time.monotonic() - began


@pytest.mark.usefixtures("notebook")
def test_an_edited_cell_is_stale_in_time_and_taken_anew_after_a_look(person, page, api):
    person.watch.expect("_runOnIdleTime")  # JupyterLab's own, of a notebook that closes early
    api.make(NAME, DATA)
    panel = Workbench(page).open()
    panel.open_project(NAME)
    page.locator('li[data-id="filebrowser"]').click()
    files = page.locator(".jp-DirListing-item")
    files.filter(has_text="notes.txt").click(button="right")
    page.get_by_role("menuitem", name="Add the selected files to the context").click()
    expect(panel.row("item", "notes.txt")).to_be_visible()
    page.locator('li[data-id="filebrowser"]').click()
    files.filter(has_text="sources.ipynb").dblclick()
    cell = page.locator(".jp-NotebookPanel .jp-MarkdownCell").first
    cell.click(button="right")
    page.get_by_role("menuitem", name="Add the selected cells to the context").click()
    expect(panel.row("item", "Plan")).to_be_visible()
    expect(panel.at("pf-source")).to_have_attribute("data-freshness", "fresh")

    # Not saved, not run: only typed.
    cell.dblclick()
    cell.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type(" and again")
    has_become(panel, "Plan", "stale")
    person.picture(page, "stale")
    panel.at("pf-source-refresh").click()
    expect(page.get_by_test_id("pf-diff").locator("ins")).to_contain_text("measure once and again")
    expect(page.get_by_test_id("pf-diff").locator("del")).to_contain_text("measure once")
    expect(page.get_by_test_id("pf-refresh-facts")).to_contain_text("+10 characters")
    person.picture(page, "refresh")
    page.get_by_test_id("pf-refresh-take").click()
    expect(panel.at("pf-source")).to_have_attribute("data-freshness", "fresh")
    until(lambda: api.text(NAME, item=1) == "# Plan\nmeasure once and again")

    # What is deleted is gone, and its last text stays.
    page.keyboard.press("Escape")
    cell.locator(".jp-InputPrompt, .jp-InputCollapser").first.click()
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    page.keyboard.press("d")
    has_become(panel, "Plan", "gone")
    page.locator('li[data-id="filebrowser"]').click()
    files.filter(has_text="notes.txt").click(button="right")
    page.get_by_role("menuitem", name="Move to Trash").click()
    page.get_by_role("button", name="Move to Trash").click()
    page.locator('li[data-id="promptyflow-panel"]').click()
    has_become(panel, "notes.txt", "gone", seconds=10)
    assert api.text(NAME, item=0) == "a note\n"
