"""Notebook and workbench together: panels in cells, a kernel that is busy, cells that change."""

from __future__ import annotations

import time

import pytest
from lab_browser import until
from notebook_page import run_cell, says
from playwright.sync_api import expect
from workbench import Workbench

ITEMS = [
    {"id": 1, "title": "One", "content": "first text"},
    {"id": 2, "title": "Two", "content": "second text"},
]
DATA = {
    "contextBlocks": [{"id": 1, "title": "Notes", "items": ITEMS}],
    "promptBlocks": [
        {"id": 1, "title": "Count", "template": "Count {{context}}"},
        {"id": 2, "title": "Other", "template": "Other {{context}}"},
    ],
}


@pytest.fixture
def count(api, emulator):
    """A provider that counts."""
    api.connect(emulator.base_url)
    emulator.answer("Count", "One, two, three.")


@pytest.mark.usefixtures("count")
def test_the_panel_in_a_cell_and_its_python_object_follow_each_other(person, page, api, notebook):
    api.make("Both sides", DATA)
    code = 'from promptyflow_lab import Panel\npanel = Panel("Both sides", "Count"); panel'
    cell = Workbench(page, run_cell(notebook, code))
    cell.shows_project("Both sides")
    cell.at("pf-tab-prompt").first.click()
    cell.tile("Two").click()
    cell.tile("One").click()
    cell.has_place("One", 2)
    person.picture(page, "cell")

    # What is chosen in the browser arrives in Python …
    cell.at("pf-preview-text").wait_for()
    says(notebook, "[one['itemId'] for one in panel.selection], panel.prompt_id", "([2, 1], 1)")
    says(notebook, "panel.compiled", "second text")

    # … what is sent there is answered here …
    cell.at("pf-send").click()
    cell.has_phase("done")
    says(notebook, "panel.status, panel.response", "('done', 'One, two, three.')")

    # … and what Python sets is shown.
    run_cell(notebook, "panel.prompt_id = 2")
    expect(cell.at("pf-no-answer")).to_contain_text("Other")
    selection = "[{'blockId': 1, 'itemId': 2, 'order': 1}]"
    run_cell(notebook, f"panel.selection = {selection}")
    cell.at("pf-tab-prompt").first.click()
    cell.has_place("Two", 1)
    cell.has_place("One", None)


@pytest.mark.usefixtures("count")
def test_panels_stay_in_step_and_work_while_the_kernel_is_busy(page, api, jupyter, notebook):
    api.make("In step", DATA)
    run_cell(notebook, "from promptyflow_lab import Panel\nimport os, time; seen = []")
    first = 'one = Panel("In step", "Count"); one.observe(seen.append, "response"); one'
    one = Workbench(page, run_cell(notebook, first))
    two = Workbench(page, run_cell(notebook, 'two = Panel("In step", "Count"); two'))
    for panel in (one, two):
        panel.shows_project("In step")
        panel.at("pf-tab-prompt").first.click()

    run_cell_without_waiting(notebook, "while not os.path.exists('over'): time.sleep(0.05)")
    expect(notebook.locator('[data-status="busy"]').first).to_be_attached()
    two.tile("Two").click()
    two.tile("One").click()
    one.has_place("One", 2)
    one.at("pf-send").click()
    two.at("pf-tab-answer").last.click()
    two.has_phase("done")
    expect(two.root).to_contain_text("One, two, three.")
    assert notebook.locator('[data-status="busy"]').count() > 0
    (jupyter.root / "over").touch()

    for name in ("one", "two"):
        says(notebook, f"{name}.response, len({name}.selection)", "('One, two, three.', 2)")
    says(notebook, "seen[-1].new", "One, two, three.")
    run_cell(notebook, "one.selection = [{'blockId': 1, 'itemId': 2, 'order': 1}]")
    for panel in (one, two):
        panel.at("pf-tab-prompt").first.click()
        panel.has_place("One", None)
        panel.has_place("Two", 1)
    says(notebook, "two.selection", "[{'blockId': 1, 'itemId': 2, 'order': 1}]")


def test_keys_typed_into_a_panel_in_a_cell_do_not_reach_the_notebook(page, api, notebook):
    api.make("Keys")
    code = 'from promptyflow_lab import Panel\nPanel("Keys")'
    cell = Workbench(page, run_cell(notebook, code))
    cell.shows_project("Keys")
    cells = notebook.locator(".jp-CodeCell").count()
    cell.add_block("dd ababb")
    cell.row("block", "dd ababb").focus()
    page.keyboard.type("ddabx")
    assert notebook.locator(".jp-CodeCell").count() == cells


def test_a_cell_that_is_edited_is_stale_in_python_before_it_is_saved(person, page, api, notebook):
    # JupyterLab's own: the file is taken away at the end, while it asks for its checkpoints.
    person.watch.expect("listCheckpoints")
    api.make("Stale cells", {"contextBlocks": [{"id": 1, "title": "Cells", "items": []}]})
    run_cell(
        notebook,
        "from promptyflow_lab import PromptyFlow, sources\n"
        "import threading, time\n"
        "pf = PromptyFlow(); cells = pf.project('Stale cells').block('Cells')",
    )
    run_cell(notebook, "rides = 42\nprint('rides:', rides)")
    # Neither cell nor output is in the file yet.
    expect(run_cell(notebook, "item = cells.add(sources.cell(2)); item.status")).to_contain_text(
        "'fresh'"
    )
    assert "rides: 42" in api.text("Stale cells")
    run_cell(
        notebook,
        "def watch():\n"
        "    while item.status != 'stale': time.sleep(0.05)\n"
        "    found.append(time.time())\n"
        "found = []; threading.Thread(target=watch, daemon=True).start()",
    )
    cell = notebook.locator(".jp-CodeCell").nth(1)
    cell.locator(".cm-line").first.click()
    page.keyboard.press("End")
    edited = time.time()
    page.keyboard.insert_text("0")
    until(lambda: "True" in run_cell(notebook, "bool(found)").inner_text())
    seen = float(run_cell(notebook, "print(found[0])").inner_text())
    assert seen - edited < 2
    expect(run_cell(notebook, "item.refresh()")).to_contain_text("+rides = 420")
    assert "rides = 420" in api.text("Stale cells")

    # JupyterLab's own: it may list the folder in the moment in which the file gets its name.
    missed = page.get_by_role("dialog", name="Directory not found")
    page.add_locator_handler(missed, lambda dialog: dialog.get_by_role("button").click())
    # Saved under a name of its own, it is no less fresh; deleted, it is gone and keeps its text.
    page.keyboard.press("ControlOrMeta+s")
    page.locator(".jp-Dialog").get_by_role("textbox").fill("rides.ipynb")
    page.keyboard.press("Enter")
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    says(notebook, "item.status, 'saved'", "('fresh', 'saved')")
    says(notebook, "sources.place.notebook_path().name", "rides.ipynb")
    expect(run_cell(notebook, "item.refresh(); item.source")).to_contain_text("rides.ipynb#")
    cell.locator(".jp-InputPrompt").click()
    page.keyboard.press("d")
    page.keyboard.press("d")
    says(notebook, "item.status, 'deleted'", "('gone', 'deleted')")
    expect(run_cell(notebook, "item.refresh().status, item.text")).to_contain_text("rides = 420")


def run_cell_without_waiting(notebook, code):
    cell = notebook.locator(".jp-CodeCell").last
    cell.locator(".cm-content").click()
    notebook.page.keyboard.insert_text(code)
    notebook.page.keyboard.press("Shift+Enter")
