"""The workbench on a page, used by mouse and keyboard as a person would."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lab_browser import until
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

EDIT_KEY = "ControlOrMeta"


class Workbench:
    """One mounted workbench: in the side panel, in a tab, or in the output of a cell.

    Parameters
    ----------
    page
        A page that shows JupyterLab.
    root
        What holds the workbench; by default the side panel.
    """

    def __init__(self, page: Page, root: Locator | None = None) -> None:
        self.page = page
        self.root = root or page.locator("#promptyflow-panel")

    def at(self, test_id: str) -> Locator:
        return self.root.get_by_test_id(test_id)

    def open(self) -> Workbench:
        """Click the icon of the side panel, if it is not open."""
        icon = self.page.locator('li[data-id="promptyflow-panel"]')
        expect(icon).to_be_visible()
        if "lm-mod-current" not in (icon.get_attribute("class") or ""):
            icon.click()
        expect(self.at("pf-workbench")).to_be_visible()
        return self

    # --- projects ---

    def new_project(self, name: str) -> None:
        self.at("pf-new-project").click()
        self.name_it("pf-project-name-field", name)
        self.shows_project(name)

    def open_project(self, name: str) -> None:
        row = self.at("pf-project-row").filter(has=self.page.get_by_text(name, exact=True))
        expect(row).to_be_visible()
        # One that was made elsewhere may come in above, between pressing and letting go.
        while row.count() > 0 and self.at("pf-project-name").count() == 0:
            row.get_by_role("button").first.click()
            self.page.wait_for_timeout(300)
        self.shows_project(name)

    def return_to(self, project: str) -> None:
        """Open the project after a reload, unless the page came back with it."""
        name = self.at("pf-project-name")
        expect(name.or_(self.at("pf-project-row")).first).to_be_visible()
        if name.count() == 0:
            self.open_project(project)
        self.shows_project(project)

    def shows_project(self, name: str) -> None:
        expect(self.at("pf-project-name")).to_have_text(name)

    def is_saved(self) -> None:
        self.has_save_state("saved")

    def has_save_state(self, status: str, timeout: float | None = None) -> None:
        state = self.at("pf-save-state")
        expect(state).to_have_attribute("data-status", status, timeout=timeout)

    # --- context ---

    def tab(self, name: str) -> None:
        """Show ``context``, ``prompt`` or ``answer`` of the narrow layout."""
        tab = self.at(f"pf-tab-{name}")
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")

    def add_block(self, title: str) -> None:
        self.at("pf-first-block").or_(self.at("pf-add-block")).first.click()
        self.name_it("pf-title-field", title)
        expect(self.row("block", title)).to_be_visible()

    def add_item(self, block: str, title: str, text: str = "") -> None:
        self._add_child("item", self.row("block", block), title, text)

    def add_sub_item(self, item: str, title: str, text: str = "") -> None:
        self._add_child("subItem", self.row("item", item), title, text)

    def open_node(self, level: str, title: str) -> None:
        self.row(level, title).click()
        expect(self.at("pf-node-title")).to_have_text(title)

    def row(self, level: str, title: str) -> Locator:
        """Return the row of a ``block``, an ``item`` or a ``subItem`` in the tree."""
        named = self.page.locator(".pf-Row-title", has_text=whole(title))
        return self.at(f"pf-{level}-row").filter(has=named)

    def _add_child(self, level: str, parent: Locator, title: str, text: str) -> None:
        rows = self.at(f"pf-{level}-row")
        count = rows.count()
        parent.hover()
        parent.get_by_test_id(f"pf-row-add-{level}").click()
        expect(rows).to_have_count(count + 1)
        self.at("pf-node-title").click()
        self.name_it("pf-node-title-field", title)
        expect(self.at("pf-node-title")).to_have_text(title)
        if text:
            self.type("pf-node-text", text)

    # --- texts ---

    def name_it(self, field: str, text: str) -> None:
        expect(self.at(field)).to_be_focused()
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def editor(self, test_id: str) -> Locator:
        return self.at(test_id).locator(".cm-content")

    def type(self, test_id: str, text: str) -> None:
        """Type at the end of an editor."""
        self.editor(test_id).click()
        self.page.keyboard.press(f"{EDIT_KEY}+End")
        self.page.keyboard.type(text)

    def replace(self, test_id: str, text: str) -> None:
        """Replace what stands in an editor by what is typed."""
        self.editor(test_id).click()
        self.page.keyboard.press(f"{EDIT_KEY}+a")
        self.page.keyboard.type(text)

    def paste(self, test_id: str, text: str) -> None:
        """Paste at the end of an editor, from the real clipboard."""
        self.page.evaluate("text => navigator.clipboard.writeText(text)", text)
        self.editor(test_id).click()
        self.page.keyboard.press(f"{EDIT_KEY}+End")
        self.page.keyboard.press(f"{EDIT_KEY}+v")

    def shown_text(self, test_id: str) -> str:
        """Return the lines an editor has laid out: all of them where they fit."""
        return "\n".join(self.at(test_id).locator(".cm-line").all_text_contents())

    # --- prompts ---

    def tile(self, title: str) -> Locator:
        named = self.page.locator(".pf-Tile-title", has_text=whole(title))
        return self.at("pf-tile").filter(has=named)

    def has_place(self, title: str, place: int | None) -> None:
        badge = self.tile(title).get_by_test_id("pf-tile-place")
        if place is None:
            expect(badge).to_have_count(0)
        else:
            expect(badge).to_have_text(str(place))

    def copied_prompt(self) -> str:
        """Press "Copy the prompt" and return what is in the clipboard then."""
        self.page.evaluate("() => navigator.clipboard.writeText('')")
        self.at("pf-copy-prompt").click()
        return until(lambda: self.page.evaluate("() => navigator.clipboard.readText()"))

    # --- answers ---

    def choose_model(self, model: str) -> None:
        choice = self.at("pf-model")
        expect(choice).to_be_enabled()
        if choice.get_attribute("data-model") != model:
            choice.click()
            popover = self.page.get_by_test_id("pf-model-popover")
            popover.locator(f'[data-model="{model}"]').first.click()
            expect(popover).to_have_count(0)
        expect(choice).to_have_attribute("data-model", model)

    def has_phase(self, phase: str, timeout: float | None = None) -> None:
        expect(self.at("pf-answer")).to_have_attribute("data-phase", phase, timeout=timeout)


def whole(text: str) -> re.Pattern[str]:
    """Match an element that holds this text and no more."""
    return re.compile(rf"^\s*{re.escape(text)}\s*$")
