"""The tree of the context: put in order by mouse and keys, long, and everything can be undone."""

from __future__ import annotations

import pytest
from lab_browser import until
from playwright.sync_api import expect
from workbench import Workbench


def item(number, title, subs=()):
    sub_items = [{"id": k, "title": sub, "content": "part"} for k, sub in enumerate(subs, start=1)]
    return {"id": number, "title": title, "content": "text", "subItems": sub_items}


BLOCKS = [
    {"id": 1, "title": "First", "items": [item(1, "A"), item(2, "B", ["b1"]), item(3, "C")]},
    {"id": 2, "title": "Second", "items": [item(1, "Y")]},
]


@pytest.fixture
def opened(page, api, request):
    """Open the panel with a project of these blocks; return what opens it."""

    def open_it(blocks=BLOCKS):
        name = f"Tree {request.node.name}"
        prompt = {
            "id": 1,
            "title": "Prompt1",
            "template": "{{context}}",
            "selectedContext": [{"blockId": 1, "itemId": 1, "order": 1}],
        }
        api.make(name, {"contextBlocks": blocks, "promptBlocks": [prompt]})
        panel = Workbench(page).open()
        panel.open_project(name)
        return panel, name

    return open_it


def outline(api, name):
    """Return what is stored: `First(A B(b1) C) Second(Y)`."""
    data = api.project(name)["data"]
    return " ".join(
        f"{block['title']}({' '.join(item_line(item) for item in block['items'])})"
        for block in data["contextBlocks"]
    )


def item_line(one):
    subs = " ".join(sub["title"] for sub in one.get("subItems") or [])
    return one["title"] + (f"({subs})" if subs else "")


def drag(page, source, target, part):
    """Drag a row over a part of another: 0 is its upper edge, 1 its lower one."""
    start, end = source.bounding_box(), target.bounding_box()
    x, y = end["x"] + 60, end["y"] + end["height"] * part
    page.mouse.move(start["x"] + 60, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(x, y - 3, steps=8)
    page.mouse.move(x, y, steps=3)


def test_rows_are_put_in_order_by_dragging_and_every_move_can_be_undone(person, page, api, opened):
    panel, name = opened()
    row = panel.row

    drag(page, row("item", "C"), row("item", "A"), 0.1)
    expect(row("item", "A")).to_have_attribute("data-drop", "before")
    person.picture(page, "tree-dragging")
    page.mouse.up()
    until(lambda: outline(api, name) == "First(C A B(b1)) Second(Y)")
    drag(page, row("item", "A"), row("block", "Second"), 0.5)
    page.mouse.up()
    until(lambda: outline(api, name) == "First(C B(b1)) Second(Y A)")
    drag(page, row("subItem", "b1"), row("item", "Y"), 0.5)
    page.mouse.up()
    until(lambda: outline(api, name) == "First(C B) Second(Y(b1) A)")
    drag(page, row("block", "Second"), row("block", "First"), 0.1)
    page.mouse.up()
    until(lambda: outline(api, name) == "Second(Y(b1) A) First(C B)")

    row("block", "First").focus()
    for _ in range(4):
        page.keyboard.press("ControlOrMeta+z")
    until(lambda: outline(api, name) == "First(A B(b1) C) Second(Y)")
    (prompt,) = api.project(name)["data"]["promptBlocks"]
    assert len(prompt["selectedContext"]) == 1
    for _ in range(2):
        page.keyboard.press("ControlOrMeta+Shift+z")
    until(lambda: outline(api, name) == "First(C B(b1)) Second(Y A)")


def test_keys_move_rename_and_delete_and_undo_brings_back(page, api, opened):
    panel, name = opened()
    row = panel.row
    row("item", "C").focus()
    page.keyboard.press("Alt+ArrowUp")
    until(lambda: outline(api, name) == "First(A C B(b1)) Second(Y)")
    expect(row("item", "C")).to_be_focused()
    page.keyboard.press("Alt+ArrowRight")
    until(lambda: outline(api, name) == "First(A(C) B(b1)) Second(Y)")
    expect(row("subItem", "C")).to_be_focused()
    page.keyboard.press("Alt+ArrowLeft")
    expect(row("item", "C")).to_be_focused()
    row("item", "B").focus()
    page.keyboard.press("Alt+ArrowDown")
    until(lambda: outline(api, name) == "First(A C) Second(B(b1) Y)")

    page.keyboard.press("F2")
    page.keyboard.type("Renamed")
    page.keyboard.press("Enter")
    until(lambda: outline(api, name) == "First(A C) Second(Renamed(b1) Y)")
    row("item", "A").focus()
    page.keyboard.press("Delete")
    until(lambda: outline(api, name) == "First(C) Second(Renamed(b1) Y)")
    assert api.project(name)["data"]["promptBlocks"][0]["selectedContext"] == []
    row("item", "C").focus()
    page.keyboard.press("ControlOrMeta+z")
    page.keyboard.press("ControlOrMeta+z")
    until(lambda: outline(api, name) == "First(A C) Second(B(b1) Y)")
    assert len(api.project(name)["data"]["promptBlocks"][0]["selectedContext"]) == 1


def test_of_thousands_of_rows_few_are_drawn_and_keys_reach_all(page, opened):
    items = [item(number, f"Item {number}", ["part"]) for number in range(1, 2501)]
    panel, _ = opened([{"id": 1, "title": "Long", "items": items}])
    panel.row("item", "Item 1").focus()
    page.keyboard.press("End")
    last = panel.at("pf-subItem-row").filter(has_text="part").last
    expect(last).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(panel.row("item", "Item 2500")).to_be_focused()
    assert panel.at("pf-rows").get_by_role("treeitem").count() < 150
