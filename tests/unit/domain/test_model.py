"""The shapes, their JSON form, and what is refused when one is read."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptyflow_lab.domain import (
    ContextBlock,
    ContextItem,
    DocumentError,
    DomainError,
    ProjectData,
    PromptBlock,
    SelectedContext,
    Source,
    SubItem,
    TextError,
)

SOURCE = Source("cell", "analysis.ipynb#4", "sha256:ab", "2026-11-23T18:00:00Z")

FULL = ProjectData(
    context_blocks=[
        ContextBlock(
            id=1,
            title="Docs",
            items=[
                ContextItem(
                    id=1,
                    title="Intro",
                    content="a😀я",
                    sub_items=[SubItem(id=1, title="S", content="x", source=SOURCE)],
                    source=SOURCE,
                ),
                ContextItem(id=7, title="Empty"),
            ],
        ),
        ContextBlock(id=2, title="Nothing"),
    ],
    prompt_blocks=[
        PromptBlock(
            id=1,
            title="P",
            template="{{context}} {{who}}",
            wrap_in_tags=False,
            selected_context=[
                SelectedContext(block_id=1, item_id=1, sub_item_id=1, order=0),
                SelectedContext(block_id=1, item_id=1, order=1),
            ],
            variables={"who": "me"},
            template_id="t-1",
            model_config_id="m-1",
        ),
        PromptBlock(id=2, title="Q"),
    ],
)


def document():
    return json.loads(json.dumps(FULL.to_dict()))


def refusal(data):
    with pytest.raises(DocumentError) as caught:
        ProjectData.from_dict(data)
    error = caught.value
    assert error.code == "VALIDATION_ERROR"
    assert error.details == {"errors": {error.path: error.message}}
    return error.path, error.reason


def test_the_json_form_is_camel_case_and_complete():
    source = {
        "kind": "cell",
        "reference": "analysis.ipynb#4",
        "contentHash": "sha256:ab",
        "capturedAt": "2026-11-23T18:00:00Z",
    }
    assert FULL.to_dict()["contextBlocks"][0] == {
        "id": 1,
        "title": "Docs",
        "items": [
            {
                "id": 1,
                "title": "Intro",
                "content": "a😀я",
                "chars": 3,
                "subItems": [{"id": 1, "title": "S", "content": "x", "chars": 1, "source": source}],
                "source": source,
            },
            {"id": 7, "title": "Empty", "content": "", "chars": 0, "subItems": []},
        ],
    }
    assert FULL.to_dict()["promptBlocks"] == [
        {
            "id": 1,
            "title": "P",
            "template": "{{context}} {{who}}",
            "wrapInTags": False,
            "selectedContext": [
                {"blockId": 1, "itemId": 1, "subItemId": 1, "order": 0},
                {"blockId": 1, "itemId": 1, "order": 1},
            ],
            "variables": {"who": "me"},
            "templateId": "t-1",
            "modelConfigId": "m-1",
        },
        {"id": 2, "title": "Q", "template": "", "wrapInTags": True, "selectedContext": []},
    ]


def test_what_was_written_is_read_back():
    assert ProjectData.from_dict(document()) == FULL


def test_what_may_be_missing_gets_its_default():
    assert ProjectData.from_dict({}) == ProjectData()
    data = {
        "contextBlocks": [
            {"id": 1, "title": "A"},
            {
                "id": 2,
                "title": "B",
                "items": [
                    {"id": 1, "title": "I"},
                    {"id": 2, "title": "J", "content": None, "subItems": None},
                ],
            },
        ],
        "promptBlocks": [{"id": 1, "title": "P"}],
    }
    project = ProjectData.from_dict(data)
    assert project.context_blocks[1].items == [ContextItem(1, "I"), ContextItem(2, "J")]
    assert project.prompt_blocks == [PromptBlock(1, "P", wrap_in_tags=True)]


def test_a_selection_without_orders_is_in_the_order_of_the_list():
    selected = [{"blockId": 2, "itemId": 1}, {"blockId": 1, "itemId": 1}]
    prompt = PromptBlock.from_dict({"id": 1, "title": "P", "selectedContext": selected})
    assert [entry.order for entry in prompt.selected_context] == [0, 1]


def test_a_sent_number_of_characters_is_ignored():
    data = document()
    data["contextBlocks"][0]["items"][0]["chars"] = 1_000_000
    data["contextBlocks"][0]["items"][0]["subItems"][0]["chars"] = "many"
    item = ProjectData.from_dict(data).context_blocks[0].items[0]
    assert (item.chars, item.sub_items[0].chars) == (3, 1)


def test_what_a_newer_version_added_is_passed_over():
    data = document()
    data["contextBlocks"][0]["colour"] = "red"
    assert ProjectData.from_dict(data) == FULL


def test_titles_are_trimmed_and_contents_are_not():
    item = ContextItem.from_dict({"id": 1, "title": "  Docs\n", "content": " kept \r\n"})
    assert (item.title, item.content) == ("Docs", " kept \r\n")


BLOCK = ("contextBlocks", 0)
ITEM = (*BLOCK, "items", 0)
SUB = (*ITEM, "subItems", 0)
PROMPT = ("promptBlocks", 0)
SELECTED = (*PROMPT, "selectedContext", 0)


@pytest.mark.parametrize(
    ("place", "value", "path", "reason"),
    [
        ((*BLOCK, "title"), "", "contextBlocks[0].title", "title"),
        ((*BLOCK, "title"), " \t\n", "contextBlocks[0].title", "title"),
        ((*ITEM, "title"), "x" * 201, "contextBlocks[0].items[0].title", "title"),
        ((*ITEM, "title"), None, "contextBlocks[0].items[0].title", "required"),
        ((*PROMPT, "title"), 5, "promptBlocks[0].title", "type"),
        ((*BLOCK, "id"), 0, "contextBlocks[0].id", "id"),
        ((*BLOCK, "id"), -1, "contextBlocks[0].id", "id"),
        ((*BLOCK, "id"), True, "contextBlocks[0].id", "id"),
        ((*ITEM, "id"), "1", "contextBlocks[0].items[0].id", "id"),
        ((*ITEM, "id"), 1.0, "contextBlocks[0].items[0].id", "id"),
        ((*SUB, "id"), 2**53, "contextBlocks[0].items[0].subItems[0].id", "id"),
        ((*PROMPT, "id"), None, "promptBlocks[0].id", "required"),
        ((*ITEM, "id"), 7, "contextBlocks[0].items[1].id", "duplicate"),
        ((*BLOCK, "id"), 2, "contextBlocks[1].id", "duplicate"),
        ((*PROMPT, "id"), 2, "promptBlocks[1].id", "duplicate"),
        ((*ITEM, "content"), 5, "contextBlocks[0].items[0].content", "type"),
        ((*SUB, "content"), ["x"], "contextBlocks[0].items[0].subItems[0].content", "type"),
        ((*BLOCK, "items"), {}, "contextBlocks[0].items", "type"),
        ((*ITEM, "subItems"), "abc", "contextBlocks[0].items[0].subItems", "type"),
        (ITEM, [], "contextBlocks[0].items[0]", "type"),
        (("contextBlocks",), "x", "contextBlocks", "type"),
        (("promptBlocks",), 1, "promptBlocks", "type"),
        ((*PROMPT, "template"), 1, "promptBlocks[0].template", "type"),
        ((*PROMPT, "wrapInTags"), 1, "promptBlocks[0].wrapInTags", "type"),
        ((*PROMPT, "wrapInTags"), "true", "promptBlocks[0].wrapInTags", "type"),
        ((*PROMPT, "variables"), [], "promptBlocks[0].variables", "type"),
        ((*PROMPT, "variables"), {"n": 5}, "promptBlocks[0].variables.n", "type"),
        ((*PROMPT, "variables"), {" ": "x"}, "promptBlocks[0].variables", "title"),
        ((*PROMPT, "templateId"), 5, "promptBlocks[0].templateId", "type"),
        ((*SELECTED, "blockId"), None, "promptBlocks[0].selectedContext[0].blockId", "required"),
        ((*SELECTED, "itemId"), 0, "promptBlocks[0].selectedContext[0].itemId", "id"),
        ((*SELECTED, "subItemId"), False, "promptBlocks[0].selectedContext[0].subItemId", "id"),
        ((*SELECTED, "order"), -1, "promptBlocks[0].selectedContext[0].order", "type"),
        ((*SELECTED, "order"), 0.5, "promptBlocks[0].selectedContext[0].order", "type"),
        ((*SELECTED, "subItemId"), None, "promptBlocks[0].selectedContext[1]", "duplicate"),
        ((*ITEM, "source"), "cell", "contextBlocks[0].items[0].source", "type"),
        ((*ITEM, "source", "kind"), "url", "contextBlocks[0].items[0].source.kind", "choice"),
        (
            (*SUB, "source", "capturedAt"),
            "yesterday",
            "contextBlocks[0].items[0].subItems[0].source.capturedAt",
            "time",
        ),
        (
            (*ITEM, "source", "capturedAt"),
            "2026-11-23T18:00:00",
            "contextBlocks[0].items[0].source.capturedAt",
            "time",
        ),
    ],
)
def test_a_refusal_names_the_place_inside_the_document(place, value, path, reason):
    data = document()
    target = data
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = value
    assert refusal(data) == (path, reason)


@pytest.mark.parametrize("data", [None, [], "x", 5, True, float("nan")])
def test_a_document_that_is_no_object_is_refused(data):
    assert refusal(data) == ("", "type")


def test_the_path_goes_on_from_where_the_document_stands():
    with pytest.raises(DocumentError) as caught:
        ProjectData.from_dict({"contextBlocks": [{"id": 1}]}, "data")
    assert caught.value.path == "data.contextBlocks[0].title"


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ((*ITEM, "content"), "contextBlocks[0].items[0].content"),
        ((*BLOCK, "title"), "contextBlocks[0].title"),
        ((*PROMPT, "template"), "promptBlocks[0].template"),
        ((*PROMPT, "variables", "who"), "promptBlocks[0].variables.who"),
        ((*SUB, "source", "reference"), "contextBlocks[0].items[0].subItems[0].source.reference"),
    ],
)
def test_nul_and_surrogates_are_refused_everywhere(place, path):
    data = document()
    target = data
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = "ok \ud800"
    with pytest.raises(TextError) as caught:
        ProjectData.from_dict(data)
    assert (caught.value.path, caught.value.index) == (path, 3)


def test_every_refusal_is_a_domain_error_and_a_value_error():
    assert issubclass(DocumentError, DomainError)
    assert issubclass(DomainError, ValueError)


def test_two_instances_share_no_list():
    ContextBlock(1, "A").items.append(ContextItem(1, "I"))
    assert ContextBlock(1, "A").items == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["contextBlocks", "promptBlocks", "items", "subItems", "id", "title", "content"]
            ),
            inner,
            max_size=5,
        )
    ),
)


@given(JSON)
def test_any_json_is_read_or_refused_with_a_typed_error(data):
    try:
        project = ProjectData.from_dict(data)
    except DomainError:
        return
    assert ProjectData.from_dict(project.to_dict()) == project
