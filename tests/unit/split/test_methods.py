"""Each method of `split_text` does what a person chose it for."""

from __future__ import annotations

import threading
import time

import pytest

from promptyflow_lab.domain import DomainError, split_text
from promptyflow_lab.domain.split import MOST_PARTS, PatternError, SplitError

MARKDOWN = """\
Intro before any heading.

# One

Text of one. More of it.

## One A

```
# no heading
```

Two
===

Text of two.
"""


def texts(*args, **options):
    return [part.text for part in split_text(*args, **options)]


def test_without_a_size_each_sentence_is_a_part():
    assert texts("One. Два! Three?") == ["One. ", "Два! ", "Three?"]


def test_paragraphs_are_grouped_and_short_ones_join_a_neighbour():
    text = "First one.\n\nAb.\n\nThe third one.\n\nThe fourth.\n\nX"
    assert texts(text, "paragraph") == [
        "First one.\n\n",
        "Ab.\n\n",
        "The third one.\n\n",
        "The fourth.\n\n",
        "X",
    ]
    assert texts(text, "paragraph", per_part=2) == [
        "First one.\n\nAb.\n\n",
        "The third one.\n\nThe fourth.\n\n",
        "X",
    ]
    assert texts(text, "paragraph", min_size=5) == [
        "First one.\n\n",
        "Ab.\n\nThe third one.\n\n",
        "The fourth.\n\nX",
    ]


def test_a_heading_stays_with_its_first_paragraph():
    assert texts("Before.\n\n# Title\n\nFirst.\n\nSecond.", "paragraph") == [
        "Before.\n\n",
        "# Title\n\nFirst.\n\n",
        "Second.",
    ]


def test_headings_begin_parts_down_to_a_level_and_not_inside_fences():
    everything = texts(MARKDOWN, "heading")
    assert [part.split("\n")[0] for part in everything] == [
        "Intro before any heading.",
        "# One",
        "## One A",
        "Two",
    ]
    assert len(texts(MARKDOWN, "heading", level=1)) == 3


def test_sections_too_large_are_cut_between_their_sentences():
    text = "# A\n\n" + "A sentence of the section. " * 20 + "\n\n# B\n\nShort."
    parts = split_text(text, "heading", max_size=120)
    assert all(part.chars <= 120 for part in parts)
    assert any(part.text.startswith("# B") for part in parts)


def test_paragraphs_are_gathered_up_to_a_size():
    text = "\n\n".join(f"Paragraph number {number}." for number in range(40))
    parts = split_text(text, "paragraph", max_size=100)
    assert all(part.chars <= 100 for part in parts)
    assert all(part.text.startswith("Paragraph") for part in parts)
    assert len(split_text(text, "paragraph", parts=4)) == 4


def test_a_delimiter_is_literal_and_stays_at_the_head_of_its_part():
    assert texts("a***b***c", "delimiter", delimiter="***") == ["a", "***b", "***c"]
    assert texts("a.b", "delimiter", delimiter=".") == ["a", ".b"]


def test_a_delimiter_can_be_dropped_and_its_case_ignored():
    assert texts("oneENDtwoendthree", "delimiter", delimiter="end", keep=False) == [
        "oneENDtwo",
        "three",
    ]
    assert texts(
        "oneENDtwoendthree", "delimiter", delimiter="end", keep=False, case_sensitive=False
    ) == ["one", "two", "three"]


def test_a_pattern_cuts_before_each_match_and_deletes_nothing():
    assert texts("x1y22z", "pattern", pattern=r"\d+") == ["x", "1y", "22z"]
    assert texts("x1y22z", "pattern", pattern=r"\d+", keep=False) == ["x", "y", "z"]
    assert texts("a\nB\nc", "pattern", pattern=r"^b", case_sensitive=False) == ["a\n", "B\nc"]


def test_a_pattern_that_takes_for_ever_is_ended_in_time():
    start = time.monotonic()
    with pytest.raises(PatternError) as refused:
        split_text("a" * 40 + "!", "pattern", pattern="(a+)+$", time_limit=0.5)
    assert refused.value.reason == "slow"
    assert refused.value.code == "INVALID_PATTERN"
    assert time.monotonic() - start < 3


def test_other_threads_go_on_while_a_pattern_runs():
    ticks = []
    stop = threading.Event()

    def tick():
        while not stop.wait(0.01):
            ticks.append(time.monotonic())

    ticking = threading.Thread(target=tick)
    ticking.start()
    try:
        with pytest.raises(PatternError):
            split_text("a" * 40 + "!", "pattern", pattern="(a+)+$", time_limit=0.5)
    finally:
        stop.set()
        ticking.join()
    assert len(ticks) > 10


def test_a_pattern_works_from_a_thread():
    found = []
    worker = threading.Thread(target=lambda: found.extend(texts("a1b", "pattern", pattern=r"\d")))
    worker.start()
    worker.join()
    assert found == ["a", "1b"]


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [(r"\s*", "empty"), ("^", "empty"), ("(", "syntax"), ("x" * 3000, "long")],
)
def test_a_pattern_that_is_none_says_why(pattern, reason):
    with pytest.raises(PatternError) as refused:
        split_text("text", "pattern", pattern=pattern)
    assert refused.value.reason == reason
    assert refused.value.details["reason"] == reason


def test_chapters_are_found_in_both_languages_at_the_start_of_a_line():
    text = (
        "Пролог\nГлава 1. Начало\nсм. Глава 2 далее\nГЛАВА ВТОРАЯ\nтекст\n"
        "# Chapter IV\nsee Chapter 5\nPart Two\nend"
    )
    assert [part.split("\n")[0] for part in texts(text, "pattern", preset="chapters")] == [
        "Пролог",
        "Глава 1. Начало",
        "ГЛАВА ВТОРАЯ",
        "# Chapter IV",
        "Part Two",
    ]


def test_numbering_is_found_at_the_start_of_a_line():
    text = "Intro 1.5 of 2.\n1. One\n1.1 Two\n2) Три\nIV. Four\n3.14"
    assert [part.split("\n")[0] for part in texts(text, "pattern", preset="numbering")] == [
        "Intro 1.5 of 2.",
        "1. One",
        "1.1 Two",
        "2) Три",
        "IV. Four",
    ]


def test_dates_are_dates_and_neither_versions_nor_decimals():
    text = (
        "Дневник\n12.05.2024 Встреча, v1.2.3 и 3.14.\n2024-05-13 Next\n5 мая 2024 г. Дома.\n"
        "May 6, 2024 out\n99.99.2024 no\n1.2.3 no"
    )
    assert [part.split("\n")[0] for part in texts(text, "pattern", preset="dates")] == [
        "Дневник",
        "12.05.2024 Встреча, v1.2.3 и 3.14.",
        "2024-05-13 Next",
        "5 мая 2024 г. Дома.",
        "May 6, 2024 out",
    ]


def test_exact_sizes_keep_characters_whole():
    assert texts("abcdefg", "exact", size=3) == ["abc", "def", "g"]
    assert texts("abcdefg", "exact", parts=2) == ["abc", "defg"]
    assert texts("ab\r\ncd", "exact", max_size=3) == ["ab", "\r\nc", "d"]
    assert texts("e\u0301e\u0301", "exact", max_size=3) == ["e\u0301", "e\u0301"]


def test_tokens_are_counted_by_whoever_knows_them():
    text = "One two three. Four five. Six seven eight nine. Ten."
    parts = split_text(text, "tokens", max_size=5, count_tokens=lambda piece: len(piece.split()))
    assert [len(part.text.split()) <= 5 for part in parts] == [True] * len(parts)
    assert "".join(part.text for part in parts) == text
    assert len(parts) == 2


def test_a_character_that_takes_too_many_tokens_is_told():
    with pytest.raises(SplitError) as refused:
        split_text("abc", "tokens", max_size=2, count_tokens=lambda piece: 3 * len(piece))
    assert refused.value.path == "max_size"


def test_an_empty_text_has_no_parts():
    for method, options in (("sentence", {}), ("exact", {"size": 3}), ("heading", {})):
        assert split_text("", method, **options) == []


def test_a_fence_that_fits_is_never_cut():
    fence = "```\n" + "code line. More\n" * 10 + "```\n"
    text = ("Some prose here. And more of it.\n\n" + fence + "\n") * 10
    for options in ({"size": 300}, {"max_size": 300}):
        parts = split_text(text, **options)
        assert len(parts) > 5
        assert all(part.text.count("```") % 2 == 0 for part in parts)


@pytest.mark.parametrize(
    "text", ["x" * 300_000, "词" * 300_000, "👨‍👩‍👧‍👦" * 40_000, "a\r" * 100_000]
)
def test_a_long_text_without_a_space_is_split_quickly(text):
    start = time.process_time()
    parts = split_text(text, max_size=1000)
    assert "".join(part.text for part in parts) == text
    assert max(part.chars for part in parts) <= 1000
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("option", "arguments"),
    [
        ("method", {"method": "magic"}),
        ("parts", {"parts": 0}),
        ("parts", {"parts": True}),
        ("parts", {"parts": MOST_PARTS + 1}),
        ("size", {"size": -1}),
        ("size", {"parts": 2, "size": 5}),
        ("max_size", {"max_size": 2.5}),
        ("max_size", {"method": "exact"}),
        ("delimiter", {"method": "delimiter"}),
        ("delimiter", {"method": "delimiter", "delimiter": ""}),
        ("delimiter", {"method": "sentence", "delimiter": "x"}),
        ("pattern", {"method": "pattern"}),
        ("pattern", {"method": "pattern", "pattern": "x", "preset": "dates"}),
        ("preset", {"method": "pattern", "preset": "nothing"}),
        ("time_limit", {"method": "pattern", "pattern": "x", "time_limit": float("nan")}),
        ("per_part", {"method": "paragraph", "per_part": 0}),
        ("count_tokens", {"method": "tokens", "max_size": 5}),
        ("parts", {"method": "delimiter", "delimiter": "x", "parts": 2}),
    ],
)
def test_an_option_that_makes_no_sense_is_named(option, arguments):
    with pytest.raises(SplitError) as refused:
        split_text("some text", **arguments)
    assert refused.value.path == option
    assert refused.value.code == "VALIDATION_ERROR"
    assert isinstance(refused.value, DomainError)


def test_more_parts_than_anybody_needs_are_refused():
    with pytest.raises(SplitError):
        split_text("ab" * MOST_PARTS, "pattern", pattern=".")
    with pytest.raises(SplitError):
        split_text("a" * (2 * MOST_PARTS), "exact", size=1)
