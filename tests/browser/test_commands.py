"""Commands and settings: what a button does has a name in the palette, and keys; settings hold."""

from __future__ import annotations

import re

import pytest
from lab_browser import ready, until
from playwright.sync_api import expect
from slow_provider import SlowProvider, serving
from workbench import Workbench

from promptyflow_lab.sources.origin import digest

TEMPLATE = "Tell {{reader}} what it is about:\n\n{{context}}"
DATA = {
    "contextBlocks": [
        {
            "id": 1,
            "title": "Data",
            "items": [
                {"id": 1, "title": "Peaks", "content": "At 8 and at 17."},
                {"id": 2, "title": "Rain", "content": "Nobody rides."},
            ],
        }
    ],
    "promptBlocks": [
        {
            "id": 1,
            "title": "Ask",
            "template": "About rides: {{context}}",
            "selectedContext": [{"blockId": 1, "itemId": 1, "order": 1}],
        }
    ],
}
PLUGIN = "promptyflow-lab:plugin"
EDITORS = "@jupyterlab/codemirror-extension:plugin"
ENABLED = """id => jupyterapp.commands.isEnabled(`promptyflow:${id}`)"""


def run(page, words):
    """Choose a command in the palette, as it is found by its words."""
    page.keyboard.press("ControlOrMeta+Shift+c")
    page.locator(".jp-ModalCommandPalette input").fill(words)
    page.locator(".jp-ModalCommandPalette .lm-CommandPalette-item", has_text=words).first.click()


def is_enabled(page, command):
    return page.evaluate(ENABLED, command)


def copied(page, act):
    """Return what is in the clipboard after something was done."""
    page.evaluate("() => navigator.clipboard.writeText('')")
    act()
    return until(lambda: page.evaluate("() => navigator.clipboard.readText()"))


@pytest.fixture
def opened(panel, api, request):
    panel.name = request.node.originalname
    panel.id = api.make(panel.name, DATA)
    panel.at("pf-project-search").fill(panel.name)
    panel.open_project(panel.name)
    return panel


def test_what_a_prompt_compiles_to_is_copied_by_a_command_and_by_keys(page, opened, api):
    exact = api.compile(opened.id, 1)["compiled"]
    assert copied(page, lambda: run(page, "Compile and copy the prompt")) == exact
    opened.tab("prompt")
    opened.editor("pf-prompt-text").click()
    assert copied(page, lambda: page.keyboard.press("ControlOrMeta+Alt+c")) == exact
    run(page, "Select all context for the prompt")
    opened.has_place("Rain", 2)
    run(page, "Wrap the context of the prompt in tags")
    expect(opened.at("pf-wrap-in-tags")).not_to_be_checked()
    opened.is_saved()
    plain = api.compile(opened.id, 1)["compiled"]
    assert plain == "About rides: At 8 and at 17.\n\nNobody rides."
    assert copied(page, lambda: run(page, "Copy the context of the prompt")) in plain


def test_a_template_is_run_asks_what_is_open_and_is_sent(person, page, opened, api, emulator):
    api.connect(emulator.base_url)
    emulator.answer("Tell Ann what it is about", "Of **rides**.")
    for template in api.call("GET", "api/templates?limit=200")["items"]:
        api.call("DELETE", f"api/templates/{template['id']}")
    api.call("POST", "api/templates", {"name": "Gist", "content": TEMPLATE})
    at = page.get_by_test_id
    opened.at("pf-tab-context").focus()
    page.keyboard.press("ControlOrMeta+Alt+t")
    expect(at("pf-template-row")).to_have_count(1)
    at("pf-template-search").press("Enter")
    expect(at("pf-run-this-template")).to_be_focused()
    person.picture(page, "run-template-choose")
    page.keyboard.press("Enter")
    dialog = at("pf-run-template")
    expect(dialog.get_by_test_id("pf-run-variable-reader")).to_be_focused()
    expect(dialog.get_by_test_id("pf-run-template-send")).to_be_disabled()
    page.keyboard.type("Ann")
    expect(dialog.get_by_test_id("pf-run-context")).to_have_value("open")
    person.picture(page, "run-template")
    dialog.get_by_test_id("pf-run-context").select_option("all")
    dialog.get_by_test_id("pf-run-variable-reader").press("ControlOrMeta+Enter")
    opened.has_phase("done")
    expect(opened.at("pf-answer-text").locator("strong")).to_have_text("rides")
    (request,) = emulator.requests()
    assert "Nobody rides." in request["body"]["messages"][-1]["content"]
    prompt = api.project(opened.name)["data"]["promptBlocks"][1]
    assert (prompt["title"], prompt["variables"]) == ("Gist", {"reader": "Ann"})
    assert len(prompt["selectedContext"]) == 2

    # Once more: the prompt that was made goes on, with what was said before.
    run(page, "Run a template")
    at("pf-template-search").press("Enter")
    page.keyboard.press("Enter")
    expect(dialog.get_by_test_id("pf-run-variable-reader")).to_have_value("Ann")
    expect(dialog.get_by_test_id("pf-run-context")).to_have_value("own")
    dialog.get_by_test_id("pf-run-template-send").click()
    opened.has_phase("done")
    until(lambda: len(emulator.requests()) == 2)
    assert len(api.project(opened.name)["data"]["promptBlocks"]) == 2


def test_commands_know_when_they_can_do_something(person, page, opened, api):
    commands = ("send", "stop", "undo", "split", "copy-answer", "find-in-text")
    assert [is_enabled(page, one) for one in commands] == [True] + [False] * 5
    opened.open_node("item", "Rain")
    assert is_enabled(page, "split")
    assert is_enabled(page, "find-in-text")
    opened.type("pf-node-text", " Or do they?")
    opened.is_saved()
    assert is_enabled(page, "undo")
    with serving(SlowProvider()) as slow:
        api.connect(slow.base_url)
        # In the context there is no button that sends, so no keys send, either.
        page.keyboard.press("ControlOrMeta+Enter")
        expect(opened.at("pf-tab-context")).to_have_attribute("aria-selected", "true")
        opened.tab("prompt")
        opened.at("pf-prompt-text").locator(".cm-content").press("ControlOrMeta+Enter")
        opened.has_phase("streaming")
        expect(opened.at("pf-answer-text")).to_contain_text("piece 2")
        assert is_enabled(page, "stop")
        assert not is_enabled(page, "send")
        page.get_by_role("menuitem", name="PromptyFlow", exact=True).click()
        menu = page.locator(".lm-Menu")
        expect(menu.get_by_text("Stop the answer")).to_be_visible()
        person.picture(page, "main-menu")
        page.keyboard.press("Escape")
        opened.at("pf-answer").locator(".pf-Answer-body").press("ControlOrMeta+Alt+s")
        opened.has_phase("cancelled")
        assert slow.hung_up.wait(10)
    assert is_enabled(page, "copy-answer")
    assert copied(page, lambda: run(page, "Copy the last answer")).startswith("piece 1")
    api.disconnect()


@pytest.fixture
def settings(api):
    """Set something as the settings editor does, and forget it afterwards."""
    yield lambda **values: api.setting(PLUGIN, **values)
    api.setting(PLUGIN)
    api.call("PATCH", "api/user", {"language": None})


def test_settings_hold_for_new_prompts_editors_and_how_soon_is_saved(settings, person, api):
    settings(wrapInTags=False, autosaveRest=2000)
    api.setting(EDITORS, defaultConfig={"customStyles": {"fontSize": 21}})
    api.make("Settings hold", DATA)
    page = person.open()
    panel = Workbench(page).open()
    panel.open_project("Settings hold")
    panel.tab("prompt")
    panel.at("pf-add-prompt").click()
    expect(panel.at("pf-wrap-in-tags")).not_to_be_checked()
    panel.is_saved()
    assert [p["wrapInTags"] for p in api.project("Settings hold")["data"]["promptBlocks"]] == [
        True,
        False,
    ]
    panel.tab("context")
    panel.open_node("item", "Rain")
    api.setting(EDITORS)
    expect(panel.at("pf-node-text").locator(".cm-line").first).to_have_css("font-size", "21px")
    sent = []
    page.on("request", lambda request: sent.append(request.method == "PATCH"))
    panel.type("pf-node-text", "!")
    began = page.evaluate("performance.now()")
    panel.is_saved()
    assert any(sent)
    assert page.evaluate("performance.now()") - began > 1500


def test_sending_for_more_than_was_set_is_asked_first(settings, person, api, emulator):
    settings(confirmAbove=0.000001)
    access = {"apiKey": "sk-of-a-test", "baseUrl": emulator.base_url}
    api.call("POST", "api/user/api-keys/openai", access)
    emulator.answer("About rides", "Yes.")
    api.make("Costs", DATA)
    page = person.open()
    panel = Workbench(page).open()
    panel.open_project("Costs")
    panel.tab("prompt")
    panel.choose_model("openai/gpt-4o")
    panel.at("pf-send").click()
    dialog = page.locator(".jp-Dialog")
    expect(dialog).to_contain_text(re.compile(r"This costs \$0\.0+\d"))
    person.picture(page, "cost-asked")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    assert emulator.requests() == []
    run(page, "Send the prompt")
    dialog.get_by_role("button", name="Send").click()
    panel.has_phase("done")
    api.disconnect()


def test_what_has_changed_at_its_source_is_asked_for_before_it_is_sent(
    settings, person, api, emulator
):
    api.connect(emulator.base_url)
    emulator.answer("About rides", "Yes.")
    file = api.jupyter.root / "rides.txt"
    file.write_text("At 8.")
    source = {
        "kind": "file",
        "reference": file.name,
        "contentHash": digest("At 8."),
        "capturedAt": "2026-01-01T00:00:00Z",
    }
    item = {"id": 1, "title": "Rides", "content": "At 8.", "source": source}
    blocks = [{"id": 1, "title": "Data", "items": [item]}]
    api.make("Stale", {**DATA, "contextBlocks": blocks})
    page = person.open()
    panel = Workbench(page).open()
    panel.open_project("Stale")
    expect(panel.row("item", "Rides")).to_be_visible()
    mark = panel.row("item", "Rides").get_by_test_id("pf-source-mark")

    def change(text):
        file.write_text(text)
        panel.tab("context")
        page.evaluate("() => window.dispatchEvent(new Event('focus'))")
        expect(mark).to_have_attribute("data-freshness", "stale")
        panel.tab("prompt")
        panel.at("pf-send").click()

    def sent():
        return emulator.requests()[-1]["body"]["messages"][-1]["content"]

    change("At 9.")
    dialog = page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("1 selected text is not what its source says any more")
    person.picture(page, "stale-asked")
    dialog.get_by_role("button", name="Send as it is").click()
    panel.has_phase("done")
    assert "At 8." in sent()
    panel.at("pf-regenerate").click()
    dialog.get_by_role("button", name="Refresh and send").click()
    until(lambda: "At 9." in sent())
    panel.has_phase("done")
    assert api.text("Stale") == "At 9."

    settings(refreshSources="always")
    page.reload()
    ready(page)
    panel.open().return_to("Stale")
    change("At 10.")
    until(lambda: "At 10." in sent())
    expect(dialog).to_have_count(0)
    assert api.text("Stale") == "At 10."
    api.disconnect()


def test_the_language_of_the_settings_is_that_of_the_panel(settings, person, api):
    page = person.open()
    panel = Workbench(page).open()
    panel.at("pf-language").click()
    page.get_by_role("menuitem", name="Русский").click()
    expect(panel.at("pf-new-project")).to_have_text("Новый проект")

    def kept():
        with api.jupyter.http() as http:
            return http.get(f"lab/api/settings/{PLUGIN}").json()["settings"].get("language")

    until(lambda: kept() == "ru")
    page.evaluate(
        "query => jupyterapp.commands.execute('settingeditor:open', { query })", "PromptyFlow"
    )
    editor = page.locator(".jp-SettingsPanel")
    expect(editor).to_contain_text("Сохранять после паузы (миллисекунды)")
    person.picture(page, "settings-editor")
    editor.locator("select").first.select_option(label="English")
    expect(panel.at("pf-new-project")).to_have_text("New project")
    until(lambda: api.call("GET", "api/user")["language"] == "en")
    settings()
    api.call("PATCH", "api/user", {"language": "ru"})
    again = Workbench(person.open()).open()
    expect(again.at("pf-new-project")).to_have_text("Новый проект")
    until(lambda: kept() == "ru")
