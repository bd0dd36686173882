"""Cells, files and text come into the context, an answer goes back into the notebook."""

from __future__ import annotations

import json

import pytest
from lab_browser import until
from playwright.sync_api import expect
from workbench import Workbench

NAME = "Capture"
CELLS = [("markdown", "# The plan\nFirst look."), ("code", "rides = 42\nrides")]


@pytest.fixture
def files(jupyter):
    """A notebook and a text in the file browser."""
    cells = [
        {
            "id": f"cell{number}",
            "cell_type": kind,
            "source": source,
            "metadata": {},
            **({"outputs": [], "execution_count": None} if kind == "code" else {}),
        }
        for number, (kind, source) in enumerate(CELLS)
    ]
    notebook = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (jupyter.root / "capture.ipynb").write_text(json.dumps(notebook))
    (jupyter.root / "capture.md").write_text("text of a file")
    yield
    with jupyter.http() as http:
        for session in http.get("api/sessions").json():
            http.delete(f"api/sessions/{session['id']}").raise_for_status()


def stored(api):
    (block,) = api.project(NAME)["data"]["contextBlocks"]
    return {item["title"]: item["content"] for item in block["items"]}


@pytest.mark.usefixtures("files")
def test_cells_files_and_text_come_in_and_an_answer_goes_out(person, page, api, emulator):
    person.watch.expect("_runOnIdleTime")  # JupyterLab's own, of a notebook that closes early
    api.connect(emulator.base_url)
    emulator.answer("Count the rides", "There are **42**.")
    blocks = [{"id": 1, "title": "Block", "items": []}]
    prompt = {"id": 1, "title": "Count", "template": "Count the rides"}
    api.make(NAME, {"contextBlocks": blocks, "promptBlocks": [prompt]})

    # A file, by the context menu of the file browser.
    panel = Workbench(page).open()
    panel.open_project(NAME)
    page.locator('li[data-id="filebrowser"]').click()
    files = page.locator(".jp-DirListing-item")
    files.filter(has_text="capture.md").click(button="right")
    page.get_by_role("menuitem", name="Add the selected files to the context").click()
    until(lambda: stored(api) == {"capture.md": "text of a file"})
    expect(page.get_by_text("1 item was added to “Block”.")).to_be_visible()

    # A cell, by its context menu; another one, dragged over.
    page.locator('li[data-id="filebrowser"]').click()
    files.filter(has_text="capture.ipynb").dblclick()
    notebook = page.locator(".jp-NotebookPanel")
    code = notebook.locator(".jp-CodeCell").first
    code.locator(".jp-InputPrompt").click(button="right")
    page.get_by_role("menuitem", name="Add the selected cells to the context").click()
    until(lambda: stored(api).get("rides = 42") == f"```python\n{CELLS[1][1]}\n```")
    start = notebook.locator(".jp-MarkdownCell .jp-InputPrompt").bounding_box()
    end = panel.row("block", "Block").bounding_box()
    page.mouse.move(start["x"] + 10, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(end["x"] + 60, end["y"] + 30, steps=12)
    page.mouse.move(end["x"] + 60, end["y"] + 10, steps=4)
    person.picture(page, "drop")
    page.mouse.up()
    until(lambda: stored(api).get("The plan") == CELLS[0][1])
    expect(notebook.locator(".jp-Cell")).to_have_count(2)

    # The answer goes below the active cell when it is asked for.
    panel.tab("prompt")
    panel.choose_model("openai-compatible/gpt-4o")
    expect(panel.at("pf-token-gauge")).to_contain_text("tokens")
    panel.at("pf-send").click()
    panel.has_phase("done")
    code.locator(".jp-InputPrompt").click()
    page.keyboard.press("ControlOrMeta+Alt+i")
    expect(notebook.locator(".jp-MarkdownCell").last).to_contain_text("There are **42**.")
    expect(page.locator(".pf-StatusItem")).to_have_text("PromptyFlow: Saved")
