"""The main job as a person does it, step by step: on a server of one's own, and on a Hub."""

from __future__ import annotations

import re
from itertools import pairwise

from lab_browser import ready, until
from playwright.sync_api import expect

PROJECT = "Прокат велосипедов"
PEAKS = 'По будням в 8 и в 17 часов; title="x" </Пики>'
WEEKENDS = "По выходным около 14 часов."
LONG = "".join(
    f"{line:06d}: строка длинного текста, line of a long text.\n" for line in range(2000)
)
LONG = LONG[:100_000]
LONG_CHARS = re.compile(r"^100,000\s")
TEMPLATE = "Кратко перескажи для 'отдела' {{context}} и $& ничего не добавляй."
ANSWER = "# Итог\n\nПики в **8** и в **17** часов.\n\n" + "".join(
    f"- час {hour}: {hour * 10} поездок\n" for hour in range(1, 41)
)


def do_the_main_job(person, page, panel, api, emulator):
    """Go from an empty panel to a streamed answer, and find everything again."""
    api.disconnect()
    emulator.answer("Кратко перескажи", ANSWER, latency=60, chunkSize=12)
    panel.new_project(PROJECT)

    fill_the_context(panel)
    data, appendix = api.project(PROJECT)["data"]["contextBlocks"]
    (peaks,), (log,) = data["items"], appendix["items"]
    assert log["content"] == LONG
    assert peaks["content"] == PEAKS
    assert [sub["content"] for sub in peaks["subItems"]] == [WEEKENDS]
    person.picture(page, "context")

    compiled = write_a_prompt(panel, api)
    person.picture(page, "prompt")

    connect_a_provider(person, page, panel, emulator.base_url)

    send_and_watch(panel)
    sent = emulator.requests()[-1]["body"]
    assert sent["model"] == "gpt-4o"
    assert sent["messages"][-1]["content"] == compiled
    panel.is_saved()
    person.picture(page, "answer")

    page.reload()
    ready(page)
    everything_is_where_it_was(panel, compiled)


def fill_the_context(panel):
    """Type items and a sub-item, paste a long text."""
    panel.add_block("Данные")
    panel.add_item("Данные", "Пики", PEAKS)
    panel.add_sub_item("Пики", "Выходные", WEEKENDS)
    panel.add_block("Appendix")
    panel.add_item("Appendix", "Log")
    panel.paste("pf-node-text", LONG)
    expect(panel.at("pf-node-chars")).to_have_text(LONG_CHARS)
    panel.is_saved()


def write_a_prompt(panel, api):
    """Type a prompt and select for it; return its exact text, which is the server's."""
    panel.tab("prompt")
    panel.at("pf-first-prompt").click()
    panel.replace("pf-prompt-text", TEMPLATE)
    for place, title in enumerate(("Выходные", "Log", "Пики"), start=1):
        panel.tile(title).click()
        panel.has_place(title, place)
    panel.tile("Log").click()
    panel.has_place("Log", None)
    panel.has_place("Пики", 2)
    expect(panel.at("pf-preview")).not_to_have_class(re.compile("pf-mod-stale"))

    def compiled():
        project = api.project(PROJECT)
        (prompt,) = project["data"]["promptBlocks"]
        result = api.compile(project["id"], prompt["id"])
        return len(result["pieces"]) == 2 and result["compiled"]

    text = until(compiled)
    assert TEMPLATE.partition("{{context}}")[2] in text
    assert text.index(WEEKENDS) < text.index("По будням")
    until(lambda: panel.shown_text("pf-preview-text") == text)
    assert panel.copied_prompt() == text
    return text


def connect_a_provider(person, page, panel, base_url):
    """Enter its address; its models are there at once."""
    panel.at("pf-connect").click()
    dialog = page.get_by_test_id("pf-providers")
    card = dialog.get_by_test_id("pf-provider-openai-compatible")
    card.get_by_test_id("pf-base-url").fill(base_url)
    for button in ("pf-save-provider", "pf-test-provider"):
        card.get_by_test_id(button).click()
        outcome = card.get_by_test_id("pf-provider-outcome")
        expect(outcome).to_have_attribute("data-kind", "success")
    expect(card.get_by_test_id("pf-provider-status")).to_have_attribute("data-status", "active")
    person.picture(page, "providers")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def send_and_watch(panel):
    """Send; the answer arrives in pieces and becomes Markdown."""
    panel.choose_model("openai-compatible/gpt-4o")
    panel.at("pf-send").click()
    answer = panel.at("pf-answer-text")
    panel.has_phase("streaming")
    lengths = growth(answer)
    panel.has_phase("done")
    assert sum(later > earlier for earlier, later in pairwise(lengths)) >= 3, lengths
    expect(answer.get_by_role("heading", name="Итог")).to_be_visible()
    expect(answer.locator("strong")).to_have_text(["8", "17"])
    expect(answer.get_by_role("listitem")).to_have_count(40)


def everything_is_where_it_was(panel, compiled):
    panel.shows_project(PROJECT)
    panel.is_saved()
    expect(panel.at("pf-answer-text").get_by_role("listitem")).to_have_count(40)
    panel.tab("prompt")
    until(lambda: panel.shown_text("pf-prompt-text") == TEMPLATE)
    panel.has_place("Выходные", 1)
    panel.has_place("Пики", 2)
    until(lambda: panel.shown_text("pf-preview-text") == compiled)
    panel.tab("context")
    panel.open_node("item", "Log")
    expect(panel.at("pf-node-chars")).to_have_text(LONG_CHARS)


def growth(answer):
    """Return the lengths an answer had while it was written."""
    lengths = [0]
    while lengths[-1] < 600:
        length = lengths[-1]
        lengths.append(
            answer.page.wait_for_function(
                "([element, length]) => element.innerText.length > length"
                " && element.innerText.length",
                arg=[answer.element_handle(), length],
            ).json_value()
        )
    return lengths
