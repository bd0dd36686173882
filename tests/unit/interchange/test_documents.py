"""Every form is recognised by what it holds, and becomes today's."""

from __future__ import annotations

import pytest
from interchange_forms import BLOCK, DESKTOP, DESKTOP_OLDER, OURS, SAAS

from promptyflow_lab.domain import DocumentError, Limits, ProjectData, SizeLimitError
from promptyflow_lab.domain.interchange import (
    ImportedBlock,
    ImportedProject,
    export_document,
    read_document,
)
from promptyflow_lab.domain.selection import keys_of


def project(document):
    read = read_document(document)
    assert isinstance(read, ImportedProject)
    return read


def selected(data):
    return [[tuple(key) for key in keys_of(p.selected_context)] for p in data.prompt_blocks]


def test_ours_is_taken_as_it_is():
    read = project(OURS)
    assert (read.form, read.name) == ("promptyflow", "Ours")
    assert read.data == ProjectData.from_dict(OURS["data"])
    exported = export_document("Ours", read.data, "later")
    assert project(exported).data == read.data


def test_an_export_of_the_hosted_ancestor():
    read = project(SAAS)
    assert (read.form, read.name) == ("saas", "Hosted")
    ordered, in_lists = read.data.prompt_blocks
    assert (ordered.wrap_in_tags, in_lists.wrap_in_tags) == (False, True)
    assert selected(read.data) == [
        [(2, 1, None), (1, 2, 1), (1, 1, None), (1, 2, None)],
        [(2, 1, None), (1, 2, None), (1, 1, None), (1, 2, 1)],
    ]
    assert [entry.order for entry in ordered.selected_context] == [0, 1, 2, 3]


def test_what_was_posted_to_the_hosted_ancestor_has_no_version():
    document = {key: SAAS[key] for key in ("name", "data")}
    assert project(document).data == project(SAAS).data


@pytest.mark.parametrize(("document", "name"), [(DESKTOP, "Настольный"), (DESKTOP_OLDER, "Older")])
def test_a_project_file_of_the_desktop_ancestor(document, name):
    read = project(document)
    assert (read.form, read.name) == ("desktop", name)
    assert next(block.title for block in read.data.context_blocks) == "Docs"


def test_lists_that_are_missing_are_empty():
    data = project(DESKTOP).data
    assert data.context_blocks[1].items == []
    assert (data.prompt_blocks[1].template, selected(data)) == ("", [[(1, 1, None)], []])
    assert project(DESKTOP_OLDER).data.prompt_blocks == []


def test_a_project_file_without_a_name_has_none():
    assert project({"contextBlocks": []}).name is None


def test_an_order_alone_selects():
    prompt = {"id": 1, "title": "P", "selectionOrder": ["1-1", "x", "1-7"]}
    assert selected(project({**DESKTOP, "promptBlocks": [prompt]}).data) == [[(1, 1, None)]]


def test_one_block_is_numbered_from_one():
    read = read_document(BLOCK)
    assert isinstance(read, ImportedBlock)
    assert [item.id for item in read.block.items] == [1, 2]
    assert read.block.items[1].sub_items[0].id == 1


def test_ids_that_repeat_are_given_anew_and_selections_lead_where_they_led():
    def item(own_id, title, *subs):
        children = [{"id": n, "title": t} for n, t in subs]
        return {"id": own_id, "title": title, "subItems": children}

    blocks = [
        {"id": 1, "title": "A", "items": [item(1, "a1"), item(1, "a1 again", (3, "s"), (3, "t"))]},
        {"id": 1, "title": "B", "items": [item(2, "b2")]},
    ]
    chosen = [
        {"blockId": 1, "itemId": 1, "order": 0},
        {"blockId": 1, "itemId": 2, "order": 1},
        {"blockId": 1, "itemId": 1, "subItemId": 3, "order": 2},
        {"blockId": 2, "itemId": 2, "order": 3},
    ]
    prompt = {"id": 5, "title": "P", "selectedContext": chosen}
    data = {"contextBlocks": blocks, "promptBlocks": [prompt, {**prompt, "title": "Q"}]}
    read = project({**OURS, "data": data}).data
    titles = {
        (block.id, item.id, sub and sub.id): (sub or item).title
        for block in read.context_blocks
        for item in block.items
        for sub in (None, *item.sub_items)
    }
    assert len(titles) == 5
    for keys in selected(read):
        assert [titles.get(key) for key in keys] == ["a1", "b2", "s", None]
    assert len({prompt.id for prompt in read.prompt_blocks}) == 2


def test_what_nobody_reads_does_no_harm():
    assert project({**OURS, "more": [1], "data": {**OURS["data"], "x": None}}).name == "Ours"


@pytest.mark.parametrize("document", [{}, {"title": "x"}, {"format": "other"}, [], None, "x", 3])
def test_what_is_none_of_the_forms_is_refused(document):
    with pytest.raises(DocumentError):
        read_document(document)


def test_the_document_that_is_given_stays_as_it_is():
    from copy import deepcopy

    for document in (OURS, SAAS, DESKTOP, BLOCK):
        before = deepcopy(document)
        read_document(document)
        assert document == before


def test_a_limit_names_the_block_that_is_over_it():
    with pytest.raises(SizeLimitError) as refused:
        read_document(SAAS, Limits(block=1))
    assert (refused.value.path, refused.value.actual) == ("data.contextBlocks[0]", 2)
