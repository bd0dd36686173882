"""How characters are counted, and the limits on them."""

from __future__ import annotations

import dataclasses

import pytest

from promptyflow_lab.domain import (
    ContextBlock,
    ContextItem,
    Limits,
    ProjectData,
    PromptBlock,
    SelectedContext,
    SizeLimitError,
    SubItem,
    block_size,
    item_size,
    project_size,
    selection_size,
    sizes,
)


def block_of(block_id, chars):
    return ContextBlock(block_id, f"B{block_id}", [ContextItem(1, "I", "x" * chars)])


def test_an_item_without_sub_items_counts_its_own_content():
    assert item_size(ContextItem(1, "I", "abc")) == 3


def test_an_item_with_sub_items_counts_their_sum_and_nothing_else():
    item = ContextItem(1, "I", "own text", [SubItem(1, "S", "ab"), SubItem(2, "T", "c")])
    assert item_size(item) == 3
    assert item_size(ContextItem(1, "I", "own text", [SubItem(1, "S", "")])) == 0


def test_characters_are_code_points():
    assert ContextItem(1, "I", "a😀я").chars == 3
    assert SubItem(1, "S", "e\u0301").chars == 2


def test_a_block_is_the_sum_of_its_items_and_a_project_of_its_blocks():
    first = ContextBlock(1, "A", [ContextItem(1, "I", "abc"), ContextItem(2, "J", "de")])
    project = ProjectData([first, block_of(2, 10)], [PromptBlock(1, "P", "not counted")])
    assert block_size(first) == 5
    assert project_size(project) == 15
    assert project_size(ProjectData()) == 0


def test_a_selection_counts_exactly_the_pieces_it_selects():
    item = ContextItem(1, "I", "own", [SubItem(1, "S", "four"), SubItem(2, "T", "fiver")])
    blocks = [ContextBlock(1, "A", [item]), block_of(2, 10)]
    own, sub = SelectedContext(1, 1), SelectedContext(1, 1, 2)
    assert selection_size([own], blocks) == 3
    assert selection_size([sub], blocks) == 5
    assert selection_size([own, sub, SelectedContext(2, 1)], blocks) == 18
    assert selection_size([own, own], blocks) == 3
    assert selection_size([SelectedContext(9, 9), SelectedContext(1, 1, 9)], blocks) == 0


def test_the_limits_are_those_of_the_contract():
    limits = Limits()
    assert (limits.project, limits.block) == (10_000_000, 5_000_000)
    assert (limits.template, limits.prompt, limits.projects) == (1_000_000, 1_000_000, None)
    with pytest.raises(dataclasses.FrozenInstanceError):
        limits.project = 1


def test_exactly_the_limits_pass():
    project = ProjectData(
        [block_of(1, 5_000_000), block_of(2, 5_000_000)],
        [PromptBlock(1, "P", "x" * 1_000_000)],
    )
    sizes.check_project_size(project)
    sizes.check_template_size("x" * 1_000_000)


@pytest.mark.parametrize(
    ("chars", "what", "limit", "path"),
    [
        ([5_000_001], "block", 5_000_000, "contextBlocks[0]"),
        ([1, 5_000_001], "block", 5_000_000, "contextBlocks[1]"),
        ([4_000_000, 4_000_000, 2_000_001], "project", 10_000_000, ""),
    ],
)
def test_one_character_more_is_refused_with_both_numbers(chars, what, limit, path):
    project = ProjectData([block_of(n, size) for n, size in enumerate(chars, 1)])
    with pytest.raises(SizeLimitError) as caught:
        sizes.check_project_size(project)
    error = caught.value
    assert error.code == "PAYLOAD_TOO_LARGE"
    assert error.details == {"what": what, "limit": limit, "actual": limit + 1}
    assert error.path == path


def test_the_project_limit_is_reported_before_the_blocks():
    with pytest.raises(SizeLimitError) as caught:
        sizes.check_context_size([6_000_000, 6_000_000])
    assert (caught.value.what, caught.value.actual) == ("project", 12_000_000)


def test_limits_are_settings():
    small = Limits(project=10, block=5, template=3, prompt=3)
    sizes.check_context_size([5, 5], small)
    with pytest.raises(SizeLimitError, match="11 characters, the limit is 10"):
        sizes.check_context_size([5, 5, 1], small)
    with pytest.raises(SizeLimitError) as of_template:
        sizes.check_template_size("four", small)
    assert of_template.value.what == "template"
    with pytest.raises(SizeLimitError) as of_prompt:
        sizes.check_project_size(
            ProjectData([], [PromptBlock(1, "P", "abc"), PromptBlock(2, "Q", "abcd")]), small
        )
    assert of_prompt.value.path == "promptBlocks[1].template"
