"""All screens of the workbench: brought up one after another on one page, with real data.

    for name in Walk(person, api, emulator, world("en")).screens():
        look_at_what_is_shown()

Each area is a generator that brings a screen up, yields its name, and clears it away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import further_screens as further
from lab_browser import until
from playwright.sync_api import expect
from workbench import Workbench

from promptyflow_server.projects.sample import sample_name, sample_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emulator import Emulator
    from lab_browser import Api, Person
    from playwright.sync_api import Locator, Page

PATCHES = "**/promptyflow/api/projects/**"
MODEL = "openai-compatible/gpt-4o"

ANSWERS = {
    "en": """## Two peaks a day

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
""",
    "ru": """## Два пика в день

По будням больше всего поездок **в 8 и в 17–18 часов**, по выходным — один холм около 14 часов.

| когда | поездок в час |
|---|---:|
| будний день, 8 ч | 478 |
| будний день, 17 ч | 525 |

1. Тепло прибавляет поездок, примерно до `temp = 0,75`.
2. При влажности выше 0,85 их вдвое меньше.

*Не хватает*: праздников и дохода от одной поездки.
""",
}
LONG_TITLES = {
    "en": "Minutes of the long meeting about rentals, repairs, redistribution and the rest of it, "
    "with every annex, appendix and afterthought that was ever written down",
    "ru": "Протокол долгого совещания о прокате, ремонте, перераспределении и обо всём остальном, "
    "со всеми приложениями, дополнениями и запоздалыми мыслями",
}
UNBROKEN = "Rentals_2011_2012_hourly_cleaned_without_holidays_FINAL_v2_really_final.parquet"


@dataclass(frozen=True)
class World:
    """What the screens are full of."""

    language: str
    name: str
    data: dict[str, Any]
    asks: str
    """A part of the first prompt, by which the emulator knows it."""
    answer: str
    word: str
    """What is looked for in it."""
    template_word: str
    """What is looked for in the library: a word of the first prompt's title."""
    file: str
    """What a file is called."""
    refusal: str = "context_length_exceeded"
    """What the provider says that refuses."""
    models: tuple[str, ...] = ()
    """What the provider lists; the emulator's own list where there is none."""


def world(language: str) -> World:
    """Return the sample project, with what is hard to show added to it."""
    data = sample_project(language).to_dict()
    long = LONG_TITLES[language]
    item = {"id": 1, "title": long, "content": f"{long}.\n" * 300}
    # Every way to split finds a place to cut.
    head, chapter = {"en": ("Meeting", "Chapter"), "ru": ("Заседание", "Глава")}[language]
    day = f"{chapter} 1\n\n{long}.\n\n{long}."
    item["subItems"] = [
        {
            "id": n,
            "title": f"{n}. {long}",
            "content": "\n\n---\n\n".join(f"## {head} {k + 1}\n\n{day}" for k in range(n)),
        }
        for n in (1, 2, 3)
    ]
    unbroken = {"id": 2, "title": UNBROKEN, "content": "x" * 3000}
    data["contextBlocks"] += [
        {"id": 8, "title": long, "items": [item, unbroken]},
        {"id": 9, "title": {"en": "Empty", "ru": "Пустой"}[language], "items": []},
    ]
    asks = {"en": "Write a summary", "ru": "Напиши сводку"}[language]
    word = {"en": "rentals", "ru": "прокат"}[language]
    template_word = data["promptBlocks"][0]["title"].split()[-1]
    file = {"en": "notes", "ru": "заметки"}[language]
    name = sample_name(language)
    return World(language, name, data, asks, ANSWERS[language], word, template_word, file)


class Walk:
    """A way through all screens, in one page of a person who has no projects yet.

    Attributes
    ----------
    place
        The workbench that shows the screen: in the side panel, or in a tab.
    """

    def __init__(self, person: Person, api: Api, emulator: Emulator, world: World) -> None:
        self.person, self.api, self.emulator, self.world = person, api, emulator, world
        self.page: Page = person.open()
        self.place = self.panel = Workbench(self.page)
        self.beside: list[Locator] = []
        """What JupyterLab shows of ours on this screen."""

    def screens(self) -> Iterator[str]:
        """Bring up every screen; yield its name while it is shown."""
        self._emulate()
        yield from self._projects()
        yield from self._context()
        yield from self._changes()
        yield from self._frame()
        yield from self._split()
        yield from self._prompt()
        yield from self._answer()
        yield from self._providers()
        yield from self._wide()
        yield from further.files(self)
        yield from further.main_menu(self)
        yield from further.palette(self)
        yield from further.settings_editor(self)
        yield from further.notebook(self)

    def _emulate(self, **more: Any) -> None:
        """Let the provider answer, and list its models."""
        self.emulator.reset()
        self.emulator.answer(self.world.asks, self.world.answer, **more)
        for model in self.world.models:
            self.emulator.answer("nobody asks this", "…", match={"model": model})

    def shown(self) -> list[Locator]:
        """Return what of ours is on the page: a workbench, and what lies above it."""
        page = self.page
        above = page.locator(
            "dialog[open], .pf-Popover, .pf-Menu, .pf-Tour, .jp-Dialog,"
            " .pf-StatusItem:visible, .Toastify__toast .jp-toast-message"
        )
        return [self.place.at("pf-workbench"), *above.all(), *self.beside]

    def at(self, test_id: str) -> Locator:
        return self.place.at(test_id)

    def _menu(
        self, place: Locator, name: str, button: Literal["left", "right"] = "left"
    ) -> Iterator[str]:
        place.click(button=button)
        expect(self.page.locator(".lm-Menu")).to_be_visible()
        yield name
        self.page.keyboard.press("Escape")
        expect(self.page.locator(".lm-Menu")).to_have_count(0)

    def dialog(self, test_id: str, name: str) -> Iterator[str]:
        """Yield the name of an open dialog, and close it."""
        dialog = self.page.get_by_test_id(test_id)
        expect(dialog).to_be_visible()
        yield name
        dialog.locator(".pf-Modal-head").get_by_role("button").last.click()
        expect(dialog).to_have_count(0)

    def _popover(self, test_id: str, name: str) -> Iterator[str]:
        popover = self.page.get_by_test_id(test_id)
        expect(popover).to_be_visible()
        yield name
        self.page.keyboard.press("Escape")
        expect(popover).to_have_count(0)

    # --- projects ---

    def _projects(self) -> Iterator[str]:
        self.place.open()
        self.at("pf-no-projects").wait_for()
        yield "welcome"
        yield from further.launcher(self)
        self.api.make(self.world.name, self.world.data)
        expect(self.at("pf-project-row")).to_have_count(1)
        yield "projects"
        with self.page.expect_file_chooser() as chooser:
            self.at("pf-import").click()
        wrong = b'{"contextBlocks": [{"title": 7}]}'
        name = f"{self.world.file}.json"
        chooser.value.set_files([{"name": name, "mimeType": "text/plain", "buffer": wrong}])
        expect(self.page.locator(".jp-Dialog")).to_be_visible()
        yield "projects-import-failed"
        self.page.keyboard.press("Escape")
        expect(self.page.locator(".jp-Dialog")).to_have_count(0)
        yield from self._menu(self.at("pf-project-row-menu"), "projects-menu")
        self.at("pf-new-project").first.click()
        expect(self.at("pf-project-name-field")).to_be_focused()
        yield "projects-new"
        self.page.keyboard.press("Escape")
        self.at("pf-project-row").get_by_role("button").first.click()
        expect(self.at("pf-project-name")).to_have_text(self.world.name)
        yield from self._menu(self.at("pf-project-menu"), "project-menu")
        self.at("pf-project-menu").click()
        self.page.locator(".lm-Menu-item").last.click()
        expect(self.page.locator(".jp-Dialog")).to_be_visible()
        yield "project-delete"
        self.page.keyboard.press("Escape")
        expect(self.page.locator(".jp-Dialog")).to_have_count(0)

    # --- context ---

    def _context(self) -> Iterator[str]:
        self._open_first_item()
        yield "context-item"
        yield from self._menu(self.at("pf-node-menu"), "context-menu")
        row = self.at("pf-item-row").first
        row.focus()
        self.page.keyboard.press("F2")
        expect(self.at("pf-title-field")).to_be_focused()
        yield "context-rename"
        self.page.keyboard.press("Escape")
        self.at("pf-subItem-row").last.click()
        self.at("pf-node-text").locator(".cm-line").first.wait_for()
        yield "context-sub-item"
        yield from self._menu(self.at("pf-subItem-row").last, "context-menu-sub-item", "right")
        self.at("pf-block-row").first.click()
        expect(self.at("pf-node-text")).to_have_count(0)
        yield "context-block"
        yield from self._menu(self.at("pf-block-row").first, "context-menu-block", "right")
        self.at("pf-block-row").last.click()
        self.at("pf-first-item").wait_for()
        yield "context-empty-block"
        self._open_first_item()
        self.page.keyboard.press("Escape")
        self.at("pf-item-row").first.focus()
        self.page.keyboard.press("Delete")
        toast = self.page.locator(".Toastify__toast")
        expect(toast).to_be_visible()
        yield "context-deleted"
        toast.get_by_role("button", name=re.compile("Undo|Вернуть")).click()
        expect(toast).to_have_count(0)
        self.place.is_saved()

    def _open_first_item(self) -> None:
        self.at("pf-item-row").first.click()
        self.at("pf-node-text").locator(".cm-line").first.wait_for()

    def _changes(self) -> Iterator[str]:
        """What is on its way to the server, and what got into each other's way."""
        self._open_first_item()
        first = {"blockId": 1, "itemId": self._items(0)[0]["id"]}
        yield from self._meanwhile({"op": "update", **first, "content": "8 + 8 = 16."}, "offline")
        dialog = self.page.get_by_test_id("pf-conflict")
        expect(dialog.locator("pre")).to_have_count(2)
        yield "conflict"
        dialog.get_by_test_id("pf-take-mine").click()
        expect(dialog).to_have_count(0)
        self.place.is_saved()

        self.at("pf-item-row").last.click()
        self.at("pf-node-text").locator(".cm-line").first.wait_for()
        block = self.world.data["contextBlocks"][-2]["id"]
        last = {"blockId": block, "itemId": self._items(-2)[-1]["id"]}
        yield from self._meanwhile({"op": "delete", **last}, None)
        expect(dialog.locator("pre")).to_have_count(1)
        yield "conflict-deleted"
        dialog.get_by_test_id("pf-take-theirs").click()
        expect(dialog).to_have_count(0)
        self.place.is_saved()

    def _items(self, block: int) -> Any:
        return self.api.project(self.world.name)["data"]["contextBlocks"][block]["items"]

    def _meanwhile(self, operation: dict[str, Any], offline: str | None) -> Iterator[str]:
        """Type without a network while somebody else does something; open what comes of it."""
        self.page.route(PATCHES, lambda route: route.abort("internetdisconnected"))
        self.place.type("pf-node-text", " 8 + 9 = 17.")
        self.place.has_save_state("offline")
        if offline:
            yield offline
        path = f"api/projects/{self.api.project(self.world.name)['id']}/context-blocks"
        self.api.call("PATCH", path, {"operations": [operation]})
        self.page.unroute_all()
        self.place.has_save_state("conflict")
        self.at("pf-save-state").get_by_role("button").click()

    def _frame(self) -> Iterator[str]:
        """What surrounds a project: search, versions, help, the tour, languages."""
        page = self.page
        self._choose_from_menu("Find in the project…|Найти в проекте…")
        dialog = page.get_by_test_id("pf-search")
        dialog.get_by_test_id("pf-search-field").fill(self.world.word)
        dialog.get_by_test_id("pf-hit").first.wait_for()
        yield from self.dialog("pf-search", "search")
        self._choose_from_menu("Versions…|Версии…")
        page.get_by_test_id("pf-version").first.wait_for()
        yield from self.dialog("pf-history", "versions")
        yield from self._menu(self.at("pf-language"), "languages")
        self.at("pf-open-help").click()
        yield from self.dialog("pf-help", "help")
        yield from further.tour(self)
        self.at("pf-item-row").first.click()
        self.at("pf-node-full-screen").click()
        page.get_by_test_id("pf-full-screen-text").locator(".cm-line").first.wait_for()
        yield from self.dialog("pf-full-screen", "full-screen")

    def _choose_from_menu(self, entry: str) -> None:
        self.at("pf-project-menu").click()
        self.page.get_by_role("menuitem", name=re.compile(f"^({entry})$")).click()

    # --- split ---

    def _split(self) -> Iterator[str]:
        self.at("pf-subItem-row").last.click()
        self.at("pf-split").click()
        dialog = self.page.get_by_test_id("pf-split-dialog")
        methods = dialog.locator("[data-testid^=pf-split-method-]")
        methods.first.wait_for()
        for method in methods.all():
            kind = str(method.get_attribute("data-testid")).rpartition("-")[2]
            method.click()
            until(lambda: dialog.get_by_test_id("pf-split-preview").count() == 1)
            yield f"split-{kind}"
        dialog.get_by_test_id("pf-split-into-items").check()
        dialog.get_by_test_id("pf-split-keep-original").uncheck()
        yield "split-into-items"
        self.page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)

    # --- prompts ---

    def _prompt(self) -> Iterator[str]:
        self.place.tab("prompt")
        self.at("pf-preview-text").wait_for()
        yield "prompt"
        yield from self._menu(self.at("pf-prompt-head-menu"), "prompt-menu")
        self.at("pf-copy-prompt").click()
        toast = self.page.locator(".Toastify__toast")
        expect(toast).to_be_visible()
        yield "prompt-copied"
        expect(toast).to_have_count(0)
        yield from self._library()
        self.at("pf-select-all").click()
        self.place.is_saved()
        yield "prompt-all-selected"
        self.at("pf-select-none").click()
        self.place.is_saved()
        yield "prompt-nothing-selected"
        self.page.keyboard.press("ControlOrMeta+z")
        self.page.keyboard.press("ControlOrMeta+z")
        self.place.is_saved()

    def _library(self) -> Iterator[str]:
        link = self.at("pf-template-link")
        yield from self._menu(link, "library-menu")
        link.click()
        self.page.locator(".lm-Menu-item").first.click()
        self.page.get_by_test_id("pf-no-templates").wait_for()
        yield "library-empty"
        yield from further.templates(self)

    # --- answers ---

    def _answer(self) -> Iterator[str]:
        self.place.tab("answer")
        self.at("pf-no-answer").wait_for()
        yield "answer-none"
        self.at("pf-connect").click()
        dialog = self.page.get_by_test_id("pf-providers")
        card = dialog.get_by_test_id("pf-provider-openai-compatible")
        card.get_by_test_id("pf-base-url").fill(self.emulator.base_url)
        yield "providers-new"
        card.get_by_test_id("pf-save-provider").click()
        outcome = card.get_by_test_id("pf-provider-outcome")
        expect(outcome).to_have_attribute("data-kind", "success")
        self.page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        self.place.choose_model(MODEL)
        yield "answer-ready"
        self.at("pf-options").click()
        self.page.get_by_test_id("pf-max-tokens").fill("1000")
        self.page.keyboard.press("Escape")
        self._emulate(latency=300, chunkSize=12)
        self.at("pf-send").click()
        expect(self.at("pf-answer-text")).to_contain_text(re.compile(r"\w"))
        yield "answer-streaming"
        self.at("pf-stop").click()
        self.place.has_phase("cancelled")
        yield "answer-stopped"
        self.emulator.reset()
        self.emulator.refuse(self.world.asks, 400, self.world.refusal)
        self.at("pf-send").click()
        self.place.has_phase("failed")
        yield "answer-failed"
        self._emulate()
        self.at("pf-send").click()
        self.place.has_phase("done")
        yield "answer"
        yield from self._after_an_answer()

    def _after_an_answer(self) -> Iterator[str]:
        self.at("pf-save-answer").click()
        yield from self.dialog("pf-save-answer-dialog", "answer-save")
        self.at("pf-insert-answer").click()
        toast = self.page.locator(".Toastify__toast")
        expect(toast).to_be_visible()
        yield "answer-no-notebook"
        expect(toast).to_have_count(0)
        self.at("pf-open-runs").click()
        yield from further.runs(self)
        yield from self.dialog("pf-runs", "runs-diff")
        self.at("pf-open-compare").click()
        yield "compare"
        further.compare(self)
        yield from self.dialog("pf-compare", "compare-done")
        self.at("pf-options").click()
        yield from self._popover("pf-options-popover", "options")

    def _providers(self) -> Iterator[str]:
        self.at("pf-open-settings").click()
        dialog = self.page.get_by_test_id("pf-providers")
        yield from further.configurations(self)
        card = dialog.get_by_test_id("pf-provider-openai-compatible")
        card.get_by_test_id("pf-test-provider").click()
        card.get_by_test_id("pf-provider-outcome").wait_for()
        yield "providers"
        for folded in dialog.locator(".pf-Folded").all():
            folded.locator("summary").click()
        yield from self.dialog("pf-providers", "providers-all")
        yield from further.chosen_configuration(self)

    # --- a tab ---

    def _wide(self) -> Iterator[str]:
        page = self.page
        self.at("pf-project-menu").click()
        page.get_by_role(
            "menuitem", name=re.compile("^(Open in a tab|Открыть во вкладке)$")
        ).click()
        self.place = Workbench(page, page.locator("#jp-main-dock-panel .pf-Shell"))
        expect(self.at("pf-workbench")).to_be_visible()
        page.keyboard.press("ControlOrMeta+b")
        expect(page.locator("#jp-left-stack")).to_be_hidden()
        self.at("pf-block-row").first.click()
        self._open_first_item()
        yield "wide-context"
        self.at("pf-prompt-row").first.click()
        self.at("pf-preview-text").wait_for()
        yield "wide-prompt"
        self.at("pf-project-switch").click()
        self.at("pf-projects").wait_for()
        yield "wide-projects"
        self.at("pf-project-switch").click()
        self.at("pf-send").click()
        self.place.has_phase("done")
        yield "wide-answer"
