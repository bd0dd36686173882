"""The whole job without a mouse; the focus is always seen, and returns to where it was."""

from __future__ import annotations

import re

from lab_browser import until
from playwright.sync_api import expect
from workbench import Workbench

NAME = "By keys alone"
HAS_RING = """() => {
    const focused = document.activeElement;
    const style = getComputedStyle(focused);
    return style.outlineStyle !== 'none' || style.boxShadow !== 'none'
        || getComputedStyle(focused, '::after').backgroundColor !== 'rgba(0, 0, 0, 0)'
        || focused.matches('body, .pf-Shell, .cm-content, dialog');
}"""


class Keys:
    """A keyboard, and what it leads to."""

    def __init__(self, page):
        self.page = page

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text):
        self.page.keyboard.type(text)

    def to(self, target, key="Tab", most=40):
        """Press a key until the focus has come to a place; it is seen everywhere on the way."""
        for _ in range(most):
            if target.evaluate("element => element.contains(document.activeElement)"):
                return
            self.press(key)
            assert self.page.evaluate(HAS_RING), self.page.evaluate(
                "document.activeElement.outerHTML.slice(0, 200)"
            )
        raise AssertionError(f"no {key} leads to {target}")


def test_a_person_works_without_a_mouse(page, api, emulator):
    api.connect(emulator.base_url)
    emulator.answer("Count", "**42** rides.")
    keys, panel = Keys(page), Workbench(page)
    keys.press("ControlOrMeta+Alt+p")
    expect(panel.at("pf-workbench")).to_be_visible()
    make_context(keys, panel, api)
    use_menu_dialog_and_divider(keys, panel)
    ask(keys, panel)

    # What is heard are sentences.
    heard = panel.root.locator("[role=status], [role=alert], [aria-live]").all_inner_texts()
    assert [one for one in heard if re.fullmatch(r"[A-Z][^.]+\.", one.strip())], heard


def make_context(keys, panel, api):
    """Make a project, a block, and an item with a text and a name."""
    keys.to(panel.at("pf-new-project"))
    keys.press("Enter")
    keys.type(NAME)
    keys.press("Enter")
    panel.shows_project(NAME)
    keys.to(panel.at("pf-first-block"))
    keys.press("Enter")
    expect(panel.at("pf-title-field")).to_be_focused()
    keys.type("Rides")
    keys.press("Enter")
    keys.to(panel.row("block", "Rides"))
    keys.press("Insert")
    expect(panel.editor("pf-node-text")).to_be_focused()
    keys.type("There were 42. And 17 more.")
    panel.is_saved()
    until(lambda: api.text(NAME) == "There were 42. And 17 more.")
    keys.press("Escape")  # an editor keeps Tab for itself until then
    keys.to(panel.at("pf-item-row"), "Shift+Tab")
    keys.press("F2")
    keys.type("Numbers")
    keys.press("Enter")
    expect(panel.row("item", "Numbers")).to_be_focused()


def use_menu_dialog_and_divider(keys, panel):
    """See that the focus comes back from each of them."""
    row = panel.row("item", "Numbers")
    keys.press("Shift+F10")
    menu = panel.page.locator(".lm-Menu")
    expect(menu).to_be_visible()
    keys.press("Escape")
    expect(menu).to_have_count(0)
    expect(row).to_be_focused()
    keys.to(panel.at("pf-split"))
    keys.press("Enter")
    dialog = panel.page.get_by_test_id("pf-split-dialog")
    expect(dialog).to_be_visible()
    for _ in range(25):  # the focus does not leave the dialog
        keys.press("Tab")
        assert dialog.evaluate(
            "dialog => dialog.contains(document.activeElement)"
            " || document.activeElement === document.body"
        )
    keys.press("Escape")
    expect(dialog).to_have_count(0)
    expect(panel.at("pf-split")).to_be_focused()
    divider = panel.at("pf-divider-context")
    keys.to(divider, "Shift+Tab")
    before = int(divider.get_attribute("aria-valuenow"))
    keys.press("ArrowUp", "ArrowUp")
    expect(divider).to_have_attribute("aria-valuenow", str(before - 4))


def ask(keys, panel):
    """Make a prompt, select its context, and send it."""
    keys.to(panel.at("pf-tab-context"), "Shift+Tab")
    keys.press("ArrowRight")
    expect(panel.at("pf-tab-prompt")).to_be_focused()
    keys.to(panel.at("pf-first-prompt"))
    keys.press("Enter")
    expect(panel.editor("pf-prompt-text")).to_be_visible()
    editor = panel.editor("pf-prompt-text")
    keys.to(editor)
    keys.press("ControlOrMeta+a")
    keys.type("Count {{context}}")
    panel.is_saved()
    keys.press("Escape", "Escape")  # what completes a word closes; then Tab leads on
    keys.to(panel.at("pf-tiles"))
    keys.to(panel.tile("Numbers"), "ArrowRight")
    keys.press("Space")
    panel.has_place("Numbers", 1)
    keys.to(panel.at("pf-send"))
    keys.press("Enter")
    panel.has_phase("done")
    expect(panel.at("pf-answer-text")).to_contain_text("42 rides.")
