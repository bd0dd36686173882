"""Bad input is refused with the place that is wrong, whatever its form."""

from __future__ import annotations

import contextlib
import json
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from promptyflow_server.http.errors import error_body
from promptyflow_server.http.models import WireModel
from promptyflow_server.http.parsing import load_json, parse_body, parse_query
from promptyflow_server.shared.errors import (
    InvalidJson,
    InvalidText,
    PayloadTooLarge,
    ValidationError,
)


class Inner(WireModel):
    title: str
    count_of: int = 1


class Outer(WireModel):
    name: str
    kind: Literal["a", "b"] = "a"
    parts: list[Inner] = Field(default_factory=list)
    weight: float | None = None


class Query(WireModel):
    limit: int = 50
    q: str | None = None


def errors_of(body: bytes) -> dict[str, str]:
    with pytest.raises(ValidationError) as caught:
        parse_body(Outer, body)
    return error_body(caught.value, "en")["details"]["errors"]


def test_a_good_body_becomes_a_model_with_python_names() -> None:
    parsed = parse_body(Outer, b'{"name": "x", "parts": [{"title": "t", "countOf": 3}]}')
    assert parsed.parts[0].count_of == 3


@pytest.mark.parametrize(
    ("body", "path", "reason"),
    [
        (b"{}", "name", "is missing"),
        (b'{"name": 1}', "name", "has the wrong type"),
        (b'{"name": "x", "parts": [{"title": "t"}, {}]}', "parts[1].title", "is missing"),
        (b'{"name": "x", "parts": [{"title": "t", "countOf": "3"}]}', "parts[0].countOf", "has"),
        (b'{"name": "x", "kind": "c"}', "kind", "is not one of 'a' or 'b'"),
        (b'{"name": "x", "nmae": "y"}', "nmae", "is not known here"),
        (b"[]", "", "has the wrong type"),
        (b"null", "", "has the wrong type"),
    ],
)
def test_the_place_and_the_reason_are_told(body: bytes, path: str, reason: str) -> None:
    assert errors_of(body)[path].startswith(reason)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"name": }',
        b"\xff\xfe",
        b'{"name": "\xff"}',
        b'{"name": "x", "weight": NaN}',
        b'{"name": "x", "weight": -Infinity}',
        b'{"name": "x", "weight": ' + b"9" * 5000 + b', "z": NaN}',
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000 + b"NaN" + b"}" * 100_000,
    ],
)
def test_what_is_not_json_is_invalid_json(body: bytes) -> None:
    with pytest.raises((InvalidJson, ValidationError)) as caught:
        parse_body(Outer, body)
    assert caught.value.status == 400


def test_thousands_of_faults_are_told_as_that() -> None:
    names = ",".join(f'"k{number}": 1' for number in range(10_001))
    assert errors_of(f'{{"name": "x", {names}}}'.encode()) == {"": "has thousands of faults"}


@pytest.mark.parametrize("value", [b"[]", b"{}", b'"a":1', b'"\\"":1'])
def test_more_values_than_memory_should_hold_are_refused(value: bytes) -> None:
    many = b'{"name": "x", "parts": [' + (value + b",") * 3_000_000 + value + b"]}"
    for read in (load_json, lambda body: parse_body(Outer, body)):
        with pytest.raises(PayloadTooLarge) as caught:
            read(many)
        assert caught.value.details["what"] == "values"


def test_marks_in_a_text_are_no_values() -> None:
    text = '[{"a": 1},\n' * 1_500_000
    assert parse_body(Outer, json.dumps({"name": text}).encode()).name == text


@pytest.mark.parametrize(
    ("body", "path", "index", "character"),
    [
        (rb'{"name": "ab\u0000c"}', "name", 2, "U+0000"),
        (rb'{"name": "x", "parts": [{"title": "\ud83d"}]}', "parts[0].title", 0, "U+D83D"),
        (rb'{"name": "x\udc00"}', "name", 1, "U+DC00"),
    ],
)
def test_text_that_cannot_be_stored_is_refused_with_its_position(
    body: bytes, path: str, index: int, character: str
) -> None:
    with pytest.raises(InvalidText) as caught:
        parse_body(Outer, body)
    assert caught.value.details == {"path": path, "index": index, "character": character}


def test_words_that_look_like_constants_are_just_words() -> None:
    assert parse_body(Outer, b'{"name": "NaN and Infinity"}').name == "NaN and Infinity"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_every_other_text_comes_through_escaped_or_not(text: str) -> None:
    for ascii_only in (True, False):
        body = json.dumps({"name": text}, ensure_ascii=ascii_only).encode()
        assert parse_body(Outer, body).name == text


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(body: bytes) -> None:
    with contextlib.suppress(InvalidJson, InvalidText, ValidationError):
        parse_body(Outer, body)


def test_a_query_argument_given_twice_is_refused() -> None:
    with pytest.raises(ValidationError):
        parse_query(Query, {"limit": ["1", "2"]})


def test_a_query_is_read_as_numbers_where_numbers_are_meant() -> None:
    assert parse_query(Query, {"limit": ["7"]}).limit == 7
    with pytest.raises(ValidationError):
        parse_query(Query, {"limit": ["seven"]})
    with pytest.raises(InvalidText):
        parse_query(Query, {"q": ["a\0"]})
