"""Selecting context as in a file manager: painting, rubber band, ranges, keys, switches, touch."""

from __future__ import annotations

import pytest
from lab_browser import until
from playwright.sync_api import expect
from workbench import Workbench


def item(number, title, content="text", subs=()):
    sub_items = [{"id": k, "title": sub, "content": "part"} for k, sub in enumerate(subs, start=1)]
    return {"id": number, "title": title, "content": content, "subItems": sub_items}


BLOCKS = [
    {
        "id": 1,
        "title": "Letters",
        "items": [
            *[item(k, title) for k, title in enumerate("ABCDE", start=1)],
            item(6, "Empty", ""),
            item(7, "Folder", "", ["one", "two", "three"]),
        ],
    },
    {"id": 2, "title": "Rest", "items": [item(1, "Y"), item(2, "Z", "own text", ["below"])]},
]


class Selection:
    """The tiles of one prompt, on the screen and at the server."""

    def __init__(self, panel, api, project):
        self.panel, self.api, self.project = panel, api, project
        self.page = panel.page

    def spot(self, title):
        """Return the middle of a tile."""
        return middle(self.panel.tile(title))

    def press(self, title):
        self.page.mouse.move(*self.spot(title))
        self.page.mouse.down()

    def over(self, *titles):
        for title in titles:
            self.page.mouse.move(*self.spot(title), steps=4)

    def drag(self, start, end):
        """Press at a point, draw to another, and keep the button down."""
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=6)

    def shown(self):
        """Return the titles of the selected tiles by their numbers."""
        tiles = self.panel.at("pf-tile").filter(has=self.page.get_by_test_id("pf-tile-place"))
        found = tiles.evaluate_all(
            "tiles => tiles.map(tile => [Number(tile.children[0].textContent),"
            " tile.children[1].textContent, tile.ariaSelected])"
        )
        assert all(selected == "true" for *_, selected in found)
        assert sorted(place for place, *_ in found) == list(range(1, len(found) + 1))
        return [title for _, title, _ in sorted(found)]

    def stored(self):
        (prompt,) = self.api.project(self.project)["data"]["promptBlocks"]
        return len(prompt["selectedContext"])

    def are(self, *titles):
        until(lambda: self.shown() == list(titles))
        until(lambda: self.stored() == len(titles))


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.fixture
def selection(page, api, request):
    name = f"Selector {request.node.name}"
    prompt = {"id": 1, "title": "Prompt1", "template": "{{context}}"}
    api.make(name, {"contextBlocks": BLOCKS, "promptBlocks": [prompt]})
    panel = Workbench(page).open()
    panel.open_project(name)
    panel.tab("prompt")
    expect(panel.tile("A")).to_be_visible()
    return Selection(panel, api, name)


def test_painting_adds_or_removes_by_the_first_tile_and_escape_restores(person, selection):
    mouse, keyboard = selection.page.mouse, selection.page.keyboard
    saved = []

    def note(request):
        if request.method == "PATCH":
            saved.append(request.post_data_json)

    selection.page.on("request", note)

    selection.press("B")
    selection.over("C", "B", "C")
    person.picture(selection.page, "selector-painting")
    assert selection.shown() == ["B", "C"]
    mouse.up()
    selection.are("B", "C")
    until(lambda: selection.shown() and saved)
    assert [len(body["operations"]) for body in saved] == [1]

    selection.press("E")
    selection.over("A")
    assert "E" in selection.shown()
    keyboard.press("Escape")
    assert selection.shown() == ["B", "C"]
    mouse.up()
    selection.are("B", "C")

    selection.press("B")
    selection.over("C")
    mouse.up()
    selection.are()
    selection.panel.tile("A").click()
    mouse.click(*selection.spot("Empty"))
    selection.are("A")


def test_a_rubber_band_adds_toggles_with_ctrl_and_removes_with_alt(person, selection):
    page, mouse, keyboard = selection.page, selection.page.mouse, selection.page.keyboard
    field = selection.panel.at("pf-tiles").bounding_box()
    right = field["x"] + field["width"] - 20
    first = selection.panel.tile("A").bounding_box()
    start = (right, selection.panel.at("pf-tile-block").first.bounding_box()["y"] + 4)
    end = (first["x"] + 2, selection.spot("E")[1])
    selection.drag(start, end)
    person.picture(page, "selector-band")
    expect(page.locator(".pf-Band")).to_be_visible()
    mouse.up()
    selection.are("A", "B", "C", "D", "E")
    expect(page.locator(".pf-Band")).to_have_count(0)

    selection.panel.tile("C").click()
    selection.are("A", "B", "D", "E")
    keyboard.down("Control")
    selection.drag(start, end)
    mouse.up()
    keyboard.up("Control")
    selection.are("C")
    selection.panel.tile("Y").click()
    keyboard.down("Alt")
    selection.drag(start, end)
    mouse.up()
    keyboard.up("Alt")
    selection.are("Y")

    # Drawn out of the field it takes the rest, and makes no room to scroll on and on.
    tiles = selection.panel.at("pf-tiles")
    height = tiles.evaluate("field => field.scrollHeight")
    selection.drag(start, (first["x"] + 2, field["y"] + field["height"] + 90))
    page.wait_for_timeout(500)
    assert tiles.evaluate("field => field.scrollHeight") == height
    mouse.up()
    selection.are("Y", "A", "B", "C", "D", "E", "one", "two", "three", "Z", "below")


def test_ranges_keys_and_switches(selection):
    page, panel = selection.page, selection.panel
    panel.tile("B").click()
    panel.tile("D").click(modifiers=["Shift"])
    selection.are("B", "C", "D")

    panel.tile("A").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    selection.are("C", "D", "A")
    page.keyboard.press("Home")
    block = panel.at("pf-tile-block").first
    expect(block).to_be_focused()
    expect(block).to_have_attribute("aria-checked", "mixed")
    page.keyboard.press("Space")
    selection.are("C", "D", "A", "B", "E", "one", "two", "three")
    expect(block).to_have_attribute("aria-checked", "true")
    block.click()
    selection.are()

    # An item without text of its own is no piece; its switch takes what is below it.
    expect(panel.tile("Folder")).to_have_count(0)
    folder = panel.at("pf-tile-family").filter(has_text="Folder")
    folder.click()
    selection.are("one", "two", "three")
    panel.tile("two").click()
    expect(folder).to_have_attribute("aria-checked", "mixed")

    panel.tile("A").focus()
    page.keyboard.press("ControlOrMeta+a")
    selection.are("one", "three", "A", "B", "C", "D", "E", "two", "Y", "Z", "below")
    panel.at("pf-select-none").click()
    selection.are()
    page.keyboard.press("ControlOrMeta+z")
    selection.are("one", "three", "A", "B", "C", "D", "E", "two", "Y", "Z", "below")
    panel.at("pf-select-all").click()
    selection.are("A", "B", "C", "D", "E", "one", "two", "three", "Y", "Z", "below")


def test_a_finger_scrolls_and_paints_after_a_long_press(selection):
    session = selection.page.context.new_cdp_session(selection.page)

    def touch(kind, *points):
        session.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]},
        )

    touch("touchStart", selection.spot("A"))
    until(lambda: selection.shown() == ["A"])
    touch("touchMove", selection.spot("B"))
    touch("touchMove", selection.spot("C"))
    touch("touchEnd")
    selection.are("A", "B", "C")
    touch("touchStart", selection.spot("B"))
    touch("touchEnd")
    selection.are("A", "C")


def test_two_thousand_tiles_are_painted_while_few_are_drawn(page, api):
    items = [item(number, f"Item {number}") for number in range(1, 2001)]
    api.make(
        "Thousands",
        {
            "contextBlocks": [{"id": 1, "title": "Long", "items": items}],
            "promptBlocks": [{"id": 1, "title": "Prompt1", "template": "{{context}}"}],
        },
    )
    panel = Workbench(page).open()
    panel.open_project("Thousands")
    panel.tab("prompt")
    selection = Selection(panel, api, "Thousands")
    expect(panel.tile("Item 1")).to_be_visible()
    selection.press("Item 1")
    field = panel.at("pf-tiles").bounding_box()
    selection.page.mouse.move(
        field["x"] + 60, field["y"] + field["height"] + 40, steps=6
    )  # below the edge, it scrolls by itself
    until(lambda: panel.at("pf-tiles").evaluate("field => field.scrollTop") > 400)
    selection.page.mouse.up()
    until(lambda: selection.stored() > 12)
    head = panel.at("pf-tile-sticky").locator(".pf-TileSwitch")
    expect(head).to_contain_text("Long")
    expect(head).to_contain_text(f"{selection.stored()}/2000")
    head.click()
    until(lambda: selection.stored() == 2000)
    head.click()
    until(lambda: selection.stored() == 0)
    panel.at("pf-select-all").click()
    until(lambda: selection.stored() == 2000)
    search = panel.at("pf-tile-search")
    search.fill("long 199")  # in the block "Long": 199, 1199, 1990 to 1999
    expect(panel.tile("Item 1")).to_have_count(0)
    panel.at("pf-select-none").click()
    until(lambda: selection.stored() == 1988)
    panel.at("pf-select-all").click()
    until(lambda: selection.stored() == 2000)
    search.fill("nowhere")
    expect(panel.at("pf-no-tiles")).to_be_visible()
    search.press("Escape")
    expect(panel.tile("Item 1")).to_be_visible()
    panel.at("pf-select-none").click()
    panel.at("pf-select-all").click()
    panel.tile("Item 20").focus()
    selection.page.keyboard.press("End")
    expect(panel.tile("Item 2000")).to_be_focused()
    panel.has_place("Item 2000", 2000)
    assert panel.at("pf-tile").count() < 200
