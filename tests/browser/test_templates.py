"""The template library and the prompt editor: prompts are kept, found and used again."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from lab_browser import ready, until
from playwright.sync_api import expect

TEXT = "Summarise for {{reader}} in a {{tone}} tone:\n\n{{context}}\n"
PLAN = "Write a plan of the migration: steps, risks, and who decides.\n\n{{context}}\n"


@pytest.fixture
def project(api, request):
    """A project with two texts selected in a prompt; the library is empty."""
    for template in api.call("GET", "api/templates?limit=200")["items"]:
        api.call("DELETE", f"api/templates/{template['id']}")
    name = f"Templates {request.node.name}"
    items = [
        {"id": 1, "title": "Peaks", "content": "At 8 and at 17.\n" * 40},
        {"id": 2, "title": "Log", "content": "rain\nsun\n" * 20},
    ]
    chosen = [{"blockId": 1, "itemId": place, "order": place} for place in (1, 2)]
    prompt = {"id": 1, "title": "Digest", "template": TEXT, "selectedContext": chosen}
    blocks = [{"id": 1, "title": "Data", "items": items}]
    api.make(name, {"contextBlocks": blocks, "promptBlocks": [prompt]})
    return name


@pytest.fixture
def prompt(panel, project):
    panel.open_project(project)
    panel.tab("prompt")
    expect(panel.at("pf-prompt-text")).to_contain_text("Summarise")
    return panel


def choose(page, entry):
    page.locator(".lm-Menu").get_by_text(entry, exact=True).click()


def stored(api, project):
    return api.project(project)["data"]["promptBlocks"][0]


def templates(api):
    return api.call("GET", "api/templates")["items"]


def test_a_prompt_is_kept_changed_found_and_put_into_another(prompt, page, person, project, api):
    at = page.get_by_test_id
    prompt.at("pf-template-link").click()
    choose(page, "Save as a new template…")
    page.locator(".jp-Dialog input").fill("Digest for people")
    page.keyboard.press("Enter")
    expect(prompt.at("pf-template-link")).to_contain_text("Digest for people")
    (kept,) = templates(api)
    until(lambda: stored(api, project)["templateId"] == kept["id"])

    # The prompt goes its own way, until it is brought back.
    prompt.type("pf-prompt-text", "Be brief.")
    expect(prompt.at("pf-template-link")).to_have_attribute("data-differs", "true")
    person.picture(page, "prompt-template-changed")
    prompt.at("pf-template-link").click()
    choose(page, "Load “Digest for people” again")
    expect(prompt.at("pf-template-link")).to_have_attribute("data-differs", "false")
    until(lambda: stored(api, project)["template"] == TEXT)

    # A typo in the search is forgiven, hits are marked.
    api.call("POST", "api/templates", {"name": "Migration", "content": PLAN})
    prompt.at("pf-template-link").click()
    choose(page, "Choose a template…")
    expect(at("pf-template-row")).to_have_count(2)
    at("pf-template-search").fill("mirgation")
    expect(at("pf-template-suggestion")).to_contain_text("Did you mean “migration”?")
    expect(at("pf-template-row")).to_have_count(1)
    expect(at("pf-template-row").locator("mark").first).to_have_text("Migration")
    page.keyboard.press("Enter")
    expect(at("pf-template-text")).to_contain_text("who decides")
    person.picture(page, "library")
    at("pf-load-template").click()
    expect(at("pf-library")).to_have_count(0)
    expect(prompt.at("pf-prompt-text")).to_contain_text("Write a plan of the migration")
    until(lambda: stored(api, project)["template"] == PLAN)
    assert [t["uses"] for t in templates(api) if t["name"] == "Migration"] == [1]


def test_a_template_is_written_restored_deleted_and_brought_back(prompt, page, person, api):
    at = page.get_by_test_id
    prompt.at("pf-template-link").click()
    choose(page, "Choose a template…")
    expect(at("pf-no-templates")).to_be_visible()
    at("pf-new-template").click()
    at("pf-template-name-field").fill("Review")
    editor = at("pf-template-editor").locator(".cm-content")
    editor.click()
    page.keyboard.type("Review {{con")
    expect(page.locator(".pf-Completion")).to_contain_text("the selected context")
    page.keyboard.press("Tab")
    expect(editor).to_have_text("Review {{context}}")
    # Nothing that was written is dropped by a slip of the hand, or by two.
    page.keyboard.press("Escape")
    expect(at("pf-unsaved")).to_be_visible()
    page.keyboard.press("Escape")
    expect(at("pf-unsaved")).to_be_visible()
    person.picture(page, "library-unsaved")
    at("pf-keep-writing").click()
    at("pf-template-save").click()
    expect(at("pf-template-name")).to_have_text("Review")

    at("pf-edit-template").click()
    editor.click()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type(" twice")
    page.keyboard.press("ControlOrMeta+s")
    expect(at("pf-template-text")).to_contain_text("Review {{context}} twice")
    at("pf-template-versions").click()
    expect(at("pf-version-row")).to_have_count(2)
    expect(at("pf-version-text")).to_have_text("Review {{context}}")
    person.picture(page, "library-versions")
    at("pf-restore-version").click()
    expect(at("pf-template-text")).to_have_text("Review {{context}}")

    with page.expect_download() as download:
        at("pf-export-template").click()
    assert download.value.suggested_filename == "Review.md"
    at("pf-delete-template").click()
    expect(at("pf-template-removed")).to_contain_text("“Review” was deleted.")
    expect(at("pf-template-row")).to_have_count(0)
    at("pf-template-undo").click()
    expect(at("pf-template-row")).to_have_count(1)
    (review,) = templates(api)
    assert (review["name"], review["version"]) == ("Review", 3)


def test_files_are_taken_in_and_told_and_the_library_fits_a_narrow_window(
    prompt, page, person, api
):
    at = page.get_by_test_id
    prompt.at("pf-template-link").click()
    choose(page, "Choose a template…")
    at("pf-new-template").wait_for()
    person.watch.expect("400.*/templates/import")
    texts = {"One.md": "first", "Второй_шаблон.txt": "второй {{context}}"}
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for name, text in texts.items():
            file.writestr(name, text)
    at("pf-template-files").set_input_files(
        [
            {"name": "t.zip", "mimeType": "application/zip", "buffer": archive.getvalue()},
            {"name": "x.md", "mimeType": "text/markdown", "buffer": b"nul \x00 inside"},
        ]
    )
    expect(at("pf-import-told")).to_have_text("2 templates were added.")
    expect(at("pf-library").get_by_role("alert")).to_contain_text("x.md was not imported")
    assert {t["name"] for t in templates(api)} == {"One", "Второй шаблон"}
    page.set_viewport_size({"width": 420, "height": 800})
    person.picture(page, "library-narrow")
    at("pf-template-row").first.click()
    expect(at("pf-template-search")).to_be_hidden()
    person.picture(page, "library-narrow-one")
    at("pf-library-back").click()
    expect(at("pf-template-search")).to_be_visible()


def test_places_of_a_template_are_completed_filled_in_and_told(prompt, page, person, project, api):
    pieces = prompt.at("pf-preview").locator(".pf-Piece")
    expect(pieces.first).to_have_attribute("title", re.compile(r"^Data › Peaks: \d+(\.\d)?% of"))
    expect(prompt.at("pf-shares").locator(".pf-Share")).to_have_count(3)
    variables = prompt.at("pf-variables")
    expect(variables).to_have_attribute("data-missing", "2")
    prompt.at("pf-variable-reader").fill("the office")
    expect(variables).to_have_attribute("data-missing", "1")
    prompt.replace("pf-prompt-text", "As of {{da")
    expect(page.locator(".pf-Completion")).to_contain_text("today")
    person.picture(page, "prompt-completion")
    page.keyboard.press("Tab")
    expect(prompt.editor("pf-prompt-text")).to_have_text("As of {{date}}")
    expect(prompt.at("pf-context-unused")).to_be_visible()
    person.picture(page, "prompt-context-unused")
    prompt.at("pf-append-context").click()
    expect(prompt.at("pf-context-unused")).to_have_count(0)
    until(lambda: stored(api, project)["template"] == "As of {{date}}\n\n{{context}}\n")

    prompt.at("pf-copy-menu").click()
    choose(page, "Copy the context only")
    page.locator(".Toastify__toast").get_by_text(re.compile(r"^Copied: \d")).wait_for()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied.startswith("### Context:\n<Context>\n### Data")
    assert "rain\nsun" in copied


@pytest.fixture
def model(api, emulator):
    """A model that thinks before it answers."""
    emulator.answer("Summarise", "## Peaks\n\nAt **8** and 17.", reasoning="It rains at 9.")
    api.connect(emulator.base_url)
    yield
    api.disconnect()


@pytest.mark.usefixtures("model")
def test_an_answer_is_read_edited_and_kept(prompt, page, person, project, api):
    prompt.at("pf-send").click()
    prompt.has_phase("done")
    expect(prompt.at("pf-answer-text").locator("strong")).to_have_text("8")
    expect(prompt.at("pf-answer-facts")).to_contain_text("tokens")
    reasoning = prompt.at("pf-reasoning")
    expect(reasoning.get_by_text("It rains at 9.")).to_be_hidden()
    reasoning.locator("summary").click()
    expect(reasoning.get_by_text("It rains at 9.")).to_be_visible()
    person.picture(page, "answer-reasoning")

    prompt.at("pf-edit-answer").click()
    prompt.at("pf-answer-editor").fill("Peaks at 8 and 17.")
    prompt.at("pf-edit-answer").click()
    expect(prompt.at("pf-answer-text")).to_have_text("Peaks at 8 and 17.")
    expect(prompt.at("pf-answer-edited")).to_be_visible()

    # It is kept over a reload, and the run is as the model wrote it.
    page.reload()
    ready(page)
    prompt.open().return_to(project)
    prompt.tab("answer")
    expect(prompt.at("pf-answer-text")).to_have_text("Peaks at 8 and 17.")
    (run,) = api.call("GET", "ai/runs?limit=1")["items"]
    assert api.call("GET", f"ai/runs/{run['id']}")["response"] != "Peaks at 8 and 17."

    at = page.get_by_test_id
    prompt.at("pf-save-answer").click()
    expect(at("pf-save-answer-title")).to_have_value(re.compile(r"^AI response: Digest · .+ · 20"))
    at("pf-save-answer-block").select_option(label="A new block")
    at("pf-save-answer-new-block").fill("Answers")
    person.picture(page, "answer-save")
    at("pf-save-answer-ok").click()
    expect(prompt.row("block", "Answers")).to_be_visible()
    prompt.is_saved()
    assert api.text(project, block=1) == "Peaks at 8 and 17."
