"""What a text in the search box stands for."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptyflow_server.templates import queries
from promptyflow_server.templates.queries import read_query, with_other_words


def test_the_examples_of_the_module_are_right():
    assert doctest.testmod(queries).failed == 0


@pytest.mark.parametrize(
    ("text", "complete", "begun", "excluded"),
    [
        ("", [], "", []),
        ("one two", ["one"], "two", []),
        ("one two ", ["one", "two"], "", []),
        ("one two,", ["one", "two,"], "", []),
        ("pro*", [], "pro", []),
        ('"one two', ['"one two"'], "", []),
        ('"one two" thr', ['"one two"'], "thr", []),
        ('-"one two" thr', [], "thr", ['"one two"']),
        ("-one -two", [], "", ["one", "two"]),
        ("one or two", ["one", "or", "two"], "", []),
        ("or two", ["or"], "two", []),
        ("Ёлка ё", ["Елка"], "е", []),
        ("<b>user_name</b>", ["b", "user", "name", "b"], "", []),
        ("node.js", [], "node.js", []),
        ("gpt-4", [], "gpt-4", []),
        ('a"b"c', ["a", "b", "c"], "", []),
        ("(-one", [], "one", []),
        ("--one", [], "", ["one"]),
        ("* )( 🎉 \\ '", [], "", []),
        ("x" * 65, ["x" * 65], "", []),
        ("и\u0306од", [], "йод", []),
    ],
)
def test_a_text_is_taken_apart(text, complete, begun, excluded):
    query = read_query(text)
    assert (query.complete, query.begun, query.excluded) == (complete, begun, excluded)


def test_no_more_than_32_words_are_looked_at():
    words = [f"w{number}" for number in range(10_000)]
    assert read_query(" ".join(words)).words == words[:32]
    assert read_query(f'"{" ".join(words)}"').words == words[:32]
    assert len(read_query(" ".join(f"-{word}" for word in words)).excluded) == 32


def test_the_stems_of_a_word_are_what_is_left_without_up_to_five_letters():
    assert (
        read_query("computation").stems
        == "comput | computa | computat | computati | computatio | computation"
    )
    assert read_query("code").stems == "code"
    assert read_query("it").stems == "it"
    assert read_query("gpt-4").stems == ""


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_passed_on_holds_no_operator_that_was_not_meant(text):
    query = read_query(text)
    assert "'" not in query.begun
    assert not set(query.begun) & set('"\\&|!():*<> ')
    for part in query.complete + query.excluded:
        assert part[0].isalnum() or part.startswith('"')
        assert part.count('"') in {0, 2}
        assert "\\" not in part


def test_only_what_was_meant_otherwise_is_replaced():
    other = {"weakly": "weekly", "cat": "bat"}
    meant = lambda word: other.get(word.lower(), word.lower())  # noqa: E731
    words = ["Weakly", "category", "Cat"]
    assert (
        with_other_words('Weakly "category" Cat -dog', words, meant) == 'weekly "category" bat -dog'
    )
    assert with_other_words("Right Words", ["Right", "Words"], meant) is None
