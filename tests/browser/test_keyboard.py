"""The whole job without a mouse; the focus is always seen, and returns to where it was."""

from __future__ import annotations

import re

import pytest
from lab_browser import until
from playwright.sync_api import expect
from workbench import Workbench

NAME = "By keys alone"
MODEL = "openai-compatible/gpt-4o"
HAS_RING = """() => {
    const focused = document.activeElement;
    const style = getComputedStyle(focused);
    return style.outlineStyle !== 'none' || style.boxShadow !== 'none'
        || getComputedStyle(focused, '::after').backgroundColor !== 'rgba(0, 0, 0, 0)'
        || focused.matches('body, .pf-Shell, .cm-content, dialog');
}"""
WATCH_THE_MOUSE = """() => {
    window.pointed = 0;
    for (const name of ['pointerdown', 'mousedown', 'touchstart']) {
        document.addEventListener(name, () => window.pointed++, true);
    }
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
            if has_focus(target):
                return
            self.press(key)
            assert self.page.evaluate(HAS_RING), self.page.evaluate(
                "document.activeElement.outerHTML.slice(0, 200)"
            )
        raise AssertionError(f"no {key} leads to {target}")

    def use(self, target, key="Tab"):
        """Go to a button, and press it."""
        expect(target).to_be_enabled()
        self.to(target, key)
        self.press("Enter")


def has_focus(place):
    return place.evaluate("element => element.contains(document.activeElement)")


@pytest.mark.slow
def test_a_person_works_without_a_mouse(page, api, emulator):
    api.disconnect()
    keys, panel = Keys(page), Workbench(page)
    page.evaluate(WATCH_THE_MOUSE)
    keys.press("ControlOrMeta+Alt+p")
    expect(panel.at("pf-workbench")).to_be_visible()
    make_context(keys, panel, api)
    use_menus_and_dividers(keys, panel)
    split(keys, panel, api)
    delete_and_have_back(keys, panel, api)
    write_a_prompt(keys, panel)
    select_and_copy(keys, panel)
    set_up_a_provider(keys, panel, emulator)
    send_stop_and_send(keys, panel, emulator)
    keep_the_answer(keys, panel, api)
    look_at_the_rest(keys, panel)
    assert page.evaluate("window.pointed") == 0


def outline(api):
    """Return what is stored: the titles of items, and of what is below them."""
    return {
        item["title"]: [sub["title"] for sub in item.get("subItems") or []]
        for block in api.project(NAME)["data"]["contextBlocks"]
        for item in block["items"]
    }


def make_context(keys, panel, api):
    """Make a project, a block, an item with a text and a name, and a sub-item."""
    keys.use(panel.at("pf-new-project"))
    keys.type(NAME)
    keys.press("Enter")
    panel.shows_project(NAME)
    keys.use(panel.at("pf-first-block"))
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

    keys.press("Insert")
    expect(panel.editor("pf-node-text")).to_be_focused()
    keys.type("At noon.")
    keys.press("Escape")
    keys.to(panel.at("pf-subItem-row"), "Shift+Tab")
    keys.press("F2")
    keys.type("Noon")
    keys.press("Enter")
    expect(panel.row("subItem", "Noon")).to_be_focused()
    until(lambda: outline(api) == {"Numbers": ["Noon"]})
    keys.press("ArrowUp", "Enter")
    expect(panel.at("pf-node-title")).to_have_text("Numbers")


def use_menus_and_dividers(keys, panel):
    """See that the focus comes back from a menu, and that a divider moves."""
    row = panel.row("item", "Numbers")
    expect(row).to_be_focused()
    keys.press("Shift+F10")
    menu = panel.page.locator(".lm-Menu")
    expect(menu).to_be_visible()
    keys.press("Escape")
    expect(menu).to_have_count(0)
    expect(row).to_be_focused()
    divider = panel.at("pf-divider-context")
    keys.to(divider)
    before = int(divider.get_attribute("aria-valuenow"))
    keys.press("ArrowUp", "ArrowUp")
    expect(divider).to_have_attribute("aria-valuenow", str(before - 4))


def split(keys, panel, api):
    """Split a text; the dialog keeps the focus, and gives it back."""
    page = panel.page
    dialog = page.get_by_test_id("pf-split-dialog")
    keys.use(panel.at("pf-split"))
    expect(dialog).to_be_visible()
    for _ in range(25):
        keys.press("Tab")
        assert dialog.evaluate(
            "dialog => dialog.contains(document.activeElement)"
            " || document.activeElement === document.body"
        )
    keys.press("Escape")
    expect(dialog).to_have_count(0)
    expect(panel.at("pf-split")).to_be_focused()
    keys.press("Enter")
    keys.use(dialog.get_by_test_id("pf-split-apply"))
    expect(dialog).to_have_count(0)
    until(lambda: [len(subs) for subs in outline(api).values()] == [3])


def delete_and_have_back(keys, panel, api):
    """Delete what was split off, and have it back; the focus stays in the tree."""
    tree = panel.at("pf-rows")
    keys.to(tree, "Shift+Tab")
    keys.press("Home", "ArrowDown", "ArrowDown")
    expect(panel.row("subItem", "Noon")).to_be_focused()
    before = outline(api)
    keys.press("Delete")
    expect(panel.row("subItem", "Noon")).to_have_count(0)
    until(lambda: outline(api)["Numbers"] == before["Numbers"][1:])
    until(lambda: has_focus(tree))
    keys.press("ControlOrMeta+z")
    expect(panel.row("subItem", "Noon")).to_be_visible()
    until(lambda: outline(api) == before)

    # Of the only block as well, after which there is no tree.
    keys.to(tree, "Shift+Tab")
    keys.press("Home", "Delete")
    expect(panel.at("pf-first-block")).to_be_focused()
    keys.press("ControlOrMeta+z")
    expect(panel.row("subItem", "Noon")).to_be_visible()
    until(lambda: outline(api) == before)


def write_a_prompt(keys, panel):
    keys.to(panel.at("pf-tab-context"), "Shift+Tab")
    keys.press("ArrowRight")
    expect(panel.at("pf-tab-prompt")).to_be_focused()
    keys.use(panel.at("pf-first-prompt"))
    editor = panel.editor("pf-prompt-text")
    expect(editor).to_be_visible()
    keys.to(editor)
    keys.press("ControlOrMeta+a")
    keys.type("Count {{context}}")
    panel.is_saved()
    keys.press("Escape", "Escape")  # what completes a word closes; then Tab leads on


def select_and_copy(keys, panel):
    """Choose tiles, one, all, some; copy the very text that will be sent."""
    keys.to(panel.at("pf-tiles"))
    keys.to(panel.tile("Noon"), "ArrowRight")
    keys.press("Space")
    panel.has_place("Noon", 1)
    keys.press("ControlOrMeta+a")
    expect(panel.at("pf-tile-place")).to_have_count(panel.at("pf-tile").count())
    keys.press("Space")
    panel.has_place("Noon", None)
    keys.use(panel.at("pf-copy-prompt"))
    copied = until(lambda: panel.page.evaluate("() => navigator.clipboard.readText()"))
    assert copied.startswith("Count ")
    assert "And 17 more." in copied
    assert "At noon." not in copied


def set_up_a_provider(keys, panel, emulator):
    dialog = panel.page.get_by_test_id("pf-providers")
    card = dialog.get_by_test_id("pf-provider-openai-compatible")
    keys.use(panel.at("pf-connect"))
    keys.to(card.get_by_test_id("pf-base-url"))
    keys.press("ControlOrMeta+a")
    keys.type(emulator.base_url)
    keys.use(card.get_by_test_id("pf-save-provider"))
    outcome = card.get_by_test_id("pf-provider-outcome")
    expect(outcome).to_have_attribute("data-kind", "success")
    keys.press("Escape")
    expect(dialog).to_have_count(0)
    # The button has done its work; what stands in its place has the focus, soon or late.
    expect(panel.at("pf-model")).to_be_focused()


def send_stop_and_send(keys, panel, emulator):
    """Choose a model by a part of its name; stop an answer that comes too slowly."""
    emulator.answer("Count", "**42** rides. " * 40, latency=300, chunkSize=4)
    keys.use(panel.at("pf-model"))
    popover = panel.page.get_by_test_id("pf-model-popover")
    expect(popover.get_by_test_id("pf-model-search")).to_be_focused()
    keys.type("4o")
    expect(popover.locator(".pf-mod-active")).to_have_attribute("data-model", MODEL)
    keys.press("Enter")
    expect(popover).to_have_count(0)
    expect(panel.at("pf-model")).to_be_focused()
    expect(panel.at("pf-model")).to_have_attribute("data-model", MODEL)
    keys.use(panel.at("pf-send"))
    expect(panel.at("pf-answer-text")).to_contain_text("42")
    keys.use(panel.at("pf-stop"))
    panel.has_phase("cancelled")
    emulator.reset()
    emulator.answer("Count", "**42** rides.")
    keys.use(panel.at("pf-send"))
    panel.has_phase("done")
    expect(panel.at("pf-answer-text")).to_have_text("42 rides.")

    # What is heard are sentences.
    heard = panel.root.locator("[role=status], [role=alert], [aria-live]").all_inner_texts()
    assert [one for one in heard if re.fullmatch(r"[A-Z][^.]+\.", one.strip())], heard


def keep_the_answer(keys, panel, api):
    dialog = panel.page.get_by_test_id("pf-save-answer-dialog")
    keys.use(panel.at("pf-save-answer"))
    expect(dialog.get_by_test_id("pf-save-answer-title")).to_be_focused()
    keys.press("ControlOrMeta+a")
    keys.type("Kept")
    keys.use(dialog.get_by_test_id("pf-save-answer-ok"))
    expect(dialog).to_have_count(0)
    until(lambda: "Kept" in outline(api))
    assert api.text(NAME, item=1) == "**42** rides."


def look_at_the_rest(keys, panel):
    """Help, the language, the menu of the project, the search: opened, left, and left again."""
    page = panel.page
    keys.to(panel.at("pf-project-switch"), "Shift+Tab", most=60)
    keys.press("F1")
    expect(page.get_by_test_id("pf-help")).to_be_visible()
    keys.press("Escape")
    expect(page.get_by_test_id("pf-help")).to_have_count(0)
    menu = page.locator(".lm-Menu")
    for button in ("pf-language", "pf-project-menu"):
        keys.use(panel.at(button))
        expect(menu).to_be_visible()
        keys.press("Escape")
        expect(menu).to_have_count(0)
        expect(panel.at(button)).to_be_focused()
    keys.press("Enter")
    entry = menu.get_by_role("menuitem", name="Find in the project…")
    for _ in range(15):
        if "lm-mod-active" in (entry.get_attribute("class") or ""):
            break
        keys.press("ArrowDown")
    keys.press("Enter")
    search = page.get_by_test_id("pf-search")
    expect(search.get_by_test_id("pf-search-field")).to_be_focused()
    keys.type("noon")
    search.get_by_test_id("pf-hit").first.wait_for()
    keys.press("Enter")
    expect(search).to_have_count(0)
    expect(panel.at("pf-node-title")).to_have_text("Noon")


def test_a_hundred_prompts_are_one_stop_with_arrows_between_them(page, api):
    titles = [f"Prompt {number}" for number in range(1, 101)]
    prompts = [{"id": k, "title": title} for k, title in enumerate(titles, start=1)]
    api.make("Hundred", {"contextBlocks": [], "promptBlocks": prompts})
    panel = Workbench(page).open()
    panel.open_project("Hundred")
    panel.tab("prompt")
    row = lambda title: panel.row("prompt", title).get_by_role("button").first  # noqa: E731
    panel.at("pf-add-prompt").focus()
    page.keyboard.press("Tab")
    expect(row("Prompt 1")).to_be_focused()
    for key, title in (("ArrowDown", 2), ("End", 100), ("ArrowUp", 99), ("Home", 1)):
        page.keyboard.press(key)
        expect(row(f"Prompt {title}")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(panel.at("pf-prompt-title")).to_have_text("Prompt 100")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(panel.at("pf-prompt-title")).to_be_focused()
