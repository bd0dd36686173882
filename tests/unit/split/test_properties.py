"""What must hold for every text: ten groups of promises, each tried on nasty texts."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st
from unit.split.texts import anything, bounded, markdown, nasty, prose

from promptyflow_lab.domain import sentence_spans, split_text
from promptyflow_lab.domain.split import PatternError
from promptyflow_lab.domain.split.sentences import find_cuts
from promptyflow_lab.domain.split.structure import newlines, scan

WIDE = "。！？｡」』”’）"
sizes = st.one_of(st.integers(1, 40), st.integers(1, 400))


def cuts(parts):
    return [part.start for part in parts[1:]]


def ways(size):
    """Every method with every kind of size, as far as it keeps all characters."""
    return (
        ("sentence", {}),
        ("sentence", {"parts": size}),
        ("sentence", {"size": size}),
        ("sentence", {"max_size": size}),
        ("paragraph", {}),
        ("paragraph", {"per_part": size, "min_size": size}),
        ("paragraph", {"parts": size}),
        ("paragraph", {"max_size": size}),
        ("heading", {}),
        ("heading", {"level": 1, "max_size": size}),
        ("delimiter", {"delimiter": "."}),
        ("delimiter", {"delimiter": "e", "case_sensitive": False, "max_size": size}),
        ("pattern", {"preset": "chapters"}),
        ("pattern", {"preset": "numbering"}),
        ("pattern", {"preset": "dates", "max_size": size}),
        ("exact", {"parts": size}),
        ("exact", {"max_size": size}),
        ("tokens", {"max_size": 4 * size, "count_tokens": len}),
        ("tokens", {"parts": size, "count_tokens": len}),
    )


# 1. Lossless


@bounded
@given(anything, sizes)
def test_the_parts_joined_are_the_text(text, size):
    for method, options in ways(size):
        parts = split_text(text, method, **options)
        assert "".join(part.text for part in parts) == text, method
        assert all(part.text for part in parts), method
        assert all(part.text == text[part.start : part.end] for part in parts), method
        assert all(part.chars == part.end - part.start for part in parts), method


@bounded
@given(anything, st.integers(1, 30))
def test_no_more_parts_than_asked_for(text, count):
    for method in ("sentence", "paragraph", "heading", "exact"):
        assert len(split_text(text, method, parts=count)) <= max(count, 0)


@bounded
@given(anything, st.sampled_from(["-", "ab", "***", " ", "\n\n", "Слово", "."]))
def test_a_dropped_delimiter_is_all_that_is_lost(text, delimiter):
    parts = split_text(text, "delimiter", delimiter=delimiter, keep=False)
    for part in parts:
        assert part.text == text[part.start : part.end]
    gaps = [0, *(edge for part in parts for edge in (part.start, part.end)), len(text)]
    lost = [text[start:end] for start, end in zip(gaps[::2], gaps[1::2], strict=True)]
    assert all(not piece.replace(delimiter, "") for piece in lost)


# 2. Where cuts are


@bounded
@given(anything)
def test_sentences_are_cut_behind_white_space_a_wide_stop_or_a_line(text):
    for before, after in pairwise(sentence_spans(text)):
        cut = after[0]
        assert before[1] == cut
        assert 0 < cut < len(text)
        assert text[cut - 1].isspace() or text[cut - 1] in WIDE


@bounded
@given(prose, st.integers(30, 400))
def test_parts_of_prose_begin_where_sentences_begin(text, size):
    longest = max((end - start for start, end in sentence_spans(text)), default=0)
    starts = {start for start, _ in sentence_spans(text)}
    if longest <= size:
        assert set(cuts(split_text(text, size=size))) <= starts


# 3. The hard limit


@bounded
@given(anything, sizes)
def test_no_part_is_larger_than_the_limit(text, size):
    for method in ("sentence", "paragraph", "heading", "exact"):
        assert all(part.chars <= size for part in split_text(text, method, max_size=size))


@bounded
@given(anything, sizes)
def test_a_sentence_that_fits_is_never_cut(text, size):
    inside = cuts(split_text(text, max_size=size))
    for start, end in sentence_spans(text):
        if end - start <= size:
            assert not any(start < cut < end for cut in inside)


@pytest.mark.parametrize("joined", ["\u0301", "\u0903", "\u200d", "\U0001f3fd"])
@pytest.mark.parametrize("gap", [" ", ", ", "、"])
def test_a_mark_that_joins_white_space_carries_no_part_over_the_limit(joined, gap):
    text = f"aaaa{gap}{joined}bbbb{gap}cc"
    for size in range(3, 10):
        parts = split_text(text, max_size=size)
        assert all(part.chars <= size for part in parts)
        assert not any(part.text.startswith(joined) for part in parts)


# 4. What stays whole


@bounded
@given(anything, sizes)
def test_no_cut_inside_a_character_that_fits(text, size):
    clusters = [found.span() for found in regex.finditer(r"\X", text)]
    longest = max((end - start for start, end in clusters), default=0)
    edges = {start for start, _ in clusters}
    for method, options in ways(size):
        if longest <= options.get("max_size", size) or "max_size" not in options:
            for cut in cuts(split_text(text, method, **options)):
                assert cut in edges, (method, options)


@bounded
@given(markdown, st.integers(20, 300))
def test_no_cut_inside_a_fence_that_fits(text, size):
    fences = [found.span() for found in re.finditer(r"(?ms)^(```|~~~).*?^\1$\n?", text)]
    for options in ({"size": size}, {"max_size": size}):
        inside = cuts(split_text(text, **options))
        for start, end in fences:
            if end - start <= size and (start, end) in closed_spans(text):
                assert not any(start < cut < end for cut in inside)


def test_blank_lines_behind_a_fence_do_not_make_it_too_large():
    fence = "```\n" + "a line. Of code\n" * 6 + "```\n"
    text = f"Before.\n\n{fence}\n\n\nAfter."
    for options in ({"size": len(fence)}, {"max_size": len(fence)}):
        assert any(fence in part.text for part in split_text(text, **options))


def closed_spans(text):
    return set(scan(newlines(text)).closed)


@bounded
@given(anything, st.integers(2, 300))
def test_no_cut_inside_an_address_that_fits(text, size):
    addresses = [found.span() for found in re.finditer(r"https?://[\w./?=:]+", text)]
    for options in ({"size": size}, {"max_size": size}):
        inside = cuts(split_text(text, **options))
        for start, end in addresses:
            reach = re.compile(r"\S*").match(text, start).end()
            if reach - start <= size:
                assert not any(start < cut < end for cut in inside)


@pytest.mark.parametrize(
    "piece",
    ["`a piece. Of code`", "[a link. Here](http://e.com/a b)", "$a. B + c$", "| a. B | c. D |"],
)
@pytest.mark.parametrize("size", [40, 60, 100, 200])
def test_inline_pieces_and_rows_stay_whole(piece, size):
    filler = "and so it goes on without any stop "
    text = (
        "\n".join([piece] * 60)
        if piece.startswith("|")
        else "".join(filler + piece + " " for _ in range(60))
    )
    for options in ({"size": size}, {"max_size": size}):
        parts = split_text(text, **options)
        assert len(parts) > 3
        for found in re.finditer(re.escape(piece), text):
            assert not any(found.start() < cut < found.end() for cut in cuts(parts))


# 7. Locality


@bounded
@given(markdown, prose)
def test_what_follows_a_blank_line_changes_nothing_before_it(first, second):
    closed = scan(newlines(first)).closed
    fenced = first.count("```") % 2 or first.count("~~~") % 2
    if fenced or (closed and closed[-1][1] == len(first)):
        return
    whole = find_cuts(first + "\n\n" + second)[0]
    assert [cut for cut in whole if cut < len(first)] == find_cuts(first)[0]


@bounded
@given(prose, prose)
def test_what_precedes_a_blank_line_changes_nothing_behind_it(first, second):
    second = "Begin. " + second
    shift = len(first) + 2
    whole = find_cuts(first + "\n\n" + second)[0]
    assert [cut - shift for cut in whole if cut > shift] == find_cuts(second)[0]


# 8. Idempotence


@bounded
@given(anything, st.integers(20, 300))
def test_a_part_split_again_is_itself(text, size):
    for part in split_text(text, max_size=size):
        assert [again.text for again in split_text(part.text, max_size=size)] == [part.text]


@bounded
@given(st.one_of(prose, markdown))
def test_line_ends_of_either_kind_give_the_same_sentences(text):
    text = text.replace("\r", "")
    windows = text.replace("\n", "\r\n")
    plain = [text[start:end] for start, end in sentence_spans(text)]
    other = [windows[start:end].replace("\r\n", "\n") for start, end in sentence_spans(windows)]
    assert other == plain


# No input raises


@bounded
@given(nasty, st.text(max_size=12))
def test_any_delimiter_will_do(text, delimiter):
    if delimiter:
        split_text(text, "delimiter", delimiter=delimiter)
        split_text(text, "delimiter", delimiter=delimiter, keep=False, case_sensitive=False)


@pytest.mark.parametrize("pattern", [r"\s*", "^", "x*", "***", "(", "[", "a{2,1}", "(?P<a", "\\"])
def test_a_pattern_that_cannot_be_used_is_named_as_such(pattern):
    with pytest.raises(PatternError) as refused:
        split_text("some text", "pattern", pattern=pattern)
    assert refused.value.code == "INVALID_PATTERN"
