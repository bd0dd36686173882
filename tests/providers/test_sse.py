"""Server-sent events are read as the specification says, however the bytes are cut."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptyflow_server.providers.sse import EventReader, EventTooLarge, ServerEvent

LINES = st.lists(
    st.sampled_from(
        [
            "",
            "",
            ": keep-alive",
            "data",
            "data:",
            "data: привет 🙂",
            "data:  two spaces",
            "data: a:b",
            "event: delta",
            "event:",
            "id: 7",
            "id: a\0b",
            "retry: 10",
            "unknown: x",
            '{"error": "bare"}',
        ]
    ),
    max_size=30,
)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


def reference(text: str) -> list[ServerEvent]:
    """Section 9.2.6 as it is written, on a text that is all there."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")[:-1]
    events, data, kind, last_id = [], None, "", ""
    for line in lines:
        if line == "":
            if data is not None:
                events.append(ServerEvent(kind or "message", "\n".join(data), last_id))
            data, kind = None, ""
            continue
        if line.startswith(":"):
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            data = [*(data or []), value]
        elif name == "event":
            kind = value
        elif name == "id" and "\0" not in value:
            last_id = value
    return events


@given(LINES, ENDS, st.booleans(), st.data())
def test_events_do_not_depend_on_where_the_bytes_are_cut(lines, end, bom, data):
    text = ("\ufeff" if bom else "") + "".join(line + end for line in lines)
    raw = text.encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=12)))
    reader = EventReader()
    events = []
    for start, stop in zip([0, *cuts], [*cuts, len(raw)], strict=True):
        events += reader.feed(raw[start:stop])
    assert events == reference(text)


@given(LINES, ENDS)
def test_events_arrive_with_the_byte_that_completes_them(lines, end):
    text = "".join(line + end for line in lines)
    raw = text.encode()
    reader = EventReader()
    events = []
    for index in range(len(raw)):
        events += reader.feed(raw[index : index + 1])
        if raw[: index + 1].endswith((b"\n", b"\r")):
            # A lone CR ends the line at once: no event waits for a byte that may never come.
            seen = raw[: index + 1].decode()
            assert events == reference(seen)


def test_an_event_without_its_empty_line_is_not_told():
    assert EventReader().feed(b"data: half") == []
    assert EventReader().feed(b"data: half\n") == []


def test_mixed_line_ends_are_understood():
    assert EventReader().feed(b"event: a\rdata: 1\r\ndata: 2\n\r\n") == [ServerEvent("a", "1\n2")]


def test_broken_utf8_becomes_a_sign_and_no_failure():
    assert EventReader().feed(b"data: \xff\xfe\n\n")[0].data == "\ufffd\ufffd"


def test_an_event_that_never_ends_is_refused():
    for part in (b"data: xxxx", b"data: xxxx\n"):
        reader = EventReader(largest=1000)
        with pytest.raises(EventTooLarge):
            [reader.feed(part) for _ in range(300)]


def test_many_small_events_are_no_large_one():
    reader = EventReader(largest=1000)
    assert sum(len(reader.feed(b"data: xxxx\n\n")) for _ in range(1000)) == 1000


def test_lines_outside_of_events_are_kept_for_bare_errors():
    reader = EventReader()
    reader.feed(b'data: 1\n\n{\n  "error": {"code": 500}\n}\n')
    assert bytes(reader.stray) == b'{\n  "error": {"code": 500}\n}\n'


def test_one_byte_at_a_time_is_not_slow():
    raw = b"data: " + b"x" * 200_000 + b"\n\n"
    reader = EventReader()
    start = time.perf_counter()
    events = [event for i in range(len(raw)) for event in reader.feed(raw[i : i + 1])]
    assert len(events) == 1
    assert time.perf_counter() - start < 5
