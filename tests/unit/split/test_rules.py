"""Where sentences end: a case of our own for each known rule, and those that taught us one."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from promptyflow_lab.domain import sentence_spans

HERE = Path(__file__).parent


def sentences(text):
    return [text[start:end].strip() for start, end in sentence_spans(text)]


def cases(*names):
    return [
        pytest.param(case["text"], case["sentences"], id=f"{name}-{number}-{case.get('rule', '')}")
        for name in names
        for number, case in enumerate(json.loads((HERE / name).read_text(encoding="utf-8")))
    ]


@pytest.mark.parametrize(
    ("text", "wanted"), cases("rules_en.json", "rules_ru.json", "own_cases.json")
)
def test_a_sentence_ends_where_a_reader_says_so(text, wanted):
    assert sentences(text) == wanted


def test_the_spans_lie_side_by_side_and_cover_the_text():
    text = "  One. Two!\n\nТри?  "
    spans = sentence_spans(text)
    assert spans[0][0] == 0
    assert spans[-1][1] == len(text)
    assert all(before[1] == after[0] for before, after in pairwise(spans))
    assert len(spans) == 3


def test_an_empty_text_has_no_sentences():
    assert sentence_spans("") == []
