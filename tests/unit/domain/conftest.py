"""A small project to compile from, and short ways to do it."""

from __future__ import annotations

import pytest

from promptyflow_lab.domain import (
    ContextBlock,
    ContextItem,
    PromptBlock,
    SelectedContext,
    SubItem,
    compile_prompt,
)


@pytest.fixture
def blocks():
    """Two blocks: contents, a blank one, sub-items with and without content."""
    subs = [SubItem(1, "S1", "sub one"), SubItem(2, "S2", "")]
    one, two = ContextItem(1, "One", "first", subs), ContextItem(2, "Two", " \n\t ")
    docs = ContextBlock(1, "Docs", [one, two, ContextItem(3, "Three", "third")])
    return [docs, ContextBlock(2, "Notes", [ContextItem(1, "Note", "noted")])]


@pytest.fixture
def prompt_for():
    """Return a function that makes a prompt from the keys it selects, in their order."""

    def make(*keys, template="{{context}}", **kwargs):
        selected = [SelectedContext(*key, order=order) for order, key in enumerate(keys)]
        return PromptBlock(1, "Summary", template, selected_context=selected, **kwargs)

    return make


@pytest.fixture
def compiled(blocks, prompt_for):
    """Return a function that compiles keys of `blocks`, plain unless told otherwise."""

    def run(*keys, template="{{context}}", wrap_in_tags=False, **kwargs):
        return compile_prompt(prompt_for(*keys, template=template), blocks, wrap_in_tags, **kwargs)

    return run


@pytest.fixture
def single(prompt_for):
    """Return a function that compiles one item of one block into a text."""

    def run(content, *, title="Item", block_title="Block", template="{{context}}", tags=True):
        block = ContextBlock(1, block_title, [ContextItem(1, title, content)])
        return compile_prompt(prompt_for((1, 1), template=template), [block], tags).compiled

    return run
