"""What is changed in another tab or by a program is shown without asking for it."""

from __future__ import annotations

import re
import time

from playwright.sync_api import expect
from workbench import Workbench

DATA = {
    "contextBlocks": [
        {"id": 1, "title": "Block", "items": [{"id": 1, "title": "One", "content": "text"}]}
    ],
    "promptBlocks": [{"id": 1, "title": "Prompt1", "template": "{{context}}"}],
}


def test_another_tab_and_a_program_are_followed_and_own_changes_cause_no_reload(person, api):
    project = api.make("Live", DATA)
    first, second = (Workbench(person.open()).open() for _ in range(2))
    for panel in (first, second):
        panel.open_project("Live")
    loads = []
    first.page.on(
        "request",
        lambda request: (
            loads.append(request.url)
            if request.method == "GET" and f"projects/{project}" in request.url
            else None
        ),
    )
    first.add_item("Block", "From the first", "typed")
    first.is_saved()
    expect(second.row("item", "From the first")).to_be_visible()
    first.page.wait_for_timeout(300)  # an event of one's own would have arrived by now
    assert not [url for url in loads if "contents=none" in url]

    path = f"api/projects/{project}/context-blocks"
    operation = {"op": "addItem", "blockId": 1, "title": "By a program", "content": "x"}
    api.call("PATCH", path, {"operations": [operation]})
    for panel in (first, second):
        expect(panel.row("item", "By a program")).to_be_visible()

    # A project that appears and goes is seen in the list as well.
    first.at("pf-project-switch").click()
    other = api.make("Appears")
    row = first.at("pf-project-row").filter(has_text="Appears")
    expect(row).to_be_visible()
    api.call("DELETE", f"api/projects/{other}")
    expect(row).to_have_count(0)


def test_what_is_made_while_the_first_list_is_on_its_way_is_shown(person, api):
    page = person.open()
    api.make("Before")

    def held(route):
        answer = route.fetch()
        api.make("Meanwhile")
        time.sleep(2)  # its event is here before the list, which does not know it
        route.fulfill(response=answer)

    page.route(re.compile(r"/api/projects$"), held, times=1)
    panel = Workbench(page).open()
    for name in ("Before", "Meanwhile"):
        expect(panel.at("pf-project-row").filter(has_text=name)).to_be_visible()
