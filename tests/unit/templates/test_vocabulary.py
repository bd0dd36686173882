"""Guessing what a word was meant to be, from somebody's own words."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from promptyflow_server.templates.vocabulary import WORDS_AT_MOST, Vocabularies, Vocabulary

TEXTS = [
    "Weekly report",
    "Translation of articles",
    "Обзор кода и перевод статей",
    "Ёлочная гирлянда",
    "summary summary summer",
    "data",
]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("weekly", "weekly"),
        ("Weekly", "weekly"),
        ("weakly", "weekly"),
        ("reprot", "report"),
        ("eport", "report"),
        ("reportt", "report"),
        ("tarnslatoin", "translation"),
        ("превод", "перевод"),
        ("елочноя", "елочная"),
        ("dtaa", "data"),
        ("summry", "summary"),
        ("bicycle", "bicycle"),
        ("zz", "zz"),
        ("2024", "2024"),
    ],
)
def test_a_word_is_taken_for_the_one_most_like_it(written, meant):
    assert Vocabulary(TEXTS).meant(written) == meant


def test_of_two_words_as_like_the_one_more_often_used_is_meant():
    assert Vocabulary(["cart", "card card"]).meant("carx") == "card"


def test_an_empty_vocabulary_changes_nothing():
    assert Vocabulary([]).meant("word") == "word"


def test_a_vocabulary_does_not_grow_without_end():
    letters = str.maketrans("0123456789", "abcdefghij")
    texts = (f"x{number}".translate(letters) for number in range(10 * WORDS_AT_MOST))
    assert len(Vocabulary(texts)) <= WORDS_AT_MOST + 1


ANN, BOB, EVE = (UUID(int=number) for number in (1, 2, 3))


class Reading:
    def __init__(self) -> None:
        self.asked: list[UUID] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, owner_id: UUID) -> list[str]:
        self.asked.append(owner_id)
        await self.gate.wait()
        return [f"word{'abc'[owner_id.int % 3]}"]


async def test_words_are_read_once_until_something_changes():
    read = Reading()
    known = Vocabularies(read)
    first = await known.of(ANN)
    assert await known.of(ANN) is first
    known.forget(ANN)
    assert await known.of(ANN) is not first
    assert read.asked == [ANN, ANN]


async def test_many_who_ask_at_once_wait_for_one_reading():
    read = Reading()
    known = Vocabularies(read)
    assert len({id(one) for one in await asyncio.gather(*(known.of(ANN) for _ in range(5)))}) == 1
    assert read.asked == [ANN]


async def test_what_changes_while_words_are_read_is_read_again():
    read = Reading()
    read.gate.clear()
    known = Vocabularies(read)
    asking = asyncio.create_task(known.of(ANN))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    known.forget(ANN)
    read.gate.set()
    await asking
    await known.of(ANN)
    assert read.asked == [ANN, ANN]


async def test_one_persons_words_are_never_anothers():
    known = Vocabularies(Reading())
    assert (await known.of(ANN)).meant("wordx") != (await known.of(BOB)).meant("wordx")


async def test_the_vocabulary_used_longest_ago_makes_room():
    read = Reading()
    known = Vocabularies(read, words_at_most=2)
    for owner in (ANN, BOB, ANN, EVE, ANN, BOB):
        await known.of(owner)
    assert read.asked == [ANN, BOB, EVE, BOB]


async def test_a_vocabulary_is_read_again_after_its_time():
    read = Reading()
    known = Vocabularies(read, seconds=0)
    await known.of(ANN)
    await known.of(ANN)
    assert read.asked == [ANN, ANN]


async def test_a_failed_reading_is_tried_again():
    attempts = iter([OSError("away"), ["word"]])

    async def read(_owner_id):
        found = next(attempts)
        if isinstance(found, Exception):
            raise found
        return found

    known = Vocabularies(read)
    with pytest.raises(OSError, match="away"):
        await known.of(ANN)
    assert len(await known.of(ANN)) == 1
