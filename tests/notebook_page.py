"""A notebook on a page of JupyterLab, used as a person would."""

from __future__ import annotations

import re

from lab_browser import until
from playwright.sync_api import expect

CONNECTED = """() => [...(window.jupyterapp?.shell.widgets('main') ?? [])].some(
    ({ sessionContext: context }) =>
        context?.session?.kernel?.connectionStatus === 'connected' &&
        context.session.kernel.status === 'idle'
)"""


def has_kernel(page):
    """Wait until the kernel answers: the notebook calls it idle before it is even connected."""
    page.wait_for_function(CONNECTED)


def run_cell(notebook, code):
    """Type code into the last cell, run it, and return its output."""
    cell = notebook.locator(".jp-CodeCell").last
    cell.locator(".cm-content").click()
    notebook.page.keyboard.insert_text(code)
    notebook.page.keyboard.press("Shift+Enter")
    ran = notebook.locator(".jp-CodeCell").filter(has_text=code.splitlines()[-1]).last
    expect(ran.locator(".jp-InputArea-prompt")).to_have_text(re.compile(r"\[\d+\]"))
    return ran.locator(".jp-Cell-outputArea")


def says(notebook, code, text):
    """Run a cell until it says this: what happens in the browser arrives in Python soon after."""
    until(lambda: text in run_cell(notebook, code).inner_text())
