"""How often a splitter's boundaries are those of a person."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

_BLANK = re.compile(r"\n\s*\n")


@dataclass
class Score:
    """Boundaries that are right, wrong and missing."""

    right: int = 0
    wrong: int = 0
    missing: int = 0

    @property
    def precision(self) -> float:
        """Right ones among those found, in percent."""
        return 100 * self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Right ones among those there are, in percent."""
        return 100 * self.right / max(1, self.right + self.missing)

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.right + other.right, self.wrong + other.wrong, self.missing + other.missing
        )


def read(path: Path) -> list[dict]:
    """Read a set: a list of objects with `text` and `sentences`."""
    return json.loads(path.read_text(encoding="utf-8"))


def boundaries(documents: Iterable[dict], spans: Callable[[str], list[tuple[int, int]]]) -> Score:
    """Score the boundaries inside paragraphs, counted in characters that are no white space.

    Blank lines and the ends of the texts are left out: every product cuts there.
    """
    score = Score()
    for document in documents:
        text = document["text"]
        solid = _solid_before(text)
        given: set[int] = set()
        given.update(solid[gap.start()] for gap in _BLANK.finditer(text))
        given |= {0, solid[-1]}
        gold, at = set(), 0
        for sentence in document["sentences"]:
            at += sum(not character.isspace() for character in sentence)
            gold.add(at)
        found = {solid[end] for _, end in spans(text)} - given
        gold -= given
        score += Score(len(found & gold), len(found - gold), len(gold - found))
    return score


def exactly(documents: Iterable[dict], spans: Callable[[str], list[tuple[int, int]]]) -> float:
    """Give the share of texts whose sentences are exactly those wanted, in percent."""
    results = []
    for document in documents:
        text = document["text"]
        try:
            found = [text[start:end].strip() for start, end in spans(text)]
        except Exception:  # noqa: BLE001 - a rival that raises has not found them
            found = []
        results.append(found == [sentence.strip() for sentence in document["sentences"]])
    return 100 * sum(results) / max(1, len(results))


def _solid_before(text: str) -> list[int]:
    """For each offset, how many characters before it are no white space."""
    counts = [0]
    for character in text:
        counts.append(counts[-1] + (not character.isspace()))
    return counts
