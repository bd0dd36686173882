"""The words of somebody's own templates, to guess what a word with a typo was meant to be."""

from __future__ import annotations

import asyncio
import re
from array import array
from collections import Counter, OrderedDict
from time import monotonic
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from uuid import UUID

WORDS_AT_MOST: Final = 30_000

_WORD: Final = re.compile(r"[^\W\d_]{3,40}")
_COMPARED: Final = 40
_SHORT: Final = 5


class Vocabulary:
    """A dictionary of words by their trigrams.

    Parameters
    ----------
    texts
        Where the words stand, the more important text first: when there are more than
        `WORDS_AT_MOST` words, those that came last are left out.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(_WORD.findall(normal(text)))
            if len(counts) >= WORDS_AT_MOST:
                break
        self._counts = counts
        self._words = list(counts)
        self._by_trigram: dict[str, array[int]] = {}
        for number, word in enumerate(self._words):
            for trigram in _trigrams(word):
                self._by_trigram.setdefault(trigram, array("I")).append(number)

    def __len__(self) -> int:
        return len(self._words)

    def meant(self, word: str) -> str:
        """Return the word that was most likely meant: itself where it is known or like none."""
        word = normal(word)
        if word in self._counts or _WORD.fullmatch(word) is None:
            return word
        shared: Counter[int] = Counter()
        for trigram in _trigrams(word):
            shared.update(self._by_trigram.get(trigram, ()))
        allowed = 1 if len(word) < _SHORT else 2
        best: tuple[int, int, int, str] | None = None
        for number, common in shared.most_common(_COMPARED):
            known = self._words[number]
            if abs(len(known) - len(word)) > allowed:
                continue
            distance = _distance(word, known)
            candidate = (distance, -common, -self._counts[known], known)
            if distance <= allowed and (best is None or candidate < best):
                best = candidate
        return word if best is None else best[3]


def normal(text: str) -> str:
    """Return the text as words are compared: small letters, ё as е."""
    return text.lower().replace("ё", "е")


def _trigrams(word: str) -> set[str]:
    padded = f"  {word} "
    return {padded[place : place + 3] for place in range(len(padded) - 2)}


def _distance(one: str, other: str) -> int:
    """Return how many letters were left out, put in, replaced, or swapped with their neighbour."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, its in enumerate(other, 1):
            cost = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != its))
            swapped = row > 1 and column > 1 and letter == other[column - 2] and its == one[row - 2]
            current.append(min(cost, before[column - 2] + 1) if swapped else cost)
        before, last = last, current
    return last[-1]


class Vocabularies:
    """The vocabularies in use, one for each owner; the one used longest ago makes room.

    Parameters
    ----------
    read
        Gives the texts of an owner's templates, the more important first.
    words_at_most
        In all vocabularies together; a hundred bytes each.
    seconds
        How long one is good for: another server's changes are not told here.
    """

    def __init__(
        self,
        read: Callable[[UUID], Awaitable[list[str]]],
        *,
        words_at_most: int = 300_000,
        seconds: float = 120.0,
    ) -> None:
        self._read = read
        self._words_at_most = words_at_most
        self._seconds = seconds
        self._known: OrderedDict[UUID, tuple[float, Vocabulary]] = OrderedDict()
        self._making: dict[UUID, asyncio.Task[Vocabulary]] = {}

    async def of(self, owner_id: UUID) -> Vocabulary:
        """Return the owner's vocabulary, made in a thread where there is none yet."""
        kept = self._known.get(owner_id)
        if kept is not None and monotonic() - kept[0] < self._seconds:
            self._known.move_to_end(owner_id)
            return kept[1]
        making = self._making.get(owner_id)
        if making is None:
            making = self._making[owner_id] = asyncio.create_task(self._make(owner_id))
        return await asyncio.shield(making)

    def forget(self, owner_id: UUID) -> None:
        """Read the owner's words again next time: a template was changed."""
        self._known.pop(owner_id, None)
        self._making.pop(owner_id, None)

    async def _make(self, owner_id: UUID) -> Vocabulary:
        this = asyncio.current_task()
        try:
            texts = await self._read(owner_id)
            vocabulary = await asyncio.to_thread(Vocabulary, texts)
            # What was changed meanwhile may not be in it: whoever waits gets it, nobody else.
            if self._making.get(owner_id) is this:
                self._keep(owner_id, vocabulary)
            return vocabulary
        finally:
            if self._making.get(owner_id) is this:
                del self._making[owner_id]

    def _keep(self, owner_id: UUID, vocabulary: Vocabulary) -> None:
        self._known.pop(owner_id, None)
        self._known[owner_id] = (monotonic(), vocabulary)
        total = sum(len(kept) for _, kept in self._known.values())
        while total > self._words_at_most and len(self._known) > 1:
            _, (_, dropped) = self._known.popitem(last=False)
            total -= len(dropped)
