"""The workbench in Jupyter Notebook: one notebook on a page, no launcher, no status bar."""

from __future__ import annotations

import json

import pytest
from notebook_page import has_kernel, run_cell, says
from playwright.sync_api import expect
from workbench import Workbench

DATA = {
    "contextBlocks": [{"id": 1, "title": "Notes", "items": []}],
    "promptBlocks": [{"id": 1, "title": "Count", "template": "Count {{context}}"}],
}
NAME = "In Notebook"


@pytest.fixture
def page(person, jupyter):
    """A notebook with one cell of text, opened by Jupyter Notebook."""
    cells = [{"id": "a", "cell_type": "markdown", "source": "# Rides\n42", "metadata": {}}]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel}
    content = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    (jupyter.root / "rides-in-notebook-7.ipynb").write_text(json.dumps(content))
    page = person.context.new_page()
    page.goto(f"{jupyter.url}notebooks/rides-in-notebook-7.ipynb?token={jupyter.token}")
    has_kernel(page)
    yield page
    with jupyter.http() as http:
        for session in http.get("api/sessions").json():
            http.delete(f"api/sessions/{session['id']}").raise_for_status()


def test_the_workbench_stands_beside_the_notebook_and_in_it(person, page, api, emulator):
    # Jupyter's own: of shortcuts that are changed before they are read, and of leaving early.
    person.watch.expect("reading 'schema'|_runOnIdleTime")
    api.make(NAME, DATA)
    api.connect(emulator.base_url)
    emulator.answer("Count", "It is **42**.")
    page.keyboard.press("ControlOrMeta+Alt+p")
    panel = Workbench(page)
    expect(panel.at("pf-workbench")).to_be_visible()
    panel.at("pf-project-search").fill(NAME)
    panel.open_project(NAME)

    # A cell comes in by its menu, knows its source, and is sent.
    notebook = page.locator(".jp-NotebookPanel")
    notebook.locator(".jp-MarkdownCell").click(button="right")
    page.get_by_role("menuitem", name="Add the selected cells to the context").click()
    expect(panel.row("item", "Rides")).to_be_visible()
    expect(panel.at("pf-source")).to_have_attribute("data-freshness", "fresh")
    assert "42" in api.text(NAME)
    panel.tab("prompt")
    panel.tile("Rides").click()
    panel.has_place("Rides", 1)
    panel.at("pf-send").click()
    panel.has_phase("done")
    person.picture(page, "notebook-app")

    # The answer goes below the active cell; a panel stands in the output of another.
    panel.at("pf-insert-answer").click()
    expect(notebook.locator(".jp-MarkdownCell")).to_have_count(2)
    notebook.locator(".jp-MarkdownCell").last.click()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    output = run_cell(
        notebook, f"from promptyflow_lab import Panel; panel = Panel({NAME!r}); panel"
    )
    cell = Workbench(page, output)
    cell.shows_project(NAME)
    cell.at("pf-prompt-row").or_(cell.at("pf-tab-prompt")).first.click()
    cell.has_place("Rides", 1)
    says(notebook, "len(panel.selection), panel.status", "(1, ")
    person.picture(page, "notebook-app-cell")
