"""A journal gives every reader everything once and in order, from any place on."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from promptyflow_server.ai.journal import Journal, laid_out

KINDS = st.sampled_from(["delta", "reasoning"])
PIECES = st.lists(st.tuples(KINDS, st.text("абв🙂xyz", min_size=1, max_size=9)), max_size=40)


def spelled(pieces):
    """Return each character with its kind."""
    return [(kind, character) for kind, text, *_ in pieces for character in text]


def added(pieces):
    journal = Journal()
    for kind, text in pieces:
        journal.add(kind, text)
    return journal


@given(PIECES, st.data())
def test_readers_that_come_when_they_like_get_the_same(pieces, data):
    journal, place, got = Journal(), 0, []
    for kind, text in pieces:
        journal.add(kind, text)
        if data.draw(st.booleans()):
            news = journal.since(place)
            got += news
            place = news[-1].end if news else place
    got += journal.since(place)
    assert spelled(got) == spelled(pieces)


@given(PIECES, st.integers(0, 400))
def test_a_place_inside_a_piece_gives_the_rest_of_it(pieces, place):
    assert spelled(added(pieces).since(place)) == spelled(pieces)[place:]


@given(PIECES)
def test_a_run_read_from_its_texts_and_layout_is_the_run_that_was_told(pieces):
    journal = added(pieces)
    again = laid_out(journal.layout(), journal.text("reasoning"), journal.text("delta"))
    assert again.since(0) == journal.since(0)


@given(PIECES)
def test_neighbours_of_one_kind_are_one_piece(pieces):
    kinds = [piece.kind for piece in added(pieces).since(0)]
    assert all(one != other for one, other in pairwise(kinds))


def test_without_a_layout_the_reasoning_came_first():
    assert laid_out([], "why", "what").since(0) == [("reasoning", "why", 3), ("delta", "what", 7)]


@given(st.text(max_size=50), st.data())
def test_a_character_cut_in_two_halves_is_put_together(text, data):
    """JSON writes 🙂 as two escapes, and providers cut between them."""
    units = text.encode("utf-16-le", "surrogatepass")
    halves = [
        units[i : i + 2].decode("utf-16-le", "surrogatepass") for i in range(0, len(units), 2)
    ]
    journal, group = Journal(), ""
    for half in halves:
        group += half
        if data.draw(st.booleans()):
            journal.add("delta", group)
            group = ""
    journal.add("delta", group)
    assert (journal.text("delta") or "") == text.replace("\0", "\ufffd")


def test_what_cannot_be_stored_becomes_a_sign():
    journal = Journal()
    journal.add("delta", "a\x00b\udc00c")
    journal.add("delta", "\ud800")
    journal.add("delta", "d")
    assert journal.text("delta") == "a\ufffdb\ufffdc\ufffdd"


def test_many_small_pieces_take_little_room():
    journal = Journal()
    for _ in range(100_000):
        journal.add("delta", "word ")
    assert journal.chars == 500_000
    assert len(journal._pieces) < 200
