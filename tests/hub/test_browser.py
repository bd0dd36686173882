"""The whole main job through the Hub, in browsers of two people, and a project that both edit."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path

import pytest
from lab_browser import (
    THEMES,
    Api,
    Person,
    change_theme,
    new_context,
    ready,
    running_chromium,
    until,
)
from main_job import PROJECT, do_the_main_job
from playwright.sync_api import expect
from screen_checks import PAYLOADS, axe_findings, unreachable, untranslated, words_of
from workbench import Workbench

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PICTURES = Path(__file__).parents[1] / "browser" / "screenshots"


class HubPerson(Person):
    """Somebody who signs in to the Hub before JupyterLab opens."""

    def open(self):
        server = self.jupyter
        page = self.context.new_page()
        page.goto(f"{server.hub.url}/hub/login?next=/user/{server.name}/lab%3Freset")
        page.locator("#username_input").fill(server.name)
        page.locator("#password_input").fill(server.hub.password)
        page.locator("#login_submit").click()
        ready(page)
        return page


@pytest.fixture(scope="module")
def chromium():
    # Playwright's loop occupies the thread while it lives: it must be gone before other tests.
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def at_the_hub(chromium):
    """Sit somebody down at a browser of their own."""

    @contextmanager
    def sit_down(server):
        with new_context(chromium) as context:
            person = HubPerson(context, server, PICTURES / f"hub-{server.name}")
            page = person.open()
            yield person, page, Workbench(page).open()
            person.leave()

    return sit_down


@pytest.mark.parametrize("place", [0, 1], ids=["alice", "bob"])
def test_the_main_job(place, servers, at_the_hub, emulator):
    server = servers[place]
    api = Api(server)
    with at_the_hub(server) as (person, page, panel):
        do_the_main_job(person, page, panel, api, emulator)
    names = [one["name"] for one in api.call("GET", "api/projects")["items"]]
    assert names.count(PROJECT) == 1, "each has one's own"


def test_two_people_edit_one_project_and_see_each_other(servers, at_the_hub):
    alice, bob = (Api(server) for server in servers)
    item = {"id": 1, "title": "Plan", "content": "as alice began it"}
    block = {"id": 1, "title": "Notes", "items": [item]}
    bob.call("GET", "api/user")  # a person is found once they have been here
    project = alice.make("Together", {"contextBlocks": [block]})
    alice.call("POST", f"api/projects/{project}/shares", {"user": "bob", "role": "edit"})
    with (
        at_the_hub(servers[0]) as (_, _, hers),
        at_the_hub(servers[1]) as (person, his_page, his),
    ):
        hers.open_project("Together")
        his.open_project("Together")
        hers.add_item("Notes", "Hers", "written by alice")
        hers.is_saved()
        his.row("item", "Hers").wait_for()
        his.add_item("Notes", "His", "written by bob")
        his.is_saved()
        hers.row("item", "His").wait_for()
        person.picture(his_page, "together")

    def texts():
        (block,) = alice.project("Together")["data"]["contextBlocks"]
        return {one["title"]: one["content"] for one in block["items"]}

    until(lambda: texts().get("His") == "written by bob")
    assert texts()["Hers"] == "written by alice"
    told = alice.call("GET", f"api/projects/{project}/history")["items"]
    assert {"alice", "bob"} <= {one["author"]["name"] for one in told if one.get("author")}
    bob.call("GET", f"api/projects/{project}")


def test_a_project_is_shared_in_the_panel_and_a_viewer_has_no_dead_buttons(servers, at_the_hub):
    alice, bob = (Api(server) for server in servers)
    item = {"id": 1, "title": "Plan", "content": "as alice began it"}
    prompt = {"id": 1, "title": "Ask", "template": "Sum it up: {{context}}"}
    data = {"contextBlocks": [{"id": 1, "title": "Notes", "items": [item]}]}
    alice.make("Survey", {**data, "promptBlocks": [prompt]})
    bob.call("GET", "api/user")
    with (
        at_the_hub(servers[0]) as (her, her_page, hers),
        at_the_hub(servers[1]) as (person, his_page, his),
    ):
        hers.open_project("Survey")
        her.watch.expect(r"400 \(Bad Request\)")  # there is nobody of that name
        hers.at("pf-open-share").click()
        dialog = her_page.get_by_test_id("pf-share-dialog")
        dialog.get_by_test_id("pf-share-name").fill("nobody at all")
        dialog.get_by_test_id("pf-share").click()
        dialog.get_by_test_id("pf-share-problem").wait_for()
        dialog.get_by_test_id("pf-share-name").fill("bob")
        dialog.get_by_test_id("pf-share").click()
        row = dialog.get_by_test_id("pf-share-row")
        row.wait_for()
        her.picture(her_page, "share")
        person.picture(his_page, "shared-with-me")
        his.open_project("Survey")
        expect(his.at("pf-shared")).to_have_attribute("data-role", "view")
        his.open_node("item", "Plan")
        for button in ("pf-add-block", "pf-split", "pf-node-menu", "pf-open-share"):
            expect(his.at(button)).to_have_count(0)
        his.editor("pf-node-text").click()
        his_page.keyboard.type("not mine to change")
        assert his.shown_text("pf-node-text") == "as alice began it"
        person.picture(his_page, "viewer")
        row.get_by_test_id("pf-share-row-role").select_option("edit")
        expect(his.at("pf-shared")).to_have_attribute("data-role", "edit")
        his.type("pf-node-text", ", as bob went on")
        his.is_saved()
        person.watch.expect(r"404 \(Not Found\)")  # what is not shared any more is not there
        row.get_by_test_id("pf-share-end").click()
        his.at("pf-shared").wait_for(state="detached")
        person.picture(his_page, "not-shared-any-more")


@pytest.fixture
def in_russian(servers):
    """Both people read Russian."""
    for server in servers:
        Api(server).call("PATCH", "api/user", {"language": "ru"})
    yield
    for server in servers:
        Api(server).call("PATCH", "api/user", {"language": None})


def holds_up(page, *places):
    """See that a screen is accessible in every theme, that it is Russian, that it does nothing."""
    for theme in THEMES:
        change_theme(page, theme)
        assert axe_findings(page) == [], theme
    assert unreachable(places) == []
    words = words_of(places)
    assert len(words) > 5
    people = {"alice", "bob"}
    ours = [word for word in words if "hacked" not in word and word not in people]
    assert untranslated(ours) == []
    assert page.evaluate("window.hacked") is None


@pytest.mark.usefixtures("in_russian")
def test_what_is_shared_is_accessible_russian_and_harmless(servers, at_the_hub):
    alice = Api(servers[0])
    # What other tests left has English titles.
    for other in alice.call("GET", "api/projects?limit=200")["items"]:
        alice.call("DELETE", f"api/projects/{other['id']}")
    image, script = PAYLOADS[0], PAYLOADS[2]
    item = {"id": 1, "title": image, "content": script}
    prompt = {"id": 1, "title": image, "template": f"{script} {{{{context}}}}"}
    data = {"contextBlocks": [{"id": 1, "title": script, "items": [item]}]}
    name = f"Обзор {image}"
    alice.make(name, {**data, "promptBlocks": [prompt]})
    with (
        at_the_hub(servers[0]) as (her, her_page, hers),
        at_the_hub(servers[1]) as (his, his_page, panel),
    ):
        for one in (her, his):
            # JupyterLab's own: the splash of a change of themes goes while the next one comes.
            one.watch.expect("Failed to execute 'removeChild'")
        her.watch.expect(r"400 \(Bad Request\)")  # there is nobody of that name
        hers.open_project(name)
        hers.at("pf-open-share").click()
        dialog = her_page.get_by_test_id("pf-share-dialog")
        at = dialog.get_by_test_id
        holds_up(her_page, dialog)
        at("pf-share-name").fill(image)
        at("pf-share").click()
        at("pf-share-problem").wait_for()
        holds_up(her_page, dialog)
        at("pf-share-name").fill("bob")
        at("pf-share").click()
        expect(at("pf-share-row")).to_have_count(1)
        at("pf-share-kind").select_option("group")
        at("pf-share-name").fill(image)
        at("pf-share").click()
        expect(at("pf-share-row")).to_have_count(2)
        holds_up(her_page, dialog)
        her.picture(her_page, "share-russian")

        workbench = panel.at("pf-workbench")
        panel.at("pf-project-row").filter(has_text=image).wait_for()
        holds_up(his_page, workbench)
        panel.open_project(name)
        expect(panel.at("pf-shared")).to_have_attribute("data-role", "view")
        panel.open_node("item", image)
        holds_up(his_page, workbench)
        # A viewer's keys change nothing, and offer nothing that would.
        for key in ("F2", "Delete", "Insert", "Shift+F10"):
            panel.row("item", image).focus()
            his_page.keyboard.press(key)
            expect(panel.row("item", image)).to_be_focused()
        assert his_page.locator(".lm-Menu").count() == 0
        panel.tab("prompt")
        panel.at("pf-preview-text").wait_for()
        holds_up(his_page, workbench)
        his.picture(his_page, "viewer-russian")
