"""What is typed is kept: at once, in small pieces, over every kind of accident."""

from __future__ import annotations

import json

import pytest
from jupyter_process import start_jupyter
from lab_browser import Api, Person, new_context, ready, until
from playwright.sync_api import expect
from workbench import Workbench

CUT = r"Failed to (load resource|fetch)|ERR_(CONNECTION|INTERNET|NETWORK)"
LONG = "".join(f"Line {line} of a long text.\n" for line in range(20_000))


def one_item(content, title="Text"):
    item = {"id": 1, "title": title, "content": content}
    return {"contextBlocks": [{"id": 1, "title": "Block", "items": [item]}], "promptBlocks": []}


def opened(page, project, item="Text"):
    """Open the panel, the project and its item."""
    panel = Workbench(page).open()
    panel.open_project(project)
    panel.open_node("item", item)
    panel.editor("pf-node-text").wait_for()
    return panel


def is_change(request):
    return request.method == "PATCH" and "/promptyflow/api/projects/" in request.url


def changes_of(page):
    """Note the changes a page sends from now on: the operations, and how many bytes they took."""
    sent = []

    def note(request):
        if is_change(request):
            body = request.post_data_buffer
            sent.append((json.loads(body)["operations"], len(body)))

    page.on("request", note)
    return sent


def test_typing_is_saved_when_it_rests_and_only_the_difference_is_sent(page, api):
    changes = changes_of(page)
    api.make("Splice", one_item(LONG))
    panel = opened(page, "Splice")
    with page.expect_request(is_change):
        panel.type("pf-node-text", "An end.")
        panel.has_save_state("saving")
    panel.is_saved()
    assert api.text("Splice") == LONG + "An end."
    assert {operation["op"] for operations, _ in changes for operation in operations} == {"update"}
    for operations, size in changes:
        assert all("splice" in operation for operation in operations)
        assert size < 500


@pytest.fixture
def timeless(chromium, jupyter, tmp_path):
    """A page whose clock stands until it is told to run; a clock is that of a whole browser."""
    with new_context(chromium) as context:
        person = Person(context, jupyter, tmp_path)
        yield person.open()
        person.leave()


def test_half_a_second_of_rest_is_enough_and_leaving_the_editor_needs_none(timeless, api):
    api.make("Pause", one_item("one"))
    changes, clock = changes_of(timeless), timeless.clock
    panel = opened(timeless, "Pause")
    clock.install()
    clock.pause_at(timeless.evaluate("Date.now()") + 10_000)
    panel.type("pf-node-text", " two")
    clock.run_for(400)
    assert changes == []
    with timeless.expect_request(is_change):
        clock.run_for(200)
    until(lambda: api.text("Pause") == "one two")

    clock.run_for(10_000)
    panel.type("pf-node-text", " three")
    assert len(changes) == 1
    with timeless.expect_request(is_change):
        panel.at("pf-node-title").focus()
        clock.run_for(1)
    until(lambda: api.text("Pause") == "one two three")


def test_a_name_typed_late_replaces_the_one_the_server_made_up(panel, api):
    panel.new_project("Late")
    panel.at("pf-first-block").click()
    expect(panel.at("pf-node-title")).to_have_text("Context1")
    panel.name_it("pf-title-field", "Sources")
    expect(panel.row("block", "Sources")).to_be_visible()
    panel.is_saved()
    assert api.project("Late")["data"]["contextBlocks"][0]["title"] == "Sources"


def test_a_cut_network_loses_nothing_even_over_a_reload(person, page, api):
    api.make("Offline", one_item("start"))
    panel = opened(page, "Offline")
    person.watch.expect(CUT)
    page.route("**/promptyflow/**", lambda route: route.abort("internetdisconnected"))
    panel.type("pf-node-text", " one")
    panel.has_save_state("offline")
    expect(panel.at("pf-save-state")).to_contain_text("1")
    panel.type("pf-node-text", " two")
    panel.has_save_state("offline")
    person.picture(page, "offline")
    assert api.text("Offline") == "start"

    # The page goes away, JupyterLab comes back: what was kept is sent.
    page.wait_for_timeout(600)  # rest of the typing, which nothing on the page shows
    page.unroute_all()
    page.reload()
    ready(page)
    panel.is_saved()
    assert until(lambda: api.text("Offline")) == "start one two"
    expect(panel.editor("pf-node-text")).to_have_text("start one two")


def test_edits_go_on_offline_and_are_sent_when_the_network_is_back(person, page, api):
    api.make("Back again", one_item("start"))
    panel = opened(page, "Back again")
    person.watch.expect(CUT)
    person.context.set_offline(True)
    panel.type("pf-node-text", " typed")
    panel.has_save_state("offline")
    panel.add_item("Block", "Another", "made offline")
    panel.has_save_state("offline")
    person.context.set_offline(False)
    panel.is_saved()
    items = api.project("Back again")["data"]["contextBlocks"][0]["items"]
    assert [(item["title"], item["content"]) for item in items] == [
        ("Text", "start typed"),
        ("Another", "made offline"),
    ]


@pytest.mark.timeout(180)
def test_a_server_killed_while_somebody_types_loses_nothing(context, tmp_path):
    jupyter = start_jupyter(tmp_path)
    try:
        Api(jupyter).make("Killed", one_item("start"))
        person = Person(context, jupyter, tmp_path)
        person.watch.expect(CUT)
        page = person.open()
        panel = opened(page, "Killed")
        dismiss_connection_lost(page)
        panel.type("pf-node-text", " one")
        jupyter.kill()
        panel.type("pf-node-text", " two")
        panel.has_save_state("offline")
        panel.type("pf-node-text", " three")

        port = int(jupyter.url.rsplit(":", 1)[1].strip("/"))
        jupyter = start_jupyter(tmp_path, port=port, arguments=["--ServerApp.port_retries=0"])
        panel.is_saved()
        assert Api(jupyter).text("Killed") == "start one two three"
        expect(panel.editor("pf-node-text")).to_have_text("start one two three")
        person.leave()
    finally:
        jupyter.stop()


def dismiss_connection_lost(page):
    """Close what JupyterLab itself says about a server that is gone, whenever it says so."""
    dialog = page.locator(".jp-Dialog")
    page.add_locator_handler(dialog, lambda: page.keyboard.press("Escape"))


def test_two_tabs_that_change_one_text_both_keep_it(person, api):
    api.make("Conflict", one_item("in the beginning"))
    first = opened(person.open(), "Conflict")
    # The second does not hear of the first in time.
    deaf = person.open()
    deaf.route("**/promptyflow/api/events*", lambda route: route.abort())
    second = opened(deaf, "Conflict")
    person.watch.expect(r"409 \(Conflict\)|ERR_FAILED")
    before = "in the beginning"
    for choice, text in (
        ("mine", "second, to be mine"),
        ("theirs", "first, to be theirs"),
        ("both", "first, to be both\n\nsecond, to be both"),
    ):
        mine, theirs = f"second, to be {choice}", f"first, to be {choice}"
        look_at(first.page)
        expect(first.editor("pf-node-text")).to_have_text(before)
        first.replace("pf-node-text", theirs)
        first.is_saved()
        second.page.bring_to_front()
        second.replace("pf-node-text", mine)
        second.has_save_state("conflict")
        assert api.text("Conflict") == theirs

        second.at("pf-save-state").get_by_role("button").click()
        dialog = second.page.get_by_test_id("pf-conflict")
        expect(dialog.locator("pre")).to_have_text([mine, theirs])
        person.picture(second.page, "conflict")
        dialog.get_by_test_id(f"pf-take-{choice}").click()
        expect(dialog).to_have_count(0)
        second.is_saved()
        assert api.text("Conflict") == text
        assert second.shown_text("pf-node-text") == text
        before = text


def test_a_text_deleted_elsewhere_is_kept_where_it_is_written_over_the_whole_window(person, api):
    api.make("Deleted", one_item("start"))
    deaf = person.open()
    deaf.route("**/promptyflow/api/events*", lambda route: route.abort())
    person.watch.expect(r"409 \(Conflict\)|ERR_FAILED|404 \(Not Found\)")
    writing, other = opened(deaf, "Deleted"), opened(person.open(), "Deleted")
    other.row("item", "Text").focus()
    other.page.keyboard.press("Delete")
    other.is_saved()

    deaf.bring_to_front()
    writing.at("pf-node-full-screen").click()
    window = Workbench(deaf, deaf.get_by_test_id("pf-full-screen"))
    window.has_save_state("saved")
    window.type("pf-full-screen-text", " and more")
    window.has_save_state("conflict")
    person.picture(deaf, "conflict-full-screen")
    window.at("pf-save-state").get_by_role("button").click()
    deaf.get_by_test_id("pf-take-mine").click()
    window.is_saved()
    window.type("pf-full-screen-text", " and the end")
    window.at("pf-full-screen-close").click()
    writing.is_saved()
    blocks = api.project("Deleted")["data"]["contextBlocks"]
    assert [(block["title"], [item["content"] for item in block["items"]]) for block in blocks] == [
        ("Block", ["start and more and the end"])
    ]
    expect(writing.editor("pf-node-text")).to_have_text("start and more and the end")


def test_two_tabs_that_change_different_texts_need_not_decide_anything(person, api):
    data = one_item("one", "First")
    data["contextBlocks"][0]["items"].append({"id": 2, "title": "Second", "content": "two"})
    api.make("Apart", data)
    deaf = person.open()
    deaf.route("**/promptyflow/api/events*", lambda route: route.abort())
    person.watch.expect("ERR_FAILED")
    first, second = opened(person.open(), "Apart", "First"), opened(deaf, "Apart", "Second")
    first.replace("pf-node-text", "changed here")
    second.page.bring_to_front()
    second.replace("pf-node-text", "changed there")
    first.is_saved()
    second.is_saved()
    assert [api.text("Apart", item=k) for k in (0, 1)] == ["changed here", "changed there"]


def test_another_tab_shows_a_change_once_it_is_looked_at(person, api):
    api.make("Seen", one_item("old"))
    first, second = (opened(person.open(), "Seen") for _ in range(2))
    first.replace("pf-node-text", "new")
    first.is_saved()
    look_at(second.page)
    expect(second.editor("pf-node-text")).to_have_text("new")


def look_at(page):
    """Turn to a tab; a headless browser shows all of them and tells none."""
    page.bring_to_front()
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
