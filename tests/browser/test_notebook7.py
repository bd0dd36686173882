"""In Notebook 7, which has neither tabs nor a status bar, the panel stands beside the notebook."""

from __future__ import annotations

import json

from lab_browser import until
from playwright.sync_api import expect
from workbench import Workbench

NAME = "Notebook 7"
DATA = {"contextBlocks": [{"id": 1, "title": "Block", "items": []}], "promptBlocks": []}


def test_the_panel_works_beside_a_notebook(person, api, jupyter):
    cell = {"id": "plan", "cell_type": "markdown", "source": "# Plan", "metadata": {}}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel}
    content = {"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    (jupyter.root / "seven.ipynb").write_text(json.dumps(content))
    api.make(NAME, DATA)
    person.watch.expect("reading 'schema'")  # Notebook's own, of a plugin that it lacks

    page = person.context.new_page()
    page.goto(f"{jupyter.url}notebooks/seven.ipynb?token={jupyter.token}")
    notebook = page.locator(".jp-NotebookPanel")
    expect(notebook.locator(".jp-MarkdownCell")).to_be_visible()
    page.keyboard.press("ControlOrMeta+Alt+p")
    panel = Workbench(page)
    panel.open_project(NAME)

    notebook.locator(".jp-MarkdownCell").click(button="right")
    page.get_by_role("menuitem", name="Add the selected cells to the context").click()
    expect(panel.at("pf-source")).to_have_attribute("data-freshness", "fresh")
    panel.replace("pf-node-text", "# Plan\n\nwritten in the panel")
    panel.is_saved()
    until(lambda: api.text(NAME) == "# Plan\n\nwritten in the panel")
    person.picture(page, "notebook7")
    with jupyter.http() as http:
        for session in http.get("api/sessions").json():
            http.delete(f"api/sessions/{session['id']}").raise_for_status()
