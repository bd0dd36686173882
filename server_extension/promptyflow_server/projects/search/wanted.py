"""What a query wants, as words and phrases that a text can be asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from promptyflow_server.templates.queries import SearchQuery

WORD: Final = re.compile(r"[^\W_]+")

Stems = frozenset[str]
Term = tuple[str, ...]
"""A word, or the words of a phrase, folded."""

_SHORTEST: Final = 2


def folded(text: str) -> str:
    """Return a text of the same length in small letters, with ё written е.

    >>> folded("Ёж İ")
    'еж İ'
    """
    small = text.lower()
    if len(small) != len(text):  # some letters become two
        small = "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
    return small.replace("ё", "е")


@dataclass(slots=True)
class Wanted:
    """A query as alternatives, each of which wants all its terms.

    Parameters
    ----------
    alternatives
        One for each part between two ``or``.
    begun
        What a word must begin with; empty where the last word is finished.
    excluded
        Terms none of which may occur.
    """

    alternatives: list[list[Term]]
    begun: str = ""
    excluded: list[Term] = field(default_factory=list)

    @classmethod
    def of(cls, query: SearchQuery) -> Wanted:
        """Return what a query wants."""
        alternatives: list[list[Term]] = [[]]
        for part in query.complete:
            if part.lower() == "or":
                alternatives.append([])
            else:
                alternatives[-1] += _terms([part])
        begun = WORD.findall(folded(query.begun))
        # Of `code-rev` only the last word is unfinished.
        for alternative in alternatives:
            alternative += [(word,) for word in begun[:-1]]
        wanted = [each for each in alternatives if each] or [[]]
        return cls(wanted, begun[-1] if begun else "", _terms(query.excluded))

    @property
    def words(self) -> set[str]:
        """Every word of it."""
        terms = [*(term for each in self.alternatives for term in each), *self.excluded]
        found = {word for term in terms for word in term}
        return found | {self.begun} if self.begun else found

    def without_fillers(self, stems: Mapping[str, Stems]) -> Wanted | None:
        """Return the query without words that say nothing; None if nothing must occur then."""

        def said(terms: Iterable[Term]) -> list[Term]:
            return [term for term in terms if any(stems.get(word) for word in term)]

        alternatives = [terms for each in self.alternatives if (terms := said(each))]
        begun = self.begun
        if begun and alternatives and not stems.get(begun):
            begun = ""
        if not alternatives and not begun:
            return None
        return Wanted(alternatives or [[]], begun, said(self.excluded))


def beginnings(word: str, stems: Iterable[str]) -> set[str]:
    """Return with what every form of a word begins, as far as stemmers of endings go.

    English stems end in `i` where words end in `y` or `ies`; the word itself is always a form.
    """
    found = {word}
    for stem in stems:
        if word.isascii() and stem[-1:] in {"i", "y", "e"} and len(stem) > _SHORTEST:
            found.add(stem[:-1])
        else:
            found.add(stem)
    return {begin for begin in found if not any(begin != o and begin.startswith(o) for o in found)}


def _terms(parts: Iterable[str]) -> list[Term]:
    terms = (tuple(WORD.findall(folded(part))) for part in parts)
    return [term for term in terms if term]
