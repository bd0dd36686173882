"""What a compiled prompt tells about itself, and what is refused."""

from __future__ import annotations

import hashlib

import pytest

from promptyflow_lab.domain import (
    ContextBlock,
    ContextItem,
    DocumentError,
    SelectedContext,
    SelectedPiece,
    SizeLimitError,
    TextError,
    compile_pieces,
    compile_prompt,
    resolve_selection,
)


def test_without_a_context_placeholder_the_template_is_returned_as_it_is(compiled):
    result = compiled((1, 3), template="Just text.\r\n")
    assert result.compiled == "Just text.\r\n"
    assert result.context_unused is True
    assert result.pieces == []
    assert result.context_chars == 5


def test_without_a_context_placeholder_variables_still_get_their_values(compiled):
    result = compiled((1, 3), template="For {{who}}", variables={"who": "Ann"})
    assert (result.compiled, result.context_unused) == ("For Ann", True)


def test_nothing_is_unused_where_nothing_was_to_be_used(compiled):
    assert compiled(template="text").context_unused is False
    assert compiled((1, 2), (9, 9), template="text").context_unused is False
    assert compiled((1, 3)).context_unused is False


@pytest.mark.parametrize("tags", [False, True])
def test_offsets_point_at_the_contents_in_code_points(prompt_for, tags):
    blocks = [ContextBlock(1, "😀", [ContextItem(1, "A", "naïve 😀"), ContextItem(2, "B", "ю")])]
    prompt = prompt_for((1, 1), (1, 2), template="😀 {{prompt}} {{context}}!")
    result = compile_prompt(prompt, blocks, tags)
    assert [result.compiled[piece.start : piece.end] for piece in result.pieces] == [
        "naïve 😀",
        "ю",
    ]
    assert [piece.chars for piece in result.pieces] == [7, 1]


def test_the_result_counts_context_template_and_whole(compiled):
    result = compiled((1, 3), (1, 1, 1), template="Ask: {{context}}", wrap_in_tags=True)
    assert result.context_chars == len("third") + len("sub one")
    assert result.template_chars == len("Ask: {{context}}")
    assert result.total_chars == len(result.compiled)


def test_the_hash_is_that_of_the_text_in_utf_8(compiled):
    result = compiled((1, 3), template="Привет 😀 {{context}}")
    assert result.sha256 == hashlib.sha256("Привет 😀 third".encode()).hexdigest()


def test_the_json_form_is_camel_case(compiled):
    result = compiled((1, 1, 1), (9, 9), (1, 3), template="{{context}}{{x}}")
    assert result.to_dict() == {
        "compiled": "sub one\n\nthird{{x}}",
        "contextChars": 12,
        "templateChars": 16,
        "totalChars": 19,
        "pieces": [
            {"blockId": 1, "itemId": 1, "subItemId": 1, "start": 0, "end": 7, "chars": 7},
            {"blockId": 1, "itemId": 3, "start": 9, "end": 14, "chars": 5},
        ],
        "unresolved": [{"blockId": 9, "itemId": 9, "order": 1}],
        "missingVariables": ["x"],
        "contextUnused": False,
        "sha256": hashlib.sha256(b"sub one\n\nthird{{x}}").hexdigest(),
    }


def test_an_empty_template_compiles_to_nothing(compiled):
    result = compiled((1, 3), template="")
    assert (result.compiled, result.total_chars, result.context_unused) == ("", 0, True)


def test_the_prompt_and_the_blocks_stay_as_they_were(prompt_for, blocks):
    prompt = prompt_for((1, 3), (1, 1))
    before = (repr(prompt), repr(blocks))
    compile_prompt(prompt, blocks)
    assert (repr(prompt), repr(blocks)) == before


def test_a_text_that_would_not_fit_is_refused_with_both_numbers_and_not_built(prompt_for):
    block = ContextBlock(1, "B", [ContextItem(1, "I", "x" * 1_000_000)])
    prompt = prompt_for((1, 1), template="{{context}}" * 90_000)
    with pytest.raises(SizeLimitError) as caught:
        compile_prompt(prompt, [block], wrap_in_tags=False)
    assert caught.value.code == "PAYLOAD_TOO_LARGE"
    assert caught.value.details == {
        "what": "compiled",
        "limit": 50_000_000,
        "actual": 90_000_000_000,
    }


def test_exactly_the_longest_text_passes(compiled):
    assert compiled((1, 3), max_chars=5).compiled == "third"
    with pytest.raises(SizeLimitError):
        compiled((1, 3), max_chars=4)


def test_a_lone_surrogate_is_refused_with_its_index(single):
    with pytest.raises(TextError) as caught:
        single("ab\ud800", template="x{{context}}", tags=False)
    assert (caught.value.path, caught.value.index) == ("compiled", 3)


def test_a_value_that_is_no_string_is_refused_by_name(compiled):
    with pytest.raises(DocumentError) as caught:
        compiled(variables={"n": 5})
    assert (caught.value.path, caught.value.reason) == ("variables.n", "type")


@pytest.mark.parametrize("tags", [False, True])
def test_pieces_that_were_loaded_elsewhere_compile_to_the_same(prompt_for, blocks, tags):
    prompt = prompt_for((2, 1), (1, 1, 1), (9, 9), (1, 2), template="{{context}} {{project}}")
    pieces = [
        SelectedPiece(2, "Notes", 1, "Note", "noted"),
        SelectedPiece(1, "Docs", 1, "One", "sub one", 1, "S1"),
        SelectedPiece(1, "Docs", 2, "Two", " \n\t "),
    ]
    unresolved = [SelectedContext(9, 9, order=2)]
    result = compile_pieces(prompt, iter(pieces), tags, project_name="X", unresolved=unresolved)
    assert result == compile_prompt(prompt, blocks, tags, project_name="X")
    assert resolve_selection(prompt.selected_context, blocks) == (pieces, unresolved)
