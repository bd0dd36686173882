"""Texts in chunks: always the same text, chunks of a good size, few of them written."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from promptyflow_server.projects.texts import (
    LARGEST,
    SMALLEST,
    ChunkedText,
    Splice,
    splice_between,
    split_text,
)

LINE = "Съешь же ещё этих мягких французских булок, да выпей чаю 😀.\n"

lengths = st.one_of(
    st.integers(0, 50),
    st.integers(SMALLEST - 3, SMALLEST + 3),
    st.integers(0, 3 * LARGEST),
)
edits = st.tuples(st.floats(0, 1), st.floats(0, 1), lengths, st.sampled_from("xы😀\n"))


def stored(text: str) -> ChunkedText:
    chunked = ChunkedText.of(text)
    chunked.saved()
    return chunked


def check(chunked: ChunkedText, text: str) -> None:
    assert chunked.text == text
    assert chunked.chars == len(text)
    assert [chunk.chars for chunk in chunked.chunks] == [len(c.text or "") for c in chunked.chunks]
    sizes = [chunk.chars for chunk in chunked.chunks]
    assert all(0 < size <= LARGEST for size in sizes)
    assert len(sizes) < 2 or min(sizes) >= SMALLEST
    assert all(a.seq < b.seq for a, b in pairwise(chunked.chunks))


@settings(deadline=None, max_examples=60)
@given(lengths, st.lists(edits, max_size=8))
def test_splices_change_a_text_as_they_would_a_string(length, changes):
    text = (LINE * (length // len(LINE) + 1))[:length]
    chunked = stored(text)
    for where, how_much, inserted, letter in changes:
        start = int(where * len(text))
        delete = int(how_much * (len(text) - start))
        splice = Splice(start, delete, letter * inserted)
        before = text
        text = text[:start] + splice.insert + text[start + delete :]
        inverse = chunked.apply(splice)
        check(chunked, text)
        back = stored(text)
        back.apply(inverse)
        assert back.text == before


def test_an_edit_of_a_large_text_needs_and_writes_one_chunk():
    text = (LINE * 100_000)[:5_000_000]
    chunked = stored(text)
    for chunk in chunked.chunks:
        chunk.text = None
    splice = Splice(2_500_000, 3, "новое")
    missing = chunked.missing(splice)
    assert len(missing) == 1
    chunked.fill({seq: piece for seq, piece in _texts(text).items() if seq in missing})
    chunked.apply(splice)
    assert [chunk.seq for chunk in chunked.chunks if chunk.changed] == missing
    assert chunked.gone == []
    assert all(chunk.stored for chunk in chunked.chunks)


def test_chunks_end_where_lines_end():
    pieces = split_text(LINE * 5_000)
    assert len(pieces) > 5
    assert all(piece.endswith("\n") for piece in pieces)


def test_a_text_without_line_ends_is_cut_all_the_same():
    pieces = split_text("x" * 1_000_000)
    assert "".join(pieces) == "x" * 1_000_000
    assert all(SMALLEST <= len(piece) <= LARGEST for piece in pieces)


@given(st.text("ab\n", max_size=30), st.text("ab\n", max_size=30))
def test_the_splice_between_two_texts_leads_from_one_to_the_other(old, new):
    start, delete, insert = splice_between(old, new)
    assert old[:start] + insert + old[start + delete :] == new
    assert old != new or (delete, insert) == (0, "")


def test_the_splice_of_a_small_edit_is_small():
    old = LINE * 1_000
    new = old[:30_000] + "!" + old[30_001:]
    assert splice_between(old, new) == (30_000, 1, "!")


def test_a_text_whose_keys_have_grown_long_is_cut_anew():
    chunked = stored("x" * 100_000)
    for chunk in chunked.chunks:
        chunk.seq += "V" * 60
    assert chunked.is_worn
    old = [chunk.seq for chunk in chunked.chunks]
    chunked.cut_anew()
    assert chunked.text == "x" * 100_000
    assert not chunked.is_worn
    assert chunked.gone == old


def _texts(text: str) -> dict[str, str]:
    return {chunk.seq: chunk.text or "" for chunk in ChunkedText.of(text).chunks}
