"""Server-sent events, however they are cut into pieces."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptyflow_lab.client.sse import EventReader, ServerEvent

STREAM = (
    ': ping\n\nid: 0\nevent: start\ndata: {"runId": "r"}\n\n'
    'id: 3\r\nevent: delta\r\ndata: {"text":\r\ndata: "ж🐘\\n"}\r\n\r\n'
    ": ping\r\revent: done\rdata: {}\r\r"
).encode()
EVENTS = [
    ServerEvent("start", {"runId": "r"}, "0"),
    ServerEvent("delta", {"text": "ж🐘\n"}, "3"),
    ServerEvent("done", {}, "3"),
]


def read(*pieces):
    reader = EventReader()
    return [event for piece in (*pieces, b"\n") for event in reader.feed(piece)]


@given(st.lists(st.integers(0, len(STREAM)), max_size=8))
def test_any_cut_gives_the_same_events(cuts):
    places = [0, *sorted(cuts), len(STREAM)]
    assert read(*(STREAM[a:b] for a, b in pairwise(places))) == EVENTS


def test_byte_by_byte_is_the_same():
    assert read(*(bytes([byte]) for byte in STREAM)) == EVENTS


@pytest.mark.parametrize("data", [b"[DONE]", b"[1]", b"", b"{"])
def test_what_is_no_object_is_passed_over(data):
    assert read(b"data: " + data + b"\n\n") == []


def test_an_event_without_its_end_is_not_delivered():
    assert read(b'event: done\ndata: {"a": 1}') == []
