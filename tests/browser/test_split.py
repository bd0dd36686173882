"""Splitting a long text in the panel: seen first, done at once, taken back with one click."""

from __future__ import annotations

import re
from random import Random

import pytest
from lab_browser import until
from playwright.sync_api import expect
from workbench import Workbench

LENGTH = 500_000
TOPICS = ["rentals", "weather", "stations", "repairs", "прокат", "погода", "станции", "ремонт"]
ENGLISH = [
    "Dr. Smith counted {n} bikes at 8.15 a.m., i.e. before the rain.",
    "The average was {n}.5 per hour; see https://example.org/a?n={n}#top for the table.",
    "“Is that all?” asked the clerk. It was.",
    "In the U.S. the season ends in Oct., elsewhere later.",
]
RUSSIAN = [
    "В 2024 г. проехали {n} тыс. км, т. е. больше, чем в прошлом году.",
    "«Сколько их осталось?» — спросил механик и записал: {n} шт.",
    "По ул. Ленина, д. {n}, стоят ещё две станции.",
    "И. И. Иванов считает иначе… Впрочем, это неважно!",
]
CODE = '```python\n# not a heading\nrides = {n}\nprint(f"{{rides}} rides. Done.")\n```\n\n'
TABLE = "| hour | rides |\n|---|---:|\n| 8 | {n} |\n| 17 | {n} |\n\n"
LIST = "- first, e.g. {n}\n- второе, напр. {n}\n  - nested\n\n"


def markdown():
    """Return a book of half a million characters: chapters, sections, prose, code, tables."""
    random = Random(5)  # noqa: S311 - repeatable, not secret
    pieces, length, chapter = [], 0, 0
    while length < LENGTH:
        chapter += 1
        new = [f"# Chapter {chapter}. {random.choice(TOPICS).title()}\n\n"]
        for section in range(1, random.randint(3, 7)):
            new.append(f"## {chapter}.{section} {random.choice(TOPICS)} 🚲\n\n")
            for _ in range(random.randint(4, 9)):
                kind = random.random()
                if kind < 0.7:
                    new.append(" ".join(random.choices(ENGLISH + RUSSIAN, k=8)) + "\n\n")
                else:
                    new.append(random.choice([CODE, TABLE, LIST]))
        pieces += [piece.format(n=random.randint(10, 99)) for piece in new]
        length = sum(map(len, pieces))
    return "".join(pieces)[:LENGTH]


BOOK = markdown()
CHAPTERS = len(re.findall(r"^# Chapter", BOOK, re.MULTILINE))


@pytest.fixture
def project(api, request):
    """A project with the book, selected in a prompt."""
    name = f"Split {request.node.name}"
    items = [
        {"id": 1, "title": "Book", "content": BOOK},
        {"id": 2, "title": "Notes", "content": "notes"},
    ]
    chosen = [{"blockId": 1, "itemId": 1, "order": 1}]
    prompt = {"id": 1, "title": "Prompt1", "template": "{{context}}", "selectedContext": chosen}
    blocks = [{"id": 1, "title": "Library", "items": items}]
    api.make(name, {"contextBlocks": blocks, "promptBlocks": [prompt]})
    return name


class Dialog:
    """The split dialog."""

    def __init__(self, panel: Workbench) -> None:
        self.page = panel.page
        self.root = panel.page.get_by_test_id("pf-split-dialog")

    def at(self, test_id):
        return self.root.get_by_test_id(f"pf-split-{test_id}")

    def has_parts(self, count):
        preview = self.at("preview")
        expect(preview).to_have_attribute("data-count", str(count))
        expect(preview).to_have_attribute("data-fresh", "true")

    def part(self, place):
        return self.root.locator(f'[data-testid="pf-split-part"][data-place="{place}"]')

    def titles(self):
        return self.root.locator(".pf-Part-title").all_inner_texts()

    def apply(self):
        self.at("apply").click()
        expect(self.root).to_have_count(0)


def open_dialog(panel, project, title="Book"):
    panel.open_project(project)
    panel.open_node("item", title)
    panel.at("pf-split").click()
    dialog = Dialog(panel)
    expect(dialog.root).to_be_visible()
    return dialog


def item(api, project, place=0):
    return api.project(project)["data"]["contextBlocks"][0]["items"][place]


def undo(page):
    page.locator(".Toastify__toast").get_by_role("button", name=re.compile("Undo|Отменить")).click()


def test_a_long_text_is_seen_in_parts_split_and_brought_back(project, person, panel, api):
    before = api.project(project)["data"]
    panel.open_project(project)
    panel.open_node("item", "Book")
    # What was typed a moment ago is split too, although nothing has saved it yet.
    panel.type("pf-node-text", " The end.")
    expect(panel.editor("pf-node-text")).to_contain_text("The end.")
    panel.at("pf-split").click()
    dialog = Dialog(panel)
    dialog.at("method-heading").check()
    dialog.at("level").select_option("1")
    dialog.has_parts(CHAPTERS)
    expect(dialog.at("status")).to_contain_text(f"{LENGTH + len(' The end.'):,}")
    text = item(api, project)["content"]
    assert text == BOOK + " The end."

    dialog.part(2).click()
    expect(dialog.part(2)).to_have_attribute("aria-selected", "false")
    expect(dialog.part(3)).to_contain_text("Book (part 3)")
    person.picture(panel.page, "split-preview")
    dialog.apply()

    panel.is_saved()
    expect(panel.at("pf-subItem-row")).to_have_count(CHAPTERS - 1)
    person.picture(panel.page, "split-done")
    chapters = re.split(r"^(?=# Chapter)", text, flags=re.MULTILINE)[1:]
    stored = item(api, project)
    assert stored["content"] == text
    del chapters[2]
    assert [sub["content"] for sub in stored["subItems"]] == chapters
    assert stored["subItems"][0]["title"] == "Book (part 1)"
    panel.open_node("subItem", "Book (part 2)")
    expect(panel.editor("pf-node-text")).to_contain_text("# Chapter 2.")

    undo(panel.page)
    expect(panel.at("pf-subItem-row")).to_have_count(0)
    expect(panel.at("pf-node-title")).to_have_text("Book")
    after = api.project(project)["data"]
    assert item(api, project)["subItems"] == []
    assert item(api, project)["content"] == text
    assert after["promptBlocks"] == before["promptBlocks"]


def test_into_items_in_place_of_the_original_a_prompt_goes_on_with_the_parts(project, panel, api):
    dialog = open_dialog(panel, project)
    dialog.at("parts").fill("7")
    dialog.has_parts(7)
    dialog.at("into-items").check()
    dialog.at("keep-original").uncheck()
    dialog.apply()
    expect(panel.at("pf-item-row")).to_have_count(8)
    expect(panel.at("pf-node-title")).to_have_text("Book (part 1)")
    data = api.project(project)["data"]
    items = data["contextBlocks"][0]["items"]
    assert "".join(part["content"] for part in items[:7]) == BOOK
    assert [part["title"] for part in items] == [f"Book (part {n})" for n in range(1, 8)] + [
        "Notes"
    ]
    selected = [one["itemId"] for one in data["promptBlocks"][0]["selectedContext"]]
    assert selected == [part["id"] for part in items[:7]]
    undo(panel.page)
    expect(panel.at("pf-item-row")).to_have_count(2)
    expect(panel.at("pf-node-title")).to_have_text("Book")
    assert item(api, project)["content"] == BOOK
    until(lambda: len(api.project(project)["data"]["promptBlocks"][0]["selectedContext"]) == 1)


def test_thousands_of_parts_are_chosen_by_keys(project, panel, api):
    dialog = open_dialog(panel, project)
    dialog.at("size").select_option("atMost")
    dialog.at("chars").fill("200")
    expect(dialog.at("preview")).to_have_attribute("data-fresh", "true")
    until(lambda: int(dialog.at("preview").get_attribute("data-count")) > 2_000)
    count = int(dialog.at("preview").get_attribute("data-count"))
    assert dialog.root.get_by_test_id("pf-split-part").count() < 60, "only what is seen is drawn"
    dialog.at("all").click()
    expect(dialog.at("apply")).to_be_disabled()
    dialog.at("parts-list").focus()
    press = panel.page.keyboard.press
    press("Space")
    for _ in range(3):
        press("ArrowDown")
    press("Shift+Space")
    expect(dialog.at("status")).to_contain_text(re.compile(rf"^4 of {count:,}"))
    press("End")
    expect(dialog.part(count - 1)).to_be_visible()
    press("Space")
    expect(dialog.part(count - 1)).to_contain_text("Book (part 5)")
    dialog.apply()
    expect(panel.at("pf-subItem-row")).to_have_count(5)
    parts = [sub["content"] for sub in item(api, project)["subItems"]]
    assert BOOK.startswith("".join(parts[:4]))
    assert BOOK.endswith(parts[4])
    assert max(map(len, parts)) <= 200


def test_a_text_is_cut_to_a_number_of_tokens(project, person, panel, api):
    dialog = open_dialog(panel, project)
    dialog.at("method-tokens").check()
    dialog.at("tokens").fill("20000")
    expect(dialog.at("preview")).to_have_attribute("data-fresh", "true")
    expect(dialog.part(0)).to_contain_text(re.compile(r"\b(1\d|20),\d{3} tokens"))
    dialog.at("family").select_option("anthropic")
    expect(dialog.part(0)).to_contain_text("≈")
    expect(dialog.at("preview")).to_have_attribute("data-fresh", "true")
    person.picture(panel.page, "split-tokens")
    dialog.apply()
    contents = [sub["content"] for sub in item(api, project)["subItems"]]
    assert "".join(contents) == BOOK
    assert len(contents) > 5


def test_what_cannot_be_used_is_told_where_it_is_typed(project, person, panel):
    person.watch.expect("400.*/split")
    dialog = open_dialog(panel, project)
    dialog.at("method-pattern").check()
    dialog.at("preset").select_option("own")
    expect(dialog.at("status")).to_have_text("Fill in how to split.")
    for pattern, told in (
        ("(", "no regular expression"),
        (r"\s*", "matches nothing"),
        ("zzz", "leaves the text in one piece"),
    ):
        dialog.at("pattern").fill(pattern)
        expect(dialog.at("preview")).to_contain_text(told)
        expect(dialog.at("apply")).to_be_disabled()
    dialog.at("pattern").fill("^# Chapter")
    dialog.has_parts(CHAPTERS)
    expect(dialog.at("apply")).to_be_enabled()
    panel.page.keyboard.press("Escape")
    expect(dialog.root).to_have_count(0)


def test_somebody_elses_change_is_split_only_after_it_was_seen(project, person, panel, api):
    person.watch.expect("409.*/split")
    dialog = open_dialog(panel, project)
    dialog.at("method-heading").check()
    dialog.at("level").select_option("1")
    dialog.has_parts(CHAPTERS)
    change = {"op": "update", "blockId": 1, "itemId": 1, "content": "# One\n\n# Two\n\n# Three\n"}
    found = api.project(project)
    api.call("PATCH", f"api/projects/{found['id']}/context-blocks", {"operations": [change]})
    dialog.at("apply").click()
    expect(dialog.at("error")).to_contain_text("changed this in the meantime")
    expect(dialog.at("preview")).to_have_attribute("data-count", "3")
    assert item(api, project)["subItems"] == []
    dialog.apply()
    assert len(item(api, project)["subItems"]) == 3


def test_the_command_splits_the_open_text(project, panel):
    panel.open_project(project)
    panel.open_node("item", "Notes")
    panel.page.keyboard.press("ControlOrMeta+Shift+c")
    panel.page.keyboard.type("Split the open text")
    panel.page.keyboard.press("Enter")
    expect(Dialog(panel).root.get_by_role("heading")).to_have_text("Split “Notes”")


@pytest.mark.usefixtures("russian")
@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_dialog_looks_right_in_russian(project, person, theme, look):
    theme(look)
    page = person.open()
    panel = Workbench(page).open()
    dialog = open_dialog(panel, project)
    dialog.at("method-paragraph").check()
    dialog.at("size").select_option("about")
    dialog.at("chars").fill("3000")
    until(lambda: dialog.at("preview").get_attribute("data-fresh") == "true")
    dialog.at("keep-original").uncheck()
    dialog.part(1).click()
    expect(dialog.part(2)).to_contain_text("Book (часть 2)")
    person.picture(page, f"split-russian-{look}")
    page.set_viewport_size({"width": 640, "height": 800})
    person.picture(page, f"split-russian-{look}-narrow")
    page.set_viewport_size({"width": 1400, "height": 900})
    dialog.at("cancel").click()
    expect(dialog.root).to_have_count(0)
