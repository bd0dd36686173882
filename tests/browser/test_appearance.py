"""How the workbench looks: in every place, theme and language, and with hostile texts in it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from lab_browser import THEMES
from playwright.sync_api import expect
from workbench import Workbench

from promptyflow_server.projects.sample import sample_name, sample_project

CATALOGUE = (
    Path(__file__).parents[2] / "promptyflow_lab/locale/ru_RU/LC_MESSAGES/promptyflow_lab.json"
)
ANSWER = """## Two peaks a day

On working days rentals peak **at 8 and at 17–18 o'clock**; at weekends there is one hill at 14.

| when | rentals an hour |
|---|---:|
| working day, 8 h | 478 |
| working day, 17 h | 525 |
| weekend, 14 h | 372 |

1. Warm air brings riders, up to about `temp = 0.75`.
2. Humidity above 0.85 halves the number.

```python
rentals.groupby(["workingday", "hr"])["cnt"].mean().unstack(0)
```

*Missing*: holidays, and what a rental earns.
"""

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

# What is read or heard of the workbench: not what people type, nor names of models and makers.
WORDS = """root => {
    const people = '.cm-editor, .jp-RenderedMarkdown, option, optgroup, .pf-Row-title,'
        + '.pf-Tile-title, .pf-TileHead-title, .pf-Variable-name, pre, .pf-Answer-facts,'
        + '.pf-Card h3, .pf-Folded > summary, [data-testid=pf-provider-models]';
    const words = [];
    for (const element of [root, ...root.querySelectorAll('*')]) {
        for (const name of ['aria-label', 'title', 'placeholder']) {
            words.push(element.getAttribute(name));
        }
        if (!element.closest(people)) {
            for (const node of element.childNodes) {
                words.push(node.nodeType === Node.TEXT_NODE ? node.data : null);
            }
        }
    }
    return words.filter(Boolean).map(text => text.trim()).filter(Boolean);
}"""


def set_up(api, emulator, language, name=None):
    """Make the sample project, and a model that answers it; return its name."""
    name = name or sample_name(language)
    emulator.answer({"en": "Write a summary", "ru": "Напиши сводку"}[language], ANSWER)
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


def untranslated(words):
    """Return those that are a message of ours in English, or that hold no Russian word."""
    messages = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    english = [
        re.compile("^" + re.sub(r"%\d", ".*", re.escape(message)) + "$")
        for message, translated in messages.items()
        if message and message != translated[0] and re.search("[A-Za-z]", message)
    ]
    return sorted(
        {
            text
            for text in words
            if not re.search("https?://|localhost", text)
            if any(one.match(text) for one in english)
            or (re.search("[A-Za-z]{3}", text) and not re.search("[А-Яа-яЁё]", text))
        }
        - {"PromptyFlow"}
    )


@pytest.fixture
def no_projects(api):
    """Delete what other tests left: their names are no words of ours."""
    for other in api.call("GET", "api/projects?limit=200")["items"]:
        api.call("DELETE", f"api/projects/{other['id']}")


@pytest.mark.usefixtures("russian", "no_projects")
def test_nothing_of_ours_is_left_in_english(person, api, emulator):
    project = set_up(api, emulator, "ru")
    page = person.open()
    panel = Workbench(page).open()
    widen_side_panel(page, 300)
    panel.at("pf-projects").wait_for()
    words = page.locator('li[data-id="promptyflow-panel"]').evaluate(WORDS)

    def read(name):
        fits(panel)
        words.extend(panel.root.evaluate(WORDS))
        person.picture(page, f"russian-{name}")

    def read_menu(button):
        button.click()
        menu = page.locator(".lm-Menu")
        expect(menu).to_be_visible()
        words.extend(menu.locator(".lm-Menu-itemLabel").all_text_contents())
        page.keyboard.press("Escape")
        expect(menu).to_have_count(0)

    panel.at("pf-project-search").fill(project)
    expect(panel.at("pf-project-row")).to_have_count(1)
    read("projects")
    read_menu(panel.at("pf-project-row-menu"))
    panel.open_project(project)
    read_menu(panel.at("pf-project-menu"))
    panel.open_node("block", "Данные")
    read("block")
    panel.open_node("item", "Столбцы")
    panel.editor("pf-node-text").wait_for()
    read("context")
    read_menu(panel.at("pf-node-menu"))
    panel.tab("prompt")
    panel.at("pf-preview-text").wait_for()
    read("prompt")
    read_menu(panel.at("pf-prompt-head-menu"))
    panel.tab("answer")
    panel.at("pf-no-answer").wait_for()
    read("no-answer")
    panel.at("pf-send").click()
    panel.has_phase("done")
    read("answer")
    panel.at("pf-open-settings").click()
    dialog = page.get_by_test_id("pf-providers")
    card = dialog.get_by_test_id("pf-provider-openai-compatible")
    card.get_by_test_id("pf-test-provider").click()
    card.get_by_test_id("pf-provider-outcome").wait_for()
    words.extend(dialog.evaluate(WORDS))
    person.picture(page, "russian-providers")
    page.keyboard.press("Escape")
    panel.at("pf-save-state").wait_for()
    assert len(words) > 100
    assert untranslated(words) == []


PAYLOAD = "<img src=x onerror=window.hacked='{}'>"
HOSTILE_ANSWER = f"""# {PAYLOAD.format("heading")}

{PAYLOAD.format("answer")} <script>window.hacked = 'script'</script>
<svg onload="window.hacked='svg'"></svg>
<iframe srcdoc="<script>top.hacked='frame'</script>"></iframe>

[a link](javascript:window.hacked='link') <a href="javascript:window.hacked='a'">another</a>

![spy](https://spy.example/pixel.png?secret=1) <img src="https://spy.example/2.png">
<div style="background: url(https://spy.example/3.png)">styled</div>

The end.
"""


def test_no_title_and_no_answer_runs_anything_or_asks_another_host(person, api, emulator):
    names = {part: PAYLOAD.format(part) for part in ("project", "block", "item", "prompt", "text")}
    item = {"id": 1, "title": names["item"], "content": names["text"]}
    block = {"id": 1, "title": names["block"], "items": [item]}
    prompt = {
        "id": 1,
        "title": names["prompt"],
        "template": "Attack {{context}} {{<b>name</b>}}",
        "selectedContext": [{"blockId": 1, "itemId": 1, "order": 1}],
    }
    api.connect(emulator.base_url)
    emulator.answer("Attack", HOSTILE_ANSWER)
    api.make(names["project"], {"contextBlocks": [block], "promptBlocks": [prompt]})
    page = person.open()
    panel = Workbench(page).open()
    panel.open_project(names["project"])
    panel.open_node("block", names["block"])
    panel.open_node("item", names["item"])
    expect(panel.editor("pf-node-text")).to_have_text(names["text"])
    panel.tab("prompt")
    panel.has_place(names["item"], 1)
    panel.at("pf-preview-text").wait_for()
    panel.at("pf-send").click()
    panel.has_phase("done")
    answer = panel.at("pf-answer-text")
    expect(answer).to_contain_text("The end.")
    expect(answer).to_contain_text("spy.example")
    assert answer.evaluate(IS_CUT) is False
    person.picture(page, "hostile")
    links = answer.locator("a").evaluate_all("links => links.map(link => link.href)")
    assert not [link for link in links if link.startswith("javascript:")]
    for link in answer.locator("a", has_text="another").all():
        link.click()

    # What is said about things by name: a dialog, a notification, the title of a tab.
    panel.tab("context")
    panel.row("item", names["item"]).focus()
    page.keyboard.press("Delete")
    expect(page.locator(".Toastify__toast")).to_contain_text(names["item"])
    panel.at("pf-project-menu").click()
    page.locator(".lm-Menu-item").last.click()
    expect(page.locator(".jp-Dialog")).to_contain_text(names["project"])
    page.keyboard.press("Escape")
    page.locator(".jp-LauncherCard", has_text="PromptyFlow").click()
    expect(page.get_by_role("tab", name=names["project"])).to_be_visible()
    assert page.evaluate("window.hacked") is None
