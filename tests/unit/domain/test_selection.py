"""Choosing context: what each gesture makes of a selection."""

from __future__ import annotations

import pytest

from promptyflow_lab.domain import (
    ContextBlock,
    ContextItem,
    DocumentError,
    NodeKey,
    ProjectData,
    PromptBlock,
    SelectedContext,
    SubItem,
    delete_node,
)
from promptyflow_lab.domain import selection as choose

BLOCKS = [
    ContextBlock(
        1,
        "Docs",
        [
            ContextItem(1, "One", "text", [SubItem(1, "S1", "sub"), SubItem(2, "S2", "")]),
            ContextItem(2, "Two", ""),
            ContextItem(3, "Three", "", [SubItem(1, "T1", "sub")]),
        ],
    ),
    ContextBlock(2, "Notes", [ContextItem(1, "Note", "text"), ContextItem(2, "Other", "text")]),
    ContextBlock(3, "Empty", [ContextItem(1, "Nothing", "")]),
]
TILES = choose.tiles_of(BLOCKS)
BY_KEY = {tile.key: tile for tile in TILES}

ONE, S1, S2 = NodeKey(1, 1), NodeKey(1, 1, 1), NodeKey(1, 1, 2)
TWO, THREE, T1 = NodeKey(1, 2), NodeKey(1, 3), NodeKey(1, 3, 1)
NOTE, OTHER, NOTHING = NodeKey(2, 1), NodeKey(2, 2), NodeKey(3, 1)
AVAILABLE = [ONE, S1, THREE, T1, NOTE, OTHER]


def tiles(*keys):
    return [BY_KEY[key] for key in keys]


def test_there_is_one_tile_per_item_and_sub_item_in_visual_order():
    assert [tile.key for tile in TILES] == [ONE, S1, S2, TWO, THREE, T1, NOTE, OTHER, NOTHING]
    assert (BY_KEY[S1].title, BY_KEY[S1].chars) == ("S1", 3)


def test_a_tile_is_available_with_characters_and_an_items_also_with_sub_items():
    assert [tile.key for tile in TILES if tile.available] == AVAILABLE


def test_a_click_toggles_and_adding_appends():
    assert choose.toggle([NOTE], BY_KEY[ONE]) == [NOTE, ONE]
    assert choose.toggle([NOTE, ONE, S1], BY_KEY[ONE]) == [NOTE, S1]


def test_an_unavailable_tile_is_inert():
    before = [NOTE]
    assert choose.toggle(before, BY_KEY[TWO]) == [NOTE]
    assert choose.paint(before, tiles(S2)) == [NOTE]
    assert choose.rubber_band(before, tiles(S2, NOTHING)) == [NOTE]


def test_painting_from_an_unselected_tile_adds_all_it_enters():
    assert choose.paint([NOTE], tiles(S1, NOTE, ONE)) == [NOTE, S1, ONE]


def test_painting_from_a_selected_tile_removes_all_it_enters():
    assert choose.paint([NOTE, ONE, S1], tiles(ONE, OTHER, NOTE)) == [S1]


def test_a_painted_tile_gets_it_once_however_often_it_is_entered():
    assert choose.paint([], tiles(ONE, S1, ONE, S1)) == [ONE, S1]
    assert choose.paint([ONE, S1], tiles(ONE, S1, ONE)) == []


def test_painting_is_decided_by_the_first_available_tile():
    assert choose.paint([NOTE], tiles(TWO, NOTE, ONE)) == []


def test_a_rubber_band_adds_toggles_with_ctrl_and_removes_with_alt():
    before = [NOTE, ONE]
    touched = tiles(ONE, S1, S2, THREE)
    assert choose.rubber_band(before, touched) == [NOTE, ONE, S1, THREE]
    assert choose.rubber_band(before, touched, "toggle") == [NOTE, S1, THREE]
    assert choose.rubber_band(before, touched, "remove") == [NOTE]


def test_shift_click_adds_the_range_in_visual_order_from_the_last_clicked_tile():
    assert choose.extend_to([OTHER, S1], TILES, S1, NOTE) == [OTHER, S1, THREE, T1, NOTE]


def test_a_range_upwards_is_in_visual_order_too():
    assert choose.extend_to([NOTE], TILES, NOTE, S1) == [NOTE, S1, THREE, T1]


@pytest.mark.parametrize("anchor", [None, NodeKey(9, 9)])
def test_a_range_without_its_first_tile_is_the_tile_itself(anchor):
    assert choose.extend_to([NOTE], TILES, anchor, ONE) == [NOTE, ONE]


def test_select_all_is_everything_available_in_document_order():
    assert choose.select_all(TILES) == AVAILABLE


@pytest.mark.parametrize(
    ("selection", "state"),
    [
        ([], "none"),
        ([NOTE], "none"),
        ([S1], "some"),
        ([T1, ONE, S1, THREE], "all"),
        ([ONE, S1, THREE, T1, NOTE], "all"),
    ],
)
def test_a_blocks_header_tells_none_some_or_all_of_what_is_available(selection, state):
    assert choose.header_state(selection, choose.tiles_under(TILES, 1)) == state


def test_an_items_header_stands_for_its_sub_items_only():
    under = choose.tiles_under(TILES, 1, 1)
    assert [tile.key for tile in under] == [S1, S2]
    assert choose.header_state([ONE], under) == "none"
    assert choose.header_state([S1], under) == "all"


def test_a_header_without_available_tiles_is_inert():
    under = choose.tiles_under(TILES, 3)
    assert choose.header_state([NOTHING], under) == "none"
    assert choose.click_header([NOTE], under) == [NOTE]


def test_a_click_on_a_header_makes_none_all_and_some_all_and_all_none():
    under = choose.tiles_under(TILES, 1)
    assert choose.click_header([NOTE], under) == [NOTE, ONE, S1, THREE, T1]
    assert choose.click_header([T1, NOTE], under) == [T1, NOTE, ONE, S1, THREE]
    assert choose.click_header([T1, NOTE, ONE, S1, THREE], under) == [NOTE]


def test_what_a_prompt_keeps_is_numbered_without_gaps():
    selected = [
        SelectedContext(2, 1, order=9),
        SelectedContext(1, 1, 1, order=4),
        SelectedContext(2, 1, order=2),
        SelectedContext(1, 1, order=4),
    ]
    assert choose.keys_of(selected) == [NOTE, S1, ONE]
    assert choose.renumbered(selected) == [
        SelectedContext(2, 1, None, 0),
        SelectedContext(1, 1, 1, 1),
        SelectedContext(1, 1, None, 2),
    ]
    assert choose.selected_from([]) == []


def test_no_gesture_changes_the_selection_it_was_given():
    before = [NOTE, ONE]
    choose.toggle(before, BY_KEY[ONE])
    choose.paint(before, TILES)
    choose.rubber_band(before, TILES, "toggle")
    choose.extend_to(before, TILES, ONE, OTHER)
    choose.click_header(before, TILES)
    assert before == [NOTE, ONE]


@pytest.mark.timeout(5)
def test_twenty_thousand_tiles_are_no_matter():
    block = ContextBlock(1, "B", [ContextItem(n, "I", "x") for n in range(1, 20_001)])
    many = choose.tiles_of([block])
    everything = choose.select_all(many)
    assert choose.rubber_band(everything, many, "toggle") == []
    assert choose.click_header(everything[1:], many)[-1] == everything[0]


# --- deleting ----------------------------------------------------------------------------------


def project():
    first = choose.selected_from([S1, NOTE, T1, ONE, OTHER])
    second = choose.selected_from([NOTE])
    return ProjectData(
        BLOCKS,
        [PromptBlock(1, "P", selected_context=first), PromptBlock(2, "Q", selected_context=second)],
    )


def selections(project_data):
    return [
        [(entry.key, entry.order) for entry in prompt.selected_context]
        for prompt in project_data.prompt_blocks
    ]


@pytest.mark.parametrize(
    ("node", "left"),
    [
        ((1,), [[(NOTE, 0), (OTHER, 1)], [(NOTE, 0)]]),
        ((1, 1), [[(NOTE, 0), (T1, 1), (OTHER, 2)], [(NOTE, 0)]]),
        ((1, 1, 1), [[(NOTE, 0), (T1, 1), (ONE, 2), (OTHER, 3)], [(NOTE, 0)]]),
        ((2, 1), [[(S1, 0), (T1, 1), (ONE, 2), (OTHER, 3)], []]),
    ],
)
def test_deleting_a_node_takes_its_selections_out_of_every_prompt(node, left):
    assert selections(delete_node(project(), *node)) == left


def test_deleting_takes_out_the_node_and_nothing_else():
    def keys_after(*node):
        return {tile.key for tile in choose.tiles_of(delete_node(project(), *node).context_blocks)}

    every = set(BY_KEY)
    assert keys_after(1) == every - {ONE, S1, S2, TWO, THREE, T1}
    assert keys_after(1, 1) == every - {ONE, S1, S2}
    assert keys_after(1, 3, 1) == every - {T1}


def test_the_project_a_node_is_deleted_from_stays_as_it_was():
    before = project()
    expected = repr(before)
    for node in ((1,), (1, 1), (1, 1, 1)):
        delete_node(before, *node)
    assert repr(before) == expected


@pytest.mark.parametrize(
    ("node", "path"),
    [((9,), "blockId"), ((9, 1), "blockId"), ((1, 9), "itemId"), ((1, 1, 9), "subItemId")],
)
def test_deleting_what_is_not_there_is_refused(node, path):
    with pytest.raises(DocumentError) as caught:
        delete_node(project(), *node)
    assert (caught.value.path, caught.value.reason) == (path, "unknown")
