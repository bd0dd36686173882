"""Compiling a prompt: the order of the pieces and how they are laid out."""

from __future__ import annotations

import pytest

from promptyflow_lab.domain import (
    ContextBlock,
    ContextItem,
    PromptBlock,
    SelectedContext,
    compile_prompt,
)


def test_pieces_come_in_ascending_order_across_blocks(compiled):
    result = compiled((2, 1), (1, 3), (1, 1, 1))
    assert result.compiled == "noted\n\nthird\n\nsub one"


def test_the_numbers_decide_and_not_the_place_in_the_list(blocks):
    selected = [SelectedContext(1, 1, order=7), SelectedContext(2, 1, order=3)]
    prompt = PromptBlock(1, "P", "{{context}}", wrap_in_tags=False, selected_context=selected)
    assert compile_prompt(prompt, blocks).compiled == "noted\n\nfirst"


def test_equal_numbers_keep_the_order_of_the_list(blocks):
    selected = [SelectedContext(2, 1), SelectedContext(1, 3), SelectedContext(1, 1)]
    prompt = PromptBlock(1, "P", "{{context}}", wrap_in_tags=False, selected_context=selected)
    assert compile_prompt(prompt, blocks).compiled == "noted\n\nthird\n\nfirst"


def test_an_item_gives_its_own_content_only(compiled):
    assert compiled((1, 1)).compiled == "first"


def test_a_sub_item_gives_its_content_with_or_without_its_parent(compiled):
    assert compiled((1, 1, 1)).compiled == "sub one"
    assert compiled((1, 1), (1, 1, 1)).compiled == "first\n\nsub one"


def test_what_is_selected_twice_counts_once_at_its_first_place(compiled):
    result = compiled((1, 3), (2, 1), (1, 3))
    assert result.compiled == "third\n\nnoted"
    assert result.context_chars == len("thirdnoted")
    assert len(result.pieces) == 2


def test_unknown_ids_are_skipped_and_reported(compiled):
    result = compiled((9, 1), (1, 9), (1, 3), (1, 1, 9), (1, 3, 1))
    assert result.compiled == "third"
    assert [entry.key for entry in result.unresolved] == [
        (9, 1, None),
        (1, 9, None),
        (1, 1, 9),
        (1, 3, 1),
    ]
    assert [entry.order for entry in result.unresolved] == [0, 1, 3, 4]


@pytest.mark.parametrize("tags", [False, True])
def test_blank_pieces_are_skipped_in_both_modes(compiled, tags):
    result = compiled((1, 2), (1, 3), (1, 1, 2), wrap_in_tags=tags)
    assert [(piece.item_id, piece.sub_item_id) for piece in result.pieces] == [(3, None)]
    assert result.unresolved == []
    assert "Two" not in result.compiled


def test_plain_contents_are_verbatim_with_one_blank_line_between(prompt_for):
    blocks = [ContextBlock(1, "B", [ContextItem(1, "A", "a\r\n \n"), ContextItem(2, "C", "\tb")])]
    prompt = prompt_for((1, 1), (1, 2))
    assert compile_prompt(prompt, blocks, wrap_in_tags=False).compiled == "a\r\n \n\n\n\tb"


def test_the_layout_with_tags_is_that_of_the_contract_byte_for_byte(compiled):
    assert compiled((1, 3), (1, 1, 1), wrap_in_tags=True).compiled == (
        "### Context:\n"
        "<Context>\n"
        "### Docs\n"
        "<Docs>\n"
        "### Three\n"
        "<Three>\n"
        "third\n"
        "</Three>\n"
        "\n"
        "#### S1\n"
        "<S1>\n"
        "sub one\n"
        "</S1>\n"
        "</Docs>\n"
        "</Context>"
    )


def test_consecutive_pieces_of_a_block_share_a_wrapper_and_the_next_run_opens_a_new_one(compiled):
    assert compiled((1, 3), (1, 1), (2, 1), (1, 1, 1), wrap_in_tags=True).compiled == (
        "### Context:\n<Context>\n"
        "### Docs\n<Docs>\n"
        "### Three\n<Three>\nthird\n</Three>\n\n"
        "### One\n<One>\nfirst\n</One>\n"
        "</Docs>\n\n"
        "### Notes\n<Notes>\n"
        "### Note\n<Note>\nnoted\n</Note>\n"
        "</Notes>\n\n"
        "### Docs\n<Docs>\n"
        "#### S1\n<S1>\nsub one\n</S1>\n"
        "</Docs>\n"
        "</Context>"
    )


def test_siblings_with_the_same_title_keep_it(prompt_for):
    block = ContextBlock(1, "B", [ContextItem(1, "Same", "x"), ContextItem(2, "Same", "y")])
    text = compile_prompt(prompt_for((1, 1), (1, 2)), [block]).compiled
    assert text.count("<Same>\n") == text.count("\n</Same>") == 2


@pytest.mark.parametrize("tags", [False, True])
def test_nothing_selected_or_nothing_but_blanks_gives_an_empty_context(compiled, tags):
    for keys in ((), ((1, 2),), ((9, 9),)):
        result = compiled(*keys, template="<{{context}}>", wrap_in_tags=tags)
        assert (result.compiled, result.context_chars, result.pieces) == ("<>", 0, [])
        assert result.context_unused is False


def test_the_prompts_own_wish_for_tags_counts_unless_it_is_overridden(prompt_for, blocks):
    wrapping, plain = prompt_for((1, 3)), prompt_for((1, 3), wrap_in_tags=False)
    assert "<Three>" in compile_prompt(wrapping, blocks).compiled
    assert compile_prompt(plain, blocks).compiled == "third"
    assert compile_prompt(wrapping, blocks, wrap_in_tags=False).compiled == "third"
    assert "<Three>" in compile_prompt(plain, blocks, wrap_in_tags=True).compiled
