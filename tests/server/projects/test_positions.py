"""Fractional keys: always room between two, always in order, short where it matters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from promptyflow_server.projects.context.nodes import Siblings
from promptyflow_server.projects.positions import LONG, between, kept_in_place, spread


@given(st.lists(st.integers(0, 10**6), max_size=200))
def test_there_is_always_room_between_two_keys(places):
    keys: list[str] = []
    for place in places:
        at = place % (len(keys) + 1)
        low = keys[at - 1] if at else None
        high = keys[at] if at < len(keys) else None
        keys.insert(at, between(low, high)[0])
    assert keys == sorted(set(keys))


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 300)), max_size=12))
def test_many_keys_find_room_at_once(runs):
    keys: list[str] = []
    for place, count in runs:
        at = place % (len(keys) + 1)
        low = keys[at - 1] if at else None
        high = keys[at] if at < len(keys) else None
        keys[at:at] = between(low, high, count)
    assert keys == sorted(set(keys))


def test_what_is_appended_or_put_first_costs_no_length():
    keys = spread(1)
    for _ in range(2_000):
        keys.append(between(keys[-1], None)[0])
        keys.insert(0, between(None, keys[0])[0])
    assert {len(key) for key in keys} == {6}
    assert keys == sorted(set(keys))


def test_room_is_found_at_both_ends_of_the_numbers():
    first, last = "000001", "zzzzzz"
    for _ in range(50):
        lower, higher = between(None, first)[0], between(last, None)[0]
        assert lower < first
        assert higher > last
        first, last = lower, higher


def test_keys_grow_long_only_where_all_is_put_at_one_place():
    low, high = spread(2)
    count = 0
    while len(low) <= LONG:
        low = between(low, high)[0]
        count += 1
    assert count > 150


@given(st.lists(st.integers(0, 30), max_size=60))
def test_what_is_kept_in_place_ascends_and_is_as_long_as_can_be(numbers):
    positions = [f"{number:02}" for number in numbers]
    kept = sorted(kept_in_place(positions))
    run = [positions[place] for place in kept]
    assert run == sorted(set(run))
    longest: list[int] = []
    for place, key in enumerate(positions):
        best = max((longest[k] for k in range(place) if positions[k] < key), default=0)
        longest.append(best + 1)
    assert len(run) == max(longest, default=0)


def test_siblings_keep_their_order_through_every_move():
    siblings = Siblings()
    for own_id in (1, 2, 3):
        siblings.put(own_id, siblings.last)
    siblings.drop(3)
    siblings.put(3, None)
    siblings.put(4, 3)
    assert siblings.ids == [3, 4, 1, 2]
    assert Siblings.of(siblings.positions.items()).ids == [3, 4, 1, 2]
    siblings.spread()
    assert Siblings.of(siblings.positions.items()).ids == [3, 4, 1, 2]
