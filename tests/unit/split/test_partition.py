"""The choice of cuts, against trying all of them."""

from __future__ import annotations

from itertools import accumulate, combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.split.texts import anything, bounded

from promptyflow_lab.domain import split_text
from promptyflow_lab.domain.split.partition import COST, balanced, fewest, nearest
from promptyflow_lab.domain.split.structure import HEADING, PARAGRAPH, SENTENCE

atoms = st.lists(st.integers(1, 9), min_size=1, max_size=9)


def largest(marks, cuts):
    return max(
        end - start for start, end in pairwise([0, *(marks[cut] for cut in cuts), marks[-1]])
    )


def all_ways(marks, count):
    return combinations(range(1, len(marks) - 1), count - 1)


# 5. As good as trying everything


@bounded
@given(atoms, st.integers(1, 25))
def test_as_few_parts_as_can_be_and_the_largest_as_small_as_can_be(sizes, limit):
    limit = max(limit, *sizes)
    marks = [0, *accumulate(sizes)]
    count = next(
        count
        for count in range(1, len(marks))
        if any(largest(marks, way) <= limit for way in all_ways(marks, count))
    )
    smallest = min(largest(marks, way) for way in all_ways(marks, count))
    found = fewest(marks, limit)
    assert len(found) + 1 == count
    assert largest(marks, found) == smallest


@bounded
@given(
    st.lists(
        st.tuples(st.integers(8, 12), st.sampled_from([SENTENCE, PARAGRAPH, HEADING])),
        min_size=2,
        max_size=7,
    ),
    st.integers(2, 4),
)
def test_balanced_cuts_cost_no_more_than_any_others(pieces, parts):
    marks = [0, *accumulate(size for size, _ in pieces)]
    grades = [SENTENCE, *(grade for _, grade in pieces)]
    if parts >= len(marks) - 1:
        assert balanced(marks, grades, parts) == list(range(1, len(marks) - 1))
        return
    target = marks[-1] / parts

    def cost(cuts):
        edges = [0, *(marks[cut] for cut in cuts), marks[-1]]
        return sum(((b - a) / target - 1) ** 2 for a, b in pairwise(edges)) + sum(
            COST[grades[cut]] for cut in cuts
        )

    near = [
        way
        for way in all_ways(marks, parts)
        if all(abs(marks[cut] - target * number) <= target / 4 for number, cut in enumerate(way, 1))
    ]
    found = balanced(marks, grades, parts)
    assert len(found) == parts - 1
    if near:
        assert cost(found) <= min(map(cost, near)) + 1e-9


# 6. Near to equal


@bounded
@given(st.lists(st.integers(1, 20), min_size=1, max_size=60), st.integers(1, 20))
def test_no_part_differs_from_the_mean_by_more_than_the_longest_sentence(sizes, parts):
    marks = [0, *accumulate(sizes)]
    mean = marks[-1] / parts
    if max(sizes) > mean:
        return
    cuts = nearest(marks, parts)
    edges = [0, *(marks[cut] for cut in cuts), marks[-1]]
    assert len(edges) - 1 == parts
    assert all(abs(end - start - mean) <= max(sizes) for start, end in pairwise(edges))


@bounded
@given(st.lists(st.integers(1, 20), min_size=1, max_size=40), st.integers(1, 50))
def test_nearest_cuts_grow_and_lie_inside(sizes, parts):
    marks = [0, *accumulate(sizes)]
    cuts = nearest(marks, parts)
    assert cuts == sorted(set(cuts))
    assert all(0 < cut < len(marks) - 1 for cut in cuts)
    assert len(cuts) == min(parts, len(sizes)) - 1


@pytest.mark.parametrize("parts", [2, 3, 7, 10])
def test_a_text_with_enough_sentences_gives_exactly_the_parts_asked_for(parts):
    text = "This is a sentence. А это второе предложение! Is it a third? " * 20
    sizes = [part.chars for part in split_text(text, parts=parts)]
    assert len(sizes) == parts
    assert max(sizes) <= 1.3 * min(sizes)


# 10. Tokens


def words_and_marks(text):
    """A counter that, like real ones, counts less when pieces are joined."""
    return len(text.split()) + (len(text) + 5) // 6


def grows_when_joined(text):
    """A counter no vocabulary has: the whole costs more than its pieces."""
    return len(text) * len(text)


@bounded
@given(anything, st.integers(4, 60))
def test_no_part_has_more_tokens_than_the_limit(text, limit):
    for part in split_text(text, "tokens", max_size=limit, count_tokens=words_and_marks):
        assert words_and_marks(part.text) <= limit


@bounded
@given(anything, st.integers(1, 30))
def test_even_a_strange_counter_is_never_exceeded(text, side):
    limit = side * side
    parts = split_text(text, "tokens", max_size=limit, count_tokens=grows_when_joined)
    assert all(grows_when_joined(part.text) <= limit for part in parts)
    assert "".join(part.text for part in parts) == text
