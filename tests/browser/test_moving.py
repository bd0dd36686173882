"""The panel moves to the other side and back: what is open, read and written stays as it was."""

from __future__ import annotations

import pytest
from lab_browser import until
from playwright.sync_api import expect
from slow_provider import SlowProvider, serving
from workbench import Workbench

TEXT = "".join(f"Line {number}.\n" for number in range(600))
DATA = {
    "contextBlocks": [
        {
            "id": 1,
            "title": "Data",
            "items": [{"id": 1, "title": "Long", "content": TEXT}]
            + [
                {"id": number, "title": f"Item {number}", "content": "x"} for number in range(2, 60)
            ],
        }
    ],
    "promptBlocks": [{"id": 1, "title": "Ask", "template": "About: {{context}}"}],
}
TOP = "element => element.scrollTop"


def move(page, side):
    """Move the panel as JupyterLab's own menu does."""
    page.locator('li[data-id="promptyflow-panel"]').click(button="right")
    page.get_by_role("menuitem", name="Switch Sidebar Side").click()
    panel = Workbench(page)
    expect(page.locator(f"#jp-{side}-stack #promptyflow-panel")).to_have_count(1)
    return panel.open()


def selected(page):
    return page.evaluate("() => getSelection().toString()")


def test_the_panel_moves_and_nothing_is_lost(person, page, api):
    api.make("Moving", DATA)
    panel = Workbench(page).open()
    panel.at("pf-project-search").fill("Moving")
    panel.open_project("Moving")
    panel.open_node("item", "Long")
    lines = panel.at("pf-node-text").locator(".cm-line")
    panel.editor("pf-node-text").click()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type("typed at the end")
    page.keyboard.press("Shift+Home")
    assert selected(page) == "typed at the end"
    scroller = panel.at("pf-node-text").locator(".cm-scroller")
    top = scroller.evaluate(TOP)
    assert top > 1000
    rows = panel.at("pf-rows")
    rows.evaluate("element => { element.scrollTop = 300; }")
    panel.at("pf-node-title").focus()

    panel = move(page, "right")
    expect(lines.filter(has_text="typed at the end")).to_be_in_viewport()
    assert scroller.evaluate(TOP) == pytest.approx(top, abs=2)
    until(lambda: abs(rows.evaluate(TOP) - 300) < 2)
    person.picture(page, "moved-right")
    panel.editor("pf-node-text").focus()
    page.keyboard.type("replaced")  # what was selected still is
    until(lambda: api.text("Moving").endswith("Line 599.\nreplaced"))

    # An answer goes on being written while the panel moves.
    with serving(SlowProvider()) as slow:
        api.connect(slow.base_url)
        panel.tab("prompt")
        panel.tile("Item 5").click()
        panel.at("pf-send").click()
        answer = panel.at("pf-answer-text")
        expect(answer).to_contain_text("piece 2")
        panel = move(page, "left")
        expect(answer).to_contain_text("piece 2")
        seen = slow.pieces
        expect(answer).to_contain_text(f"piece {seen + 5}")
        panel.has_phase("streaming")
        panel.at("pf-stop").click()
        panel.has_phase("cancelled")
    panel.tab("prompt")
    panel.has_place("Item 5", 1)
    api.disconnect()

    # JupyterLab remembers where the panel went. A tab is a tab all the same.
    panel.at("pf-project-menu").click()
    page.get_by_role("menuitem", name="Open in a tab").click()
    tab = Workbench(page, page.locator("#jp-main-dock-panel .pf-Shell"))
    expect(tab.at("pf-workbench")).to_be_visible()
