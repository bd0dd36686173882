"""A few cuts in a long text: what is read of it is enough."""

from __future__ import annotations

import random

import pytest

from promptyflow_lab.domain import sentence_spans, split_text
from promptyflow_lab.domain.split.windows import cuts_near

PIECES = (
    "Dr. Smith went home at 5 p.m. and slept. ",
    "Он пришёл в 1941 г. домой, т. е. рано. ",
    "Is it so? It is! ",
    "\n\n",
    "\n\n# A heading\n\n",
    "\n\n```\ncode. More\n\ncode\n```\n\n",
    "\n- an item. Two\n- another\n",
    "`a. B` and [a link. Ok](http://e.com/a). ",
    "| a. B | c |\n",
    "«Да! — сказал он. — Нет». ",
)


def text_of(pieces, length, seed):
    chance = random.Random(seed)  # noqa: S311 - no secret
    made = []
    size = 0
    while size < length:
        made.append(chance.choice(pieces))
        size += len(made[-1])
    return "".join(made)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("pieces", [PIECES, PIECES[:3], PIECES[:5]])
def test_cuts_found_nearby_are_those_of_the_whole_text(pieces, seed):
    text = text_of(pieces, 250_000, seed)
    starts = {start for start, _ in sentence_spans(text)}
    near = cuts_near(text, 9)
    assert near is not None
    assert set(near[0]) <= starts
    parts = split_text(text, parts=9)
    assert len(parts) == 9
    assert "".join(part.text for part in parts) == text
    assert max(part.chars for part in parts) < 1.1 * min(part.chars for part in parts)


def test_a_text_without_places_is_read_as_a_whole():
    assert cuts_near("x" * 100_000, 3) is None
    assert len(split_text("x" * 100_000, parts=3)) == 3


def test_a_fence_over_a_window_is_not_cut_where_it_fits():
    text = "A sentence here. " * 3000 + "\n\n```\n" + "a. B\n" * 4000 + "```\n\n" + "More. " * 6000
    parts = split_text(text, parts=2)
    assert all(part.text.count("```") % 2 == 0 for part in parts)
