"""Answers that are asked for once and remembered for a while."""

from __future__ import annotations

import asyncio

import pytest

from promptyflow_server.hub.lookups import Lookups


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Source:
    """Answers slowly, and counts how often it was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = 0

    async def __call__(self):
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        await asyncio.sleep(0.01)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def lookups(clock):
    return Lookups(30, 5, at_most=3, clock=clock)


async def test_many_who_wait_ask_once(lookups):
    source = Source("alice")
    assert set(await asyncio.gather(*(lookups.get("t", source) for _ in range(50)))) == {"alice"}
    assert source.asked == 1


async def test_an_answer_counts_for_its_time_and_none_for_a_shorter_one(lookups, clock):
    known, unknown = Source("alice"), Source(None)
    for seconds, asked in (
        (0, (1, 1)),
        (4.9, (1, 1)),
        (5.1, (1, 2)),
        (29.9, (1, 3)),
        (30.1, (2, 3)),
    ):
        clock.now = seconds
        await lookups.get("good", known)
        assert await lookups.get("bad", unknown) is None
        assert (known.asked, unknown.asked) == asked, seconds


async def test_a_failure_is_told_to_all_who_wait_and_not_remembered(lookups):
    source = Source(OSError("away"), "alice")
    told = await asyncio.gather(
        *(lookups.get("t", source) for _ in range(3)), return_exceptions=True
    )
    assert [type(one) for one in told] == [OSError] * 3
    assert await lookups.get("t", source) == "alice"


async def test_wrong_keys_do_not_drive_out_right_ones(lookups):
    source, nobody = Source("alice"), Source(None)
    await lookups.get("right", source)
    for number in range(100):
        await lookups.get(f"wrong {number}", nobody)
    await lookups.get("right", source)
    assert source.asked == 1
    assert len(lookups._none) == 3


async def test_only_so_many_are_kept(lookups):
    source = Source("somebody")
    for key in "abcd":
        await lookups.get(key, source)
    assert list(lookups._known) == ["b", "c", "d"]


async def test_whoever_goes_away_does_not_take_the_answer_along(lookups):
    source = Source("alice")
    gone = asyncio.ensure_future(lookups.get("t", source))
    await asyncio.sleep(0)
    waiting = asyncio.ensure_future(lookups.get("t", source))
    await asyncio.sleep(0)
    gone.cancel()
    assert await waiting == "alice"
    assert source.asked == 1
