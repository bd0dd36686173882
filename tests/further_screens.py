"""Screens that a walk comes to beside its way: each function brings some up, and clears them away.

    yield from tour(walk)

What JupyterLab draws of ours, such as the palette's entries, is put into `Walk.beside` meanwhile.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lab_browser import until
from notebook_page import has_kernel, run_cell
from playwright.sync_api import expect
from workbench import Workbench

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator
    from screens import Walk

# As when a person comes back to the window from where they changed a file.
COME_BACK = "window.dispatchEvent(new Event('focus'))"
COMMANDS = '[data-command^="promptyflow:"]'


@contextmanager
def beside(walk: Walk, *places: Locator) -> Iterator[None]:
    """Count something of JupyterLab's page among what is ours."""
    walk.beside = [one for place in places for one in place.all()]
    assert walk.beside
    yield
    walk.beside = []


# --- around the workbench ---


def launcher(walk: Walk) -> Iterator[str]:
    icon = walk.page.locator('[data-icon="promptyflow-lab:workbench"]')
    card = walk.page.locator(".jp-LauncherCard").filter(has=icon)
    expect(card).to_be_visible()
    with beside(walk, card):
        yield "launcher"


def palette(walk: Walk) -> Iterator[str]:
    page = walk.page
    page.keyboard.press("ControlOrMeta+Shift+c")
    page.locator(".lm-CommandPalette-input").fill("PromptyFlow")
    entries = page.locator(f".lm-CommandPalette-item{COMMANDS}")
    until(lambda: entries.count() > 10)
    with beside(walk, entries):
        yield "palette"
    page.keyboard.press("Escape")
    expect(page.locator(".lm-CommandPalette-input")).to_be_hidden()


def main_menu(walk: Walk) -> Iterator[str]:
    page = walk.page
    page.locator(".lm-MenuBar-item", has_text="PromptyFlow").click()
    entries = page.locator(f".lm-Menu-item{COMMANDS}")
    until(lambda: entries.count() > 10)
    with beside(walk, entries):
        yield "menu-of-jupyter"
    page.keyboard.press("Escape")
    expect(page.locator(".lm-Menu")).to_have_count(0)


def settings_editor(walk: Walk) -> Iterator[str]:
    """The page of our settings in JupyterLab's editor of them."""
    page = walk.page
    page.evaluate(
        "void jupyterapp.commands.execute('settingeditor:open', { query: 'PromptyFlow' })"
    )
    form = page.locator(".jp-SettingsPanel .jp-SettingsForm").filter(
        has=page.get_by_text("PromptyFlow", exact=True)
    )
    entry = page.locator(".jp-PluginList-entry").filter(has_text="PromptyFlow")
    expect(form.locator("input").first).to_be_visible()
    with beside(walk, form, entry):
        yield "settings-editor"
    _close_tab(walk)


def _close_tab(walk: Walk) -> None:
    walk.page.evaluate("void jupyterapp.commands.execute('application:close')")


def tour(walk: Walk) -> Iterator[str]:
    page = walk.page
    walk.at("pf-open-help").click()
    page.get_by_test_id("pf-help").get_by_test_id("pf-start-tour").click()
    card = page.get_by_test_id("pf-tour")
    (last,) = re.findall(r"\d+$", card.locator(".pf-Note").inner_text())
    for number in range(1, int(last) + 1):
        expect(card.locator(".pf-Note")).to_have_text(re.compile(f"^{number} "))
        expect(page.locator(".pf-Tour-mark")).to_be_visible()
        yield f"tour-{number}"
        page.keyboard.press("ArrowRight")
    card.get_by_test_id("pf-tour-next").click()
    expect(card).to_have_count(0)


# --- the library ---


def templates(walk: Walk) -> Iterator[str]:
    """A template that is looked for, changed, deleted, run: from the library, and out of it."""
    page, world = walk.page, walk.world
    at = page.get_by_test_id
    prompts = world.data["promptBlocks"]
    for prompt in prompts:
        body = {"name": prompt["title"], "content": "…"}
        walk.api.call("POST", "api/templates", body)
    at("pf-template-search").fill(world.template_word)
    at("pf-template-row").locator("mark").first.wait_for()
    yield "library-search"
    at("pf-template-row").first.click()
    at("pf-edit-template").click()
    editor = at("pf-template-editor").locator(".cm-content")
    editor.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(prompts[0]["template"])
    yield "library-edit"
    page.keyboard.press("Escape")  # what completes a word hears it first
    page.keyboard.press("Escape")
    at("pf-unsaved").wait_for()
    yield "library-unsaved"
    at("pf-keep-writing").click()
    at("pf-template-save").click()
    at("pf-template-text").wait_for()
    yield "library"
    at("pf-template-versions").click()
    expect(at("pf-version-row")).to_have_count(2)
    at("pf-version-text").wait_for()
    yield "library-versions"
    at("pf-versions-back").click()
    at("pf-new-template").click()
    at("pf-template-name-field").wait_for()
    yield "library-new"
    at("pf-template-cancel").click()
    at("pf-template-search").fill("")
    at("pf-template-row").first.click()
    at("pf-delete-template").click()
    at("pf-template-removed").wait_for()
    yield "library-deleted"
    at("pf-template-undo").click()
    expect(at("pf-template-row")).to_have_count(len(prompts))
    at("pf-template-row").first.click()
    at("pf-run-this-template").click()
    yield from walk.dialog("pf-run-template", "run-template")
    for template in walk.api.call("GET", "api/templates")["items"]:
        walk.api.call("DELETE", f"api/templates/{template['id']}")


# --- runs, models ---


def runs(walk: Walk) -> Iterator[str]:
    """Runs that ended in all ways, and where two answers differ."""
    dialog = walk.page.get_by_test_id("pf-runs")
    rows = dialog.get_by_test_id("pf-run-row")
    for number, end in enumerate(("done", "failed", "cancelled")):
        rows.nth(number).get_by_role("button").click()
        expect(dialog.get_by_test_id("pf-run")).to_have_attribute("data-status", end)
        yield "runs" if end == "done" else f"runs-{end}"
    for number in (0, 2):
        rows.nth(number).get_by_test_id("pf-mark-run").check()
    dialog.get_by_test_id("pf-diff-runs").click()
    dialog.get_by_test_id("pf-text-diff").wait_for()


def compare(walk: Walk) -> None:
    """Let two models answer; the dialog is open."""
    dialog = walk.page.get_by_test_id("pf-compare")
    dialog.get_by_test_id("pf-model").click()
    popover = walk.page.get_by_test_id("pf-model-popover")
    popover.locator('[data-model="openai-compatible/gpt-4"]').first.click()
    expect(dialog.get_by_test_id("pf-compare-model")).to_have_count(2)
    dialog.get_by_test_id("pf-compare-send").click()
    columns = dialog.get_by_test_id("pf-compare-column")
    expect(columns).to_have_count(2)
    for column in columns.all():
        expect(column).to_have_attribute("data-phase", "done")


def configurations(walk: Walk) -> Iterator[str]:
    """All parts of the AI settings, and a configuration that is made and chosen."""
    page = walk.page
    dialog = page.get_by_test_id("pf-providers")
    at = dialog.get_by_test_id
    at("pf-settings-configs").click()
    at("pf-new-config").wait_for()
    yield "configurations-none"
    at("pf-new-config").click()
    at("pf-config-form-name").fill(walk.world.data["promptBlocks"][0]["title"])
    at("pf-max-tokens").fill("50")
    yield "configurations-new"
    at("pf-config-form-save").click()
    at("pf-config-row").wait_for()
    yield "configurations"
    at("pf-delete-config").click()
    at("pf-undo-bar").wait_for()
    yield "configurations-deleted"
    at("pf-undo-delete").click()
    at("pf-config-row").wait_for()
    at("pf-settings-models").click()
    at("pf-models-openai-compatible").wait_for()
    yield "models-all"
    at("pf-settings-providers").click()


def chosen_configuration(walk: Walk) -> Iterator[str]:
    page = walk.page
    walk.at("pf-model").click()
    page.get_by_test_id("pf-config-option").first.wait_for()
    yield "models"
    page.get_by_test_id("pf-config-option").first.click()
    walk.at("pf-options").click()
    yield "options-configuration"
    page.keyboard.press("Escape")
    walk.place.choose_model("openai-compatible/gpt-4o")
    for config in walk.api.call("GET", "ai/configs")["items"]:
        walk.api.call("DELETE", f"ai/configs/{config['id']}")


# --- files, notebooks ---


def files(walk: Walk) -> Iterator[str]:
    """A text from a file, and what is said when that has changed or is gone; in a tab."""
    page, name = walk.page, f"{walk.world.file}.md"
    path = walk.person.jupyter.root / name
    path.write_text("one\ntwo\nthree\n", encoding="utf-8")
    browser = page.locator('li[data-id="filebrowser"]')
    browser.click()
    file = page.locator(".jp-DirListing-item").filter(has=page.get_by_text(name, exact=True))
    file.click(button="right")
    entry = page.locator(f".lm-Menu-item{COMMANDS}")
    with beside(walk, entry):
        yield "menu-of-a-file"
    entry.click()
    browser.click()
    badge = walk.at("pf-source")
    expect(badge).to_have_attribute("data-freshness", "fresh")
    yield "source-fresh"
    path.write_text("one\n2\nthree\nfour\n", encoding="utf-8")
    page.evaluate(COME_BACK)
    expect(badge).to_have_attribute("data-freshness", "stale")
    yield "source-stale"
    walk.at("pf-source-refresh").click()
    page.get_by_test_id("pf-diff").wait_for()
    yield from walk.dialog("pf-refresh", "refresh")
    path.unlink()
    page.evaluate(COME_BACK)
    expect(badge).to_have_attribute("data-freshness", "gone")
    yield "source-gone"


def notebook(walk: Walk) -> Iterator[str]:
    """A notebook: its cells have a button and a menu of ours, and a panel among its outputs."""
    page, world = walk.page, walk.world
    cells = [
        {
            "id": name,
            "cell_type": "code",
            "source": source,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        for name, source in (("a", f"# {world.file}"), ("b", ""))
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    content = {
        "cells": cells,
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    name = "walk.ipynb"
    (walk.person.jupyter.root / name).write_text(json.dumps(content), encoding="utf-8")
    page.evaluate("path => void jupyterapp.commands.execute('docmanager:open', { path })", name)
    shown = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    has_kernel(page)
    cell = shown.locator(".jp-CodeCell").first
    cell.click()
    button = cell.locator('[data-jp-item-name="promptyflow-add-cells"]')
    expect(button).to_be_visible()
    cell.click(button="right")
    entry = page.locator(f".lm-Menu-item{COMMANDS}")
    with beside(walk, entry, button):
        yield "menu-of-a-cell"
    entry.first.click()
    run_cell(shown, f"from promptyflow_lab import Panel; Panel({world.name!r})")
    walk.place = Workbench(page, shown.locator(".pf-Widget"))
    walk.place.shows_project(world.name)
    yield "cell"
    walk.at("pf-prompt-row").first.click()
    walk.at("pf-preview-text").wait_for()
    yield "cell-prompt"
