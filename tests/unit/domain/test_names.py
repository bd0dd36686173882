"""The names that are made up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from promptyflow_lab.domain import names


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        ([], "Context1"),
        (["Context1"], "Context2"),
        (["Context3", "Context10", "Context2"], "Context11"),
        (["Context0"], "Context1"),
        (["Context007"], "Context8"),
        (["context9", "Context 9", "Context9a", "My Context9", "Context", "Context-9"], "Context1"),
        (["Context9\n", "Context٣"], "Context1"),
        (["Prompt5"], "Context1"),
    ],
)
def test_a_block_is_numbered_after_the_largest_title_of_exactly_that_form(titles, expected):
    assert names.next_block_title(titles) == expected


def test_a_prompt_is_numbered_by_the_same_rule():
    assert names.next_prompt_title([]) == "Prompt1"
    assert names.next_prompt_title(["Prompt2", "Context9", "Notes"]) == "Prompt3"


def test_a_title_that_is_only_a_long_number_is_no_counter():
    assert names.next_block_title(["Context" + "9" * 190]) == "Context1"


@pytest.mark.parametrize(
    ("siblings", "expected"),
    [
        ([], "Item1"),
        ([(1, "Item1")], "Item2"),
        ([(1, "Chapter 09")], "Chapter 10"),
        ([(1, "Part007")], "Part8"),
        ([(1, "Notes")], "Notes 2"),
        ([(1, "Notes 2")], "Notes 3"),
        ([(1, "Item9"), (5, "Zoo"), (3, "Item7")], "Zoo 2"),
        ([(1, "2024")], "2025"),
        ([(1, "Item1 ")], "Item1  2"),
        ([(1, "Глава 9")], "Глава 10"),
    ],
)
def test_an_item_is_named_after_the_sibling_with_the_largest_id(siblings, expected):
    assert names.next_item_title(siblings) == expected


def test_a_sub_item_is_named_by_the_same_rule():
    assert names.next_sub_item_title([]) == "SubItem1"
    assert names.next_sub_item_title([(2, "SubItem4"), (1, "SubItem9")]) == "SubItem5"


def test_parts_of_a_split_are_named_in_the_readers_language():
    assert names.split_part_title("Book", 1) == "Book (part 1)"
    assert names.split_part_title("Книга", 12, "ru") == "Книга (часть 12)"


def test_a_copy_takes_the_first_free_name():
    assert names.copy_name("Demo", []) == "Demo (Copy)"
    assert names.copy_name("Demo", ["Demo", "Demo (Copy)"]) == "Demo (Copy 2)"
    taken = ["Demo (Copy)", "Demo (Copy 2)", "Demo (Copy 4)"]
    assert names.copy_name("Demo", taken) == "Demo (Copy 3)"


def test_a_saved_answer_tells_prompt_model_and_minute():
    at = datetime(2026, 11, 23, 18, 5, 59, tzinfo=UTC)
    assert names.ai_response_title("Summary", "gpt-x", at) == (
        "AI response: Summary · gpt-x · 2026-11-23 18:05"
    )


def test_every_made_up_name_fits_into_a_title():
    at = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    long = "x" * 200
    made = [
        names.next_item_title([(1, long)]),
        names.next_item_title([(1, "x" * 199 + "9")]),
        names.next_item_title([(1, "9" * 200)]),
        names.split_part_title(long, 100, "ru"),
        names.copy_name(long, [names.copy_name(long, [])]),
        names.ai_response_title(long, "m", at),
        names.ai_response_title(long, long, at),
    ]
    assert [len(name) for name in made] == [200] * len(made)
    assert made[0].endswith("… 2")
    assert made[1].endswith("x…10")
    assert made[4].endswith("… (Copy 2)")
    assert made[5].endswith("… · m · 2026-01-02 03:04")
    assert made[6].startswith("AI response: … · xxx")
