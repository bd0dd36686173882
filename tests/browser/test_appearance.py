"""How the workbench looks: in every place, theme and language, and with hostile texts in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from lab_browser import THEMES
from playwright.sync_api import expect
from screens import ANSWERS
from workbench import Workbench

from promptyflow_server.projects.sample import sample_name, sample_project

CATALOGUE = (
    Path(__file__).parents[2] / "promptyflow_lab/locale/ru_RU/LC_MESSAGES/promptyflow_lab.json"
)

# Everything that sticks out of the workbench, or scrolls sideways in it; texts may scroll.
STICKING_OUT = """root => {
    const edge = root.getBoundingClientRect();
    const texts = '.cm-editor, .jp-RenderedMarkdown';
    return [root, ...root.querySelectorAll('*')].filter(element => {
        if (element.closest(texts) || element.closest('.pf-Hidden')) {
            return false;
        }
        const box = element.getBoundingClientRect();
        const style = getComputedStyle(element);
        const scrolls = /auto|scroll/.test(style.overflowX);
        return box.width > 0 && (
            box.right > edge.right + 1 || box.left < edge.left - 1
            || (scrolls && element.scrollWidth > element.clientWidth + 1)
        );
    }).map(element => element.outerHTML.slice(0, 200));
}"""

IS_CUT = """element => [element, ...element.querySelectorAll('*')]
    .some(part => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0)"""


def set_up(api, emulator, language, name=None):
    """Make the sample project, and a model that answers it; return its name."""
    name = name or sample_name(language)
    emulator.answer({"en": "Write a summary", "ru": "Напиши сводку"}[language], ANSWERS["en"])
    api.connect(emulator.base_url)
    api.make(name, sample_project(language).to_dict())
    return name


def has_theme(page, name):
    expect(page.locator("body")).to_have_attribute("data-jp-theme-name", THEMES[name])


def widen_side_panel(page, width):
    """Drag the divider beside the side panel."""
    box = page.locator("#promptyflow-panel").bounding_box()
    y = box["y"] + box["height"] / 2
    edge = box["x"] + box["width"] + 2
    page.mouse.move(edge, y)
    page.mouse.down()
    page.mouse.move(box["x"] + width, y, steps=8)
    page.mouse.up()


def fits(workbench):
    root = workbench.root.get_by_test_id("pf-workbench").or_(workbench.root).last
    assert root.evaluate(STICKING_OUT) == []
    for state in workbench.at("pf-save-state").all():
        assert state.evaluate(IS_CUT) is False


def shown_at_widths(person, panel, name, *words):
    """See that the panel fits when it is narrow and when it is less so."""
    for width in (240, 300):
        widen_side_panel(panel.page, width)
        fits(panel)
    person.picture(panel.page, "-".join(["side", name, *words]))


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_side_panel_fits_its_width(person, api, emulator, theme, name):
    theme(name)
    project = set_up(api, emulator, "en", f"Bike rentals in the city, {name}")
    page = person.open()
    has_theme(page, name)
    panel = Workbench(page).open()
    panel.at("pf-project-search").fill(project)
    expect(panel.at("pf-project-row")).to_have_count(1)
    shown_at_widths(person, panel, name, "projects")
    panel.open_project(project)
    panel.open_node("item", "Columns")
    panel.editor("pf-node-text").wait_for()
    shown_at_widths(person, panel, name, "context")
    panel.tab("prompt")
    panel.at("pf-preview-text").wait_for()
    shown_at_widths(person, panel, name, "prompt")
    panel.at("pf-send").click()
    panel.has_phase("done")
    shown_at_widths(person, panel, name, "answer")


@pytest.mark.parametrize("name", ["light", "dark"])
def test_a_tab_shows_three_panes(person, api, emulator, theme, name):
    theme(name)
    project = set_up(api, emulator, "en", f"Bike rentals, wide {name}")
    page = person.open()
    has_theme(page, name)
    page.locator(".jp-LauncherCard", has_text="PromptyFlow").click()
    tab = Workbench(page, page.locator("#jp-main-dock-panel .pf-Shell"))
    tab.at("pf-project-search").fill(project)
    tab.open_project(project)
    expect(page.get_by_role("tab", name=f"PromptyFlow: {project}")).to_be_visible()
    tab.open_node("block", "The data")
    tab.open_node("item", "Columns")
    fits(tab)
    person.picture(page, f"wide-{name}-context")
    tab.at("pf-prompt-row").first.click()
    tab.at("pf-preview-text").wait_for()
    fits(tab)
    person.picture(page, f"wide-{name}-prompt")
    tab.at("pf-send").click()
    tab.has_phase("done")
    fits(tab)
    person.picture(page, f"wide-{name}-answer")


def test_where_colours_are_forced_lines_tell_what_backgrounds_told(person, page, api):
    data = {
        "contextBlocks": [
            {"id": 1, "title": "Block", "items": [{"id": 1, "title": "One", "content": "text"}]}
        ],
        "promptBlocks": [{"id": 1, "title": "Ask", "template": "{{context}}"}],
    }
    api.make("Forced colours", data)
    page.emulate_media(forced_colors="active")
    panel = Workbench(page).open()
    panel.open_project("Forced colours")
    panel.tab("prompt")
    panel.tile("One").click()
    panel.has_place("One", 1)
    person.picture(page, "forced-colours")
    for told in (panel.at("pf-prompt-row"), panel.tile("One")):
        expect(told).to_have_css("outline-style", "solid")
    background, dot = (
        locator.evaluate("element => getComputedStyle(element).backgroundColor")
        for locator in (panel.at("pf-workbench"), panel.at("pf-save-state").locator("span").first)
    )
    assert dot not in {background, "rgba(0, 0, 0, 0)"}
