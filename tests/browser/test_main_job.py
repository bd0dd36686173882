"""The main job as a person does it: text into context, a prompt, a choice, an answer."""

from __future__ import annotations

from main_job import do_the_main_job
from notebook_page import run_cell
from playwright.sync_api import expect


def test_from_an_empty_panel_to_a_streamed_answer(person, page, panel, api, emulator):
    do_the_main_job(person, page, panel, api, emulator)


def test_the_same_project_is_there_from_a_notebook(panel, notebook):
    panel.new_project("From the panel")
    panel.add_block("Notes")
    panel.add_item("Notes", "First", "typed in the panel")
    panel.is_saved()

    output = run_cell(
        notebook, "from promptyflow_lab import PromptyFlow\npf = PromptyFlow(); pf.projects()"
    )
    expect(output).to_contain_text("From the panel")
    output = run_cell(notebook, 'pf.project("From the panel").data()')
    expect(output).to_contain_text("typed in the panel")
