"""Texts asked for words: which have them, where, and how well they fit.

Nothing is indexed: an index over texts would be written with each saved edit, and grow dearer with
the text around it. One project is read and looked through instead, twice: first for the words that
begin as a wanted one does, of which the database's stemmers then tell the true forms, and then for
those.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from promptyflow_server.projects.search.wanted import WORD, beginnings, folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from promptyflow_server.projects.search.wanted import Stems, Term, Wanted

_LONGEST_WORD: Final = 100
_MOST_WORDS: Final = 20_000
_MOST_COUNTED: Final = 1_000
_TITLE: Final = 5.0


class Hit(NamedTuple):
    """Where something wanted stands, and which of the wanted terms it is."""

    start: int
    end: int
    term: int


@dataclass(slots=True)
class Text:
    """Something that can be found, by its title and its content."""

    title: str
    content: str


@dataclass(slots=True)
class Match:
    """A text that has what was wanted."""

    place: int
    hits: int
    is_in_title: bool
    relevance: float

    @property
    def order(self) -> tuple[bool, float, int]:
        """What a list is sorted by, the best first."""
        return (not self.is_in_title, -self.relevance, self.place)


class Words:
    """What to look for, for each wanted word: all that begins so.

    Parameters
    ----------
    wanted
        The query.
    stems
        Of its words.
    """

    def __init__(self, wanted: Wanted, stems: Mapping[str, Stems]) -> None:
        self._patterns = {
            word: _pattern(beginnings(word, stems.get(word, ()))) for word in wanted.words
        }
        self._patterns[""] = _pattern([wanted.begun])
        self._asked = [word for word in wanted.words if stems.get(word)]

    def alike(self, texts: Iterable[Text]) -> set[str]:
        """Return words of texts that may be forms of wanted ones."""
        found: set[str] = set()
        for text in texts:
            for part in (folded(text.title), folded(text.content)):
                for word in self._asked:
                    found.update(self._patterns[word].findall(part))
                    if len(found) > _MOST_WORDS:
                        return found
        return {word for word in found if len(word) <= _LONGEST_WORD}

    def places(self, text: str, word: str, forms: frozenset[str] | None) -> Iterator[re.Match[str]]:
        """Yield where a text has a word in one of these forms; None: whatever begins with it."""
        pattern = self._patterns["" if forms is None else word]
        for match in pattern.finditer(text):
            start = match.start()
            if (forms is None or match[0] in forms) and not (start and text[start - 1].isalnum()):
                yield match


@dataclass(slots=True)
class Matcher:
    """Finds what is wanted in texts.

    Parameters
    ----------
    wanted
        The query, without fillers.
    words
        How its words are looked for.
    stems
        Of its words, and of all that may be forms of them.
    """

    wanted: Wanted
    words: Words
    stems: Mapping[str, Stems]
    _terms: list[Term] = field(init=False)
    _forms: dict[str, frozenset[str]] = field(init=False)

    def __post_init__(self) -> None:
        self._terms = list(
            dict.fromkeys(term for each in self.wanted.alternatives for term in each)
        )
        self._forms = {word: _forms(word, self.stems) for word in self.wanted.words}

    def match(self, place: int, text: Text) -> Match | None:
        """Return how well a text fits, or None if it lacks something."""
        title, content = folded(text.title), folded(text.content)
        counts = {
            number: (_count(self._places(title, number)), _count(self._places(content, number)))
            for number in self._numbers()
        }
        met = self._met({number for number, count in counts.items() if any(count)})
        if met is None or self._is_excluded(title) or self._is_excluded(content):
            return None
        length = 1 + math.log1p(len(content) / 2_000)
        return Match(
            place,
            hits=sum(sum(counts[number]) for number in met),
            is_in_title=all(counts[number][0] for number in met),
            relevance=sum(
                _TITLE * bool(in_title) + math.log1p(in_content) / length
                for in_title, in_content in (counts[number] for number in met)
            ),
        )

    def hits(self, text: str) -> list[Hit]:
        """Return where a text has what is wanted, from its beginning on."""
        plain = folded(text)
        return sorted(
            Hit(start, end, number)
            for number in self._numbers()
            for start, end in islice(self._places(plain, number), _MOST_COUNTED)
        )

    def _numbers(self) -> range:
        return range(len(self._terms) + bool(self.wanted.begun))

    def _met(self, there: set[int]) -> set[int] | None:
        """Return the terms of all alternatives that are met; None if none is."""
        begun = {len(self._terms)} if self.wanted.begun else set()
        met: set[int] = set()
        for alternative in self.wanted.alternatives:
            numbers = {self._terms.index(term) for term in alternative} | begun
            if numbers <= there:
                met |= numbers
        return met or None

    def _is_excluded(self, text: str) -> bool:
        return any(any(self._places_of(text, term)) for term in self.wanted.excluded)

    def _places(self, text: str, number: int) -> Iterator[tuple[int, int]]:
        if number < len(self._terms):
            yield from self._places_of(text, self._terms[number])
            return
        begun = self.wanted.begun
        forms = self._forms[begun]
        yield from (match.span() for match in self.words.places(text, begun, None))
        for match in self.words.places(text, begun, forms):
            if not match[0].startswith(begun):
                yield match.span()

    def _places_of(self, text: str, term: Term) -> Iterator[tuple[int, int]]:
        for match in self.words.places(text, term[0], self._forms[term[0]]):
            end = match.end()
            for word in term[1:]:
                following = WORD.search(text, end)
                if following is None or following[0] not in self._forms[word]:
                    break
                end = following.end()
            else:
                yield match.start(), end


@dataclass(slots=True)
class LiteralMatcher:
    """Finds characters as they stand."""

    needle: str

    def match(self, place: int, text: Text) -> Match | None:
        """Return how well a text fits, or None if it lacks the characters."""
        counts = [folded(part).count(self.needle) for part in (text.title, text.content)]
        if not any(counts):
            return None
        return Match(place, sum(counts), bool(counts[0]), math.log1p(counts[1]))

    def hits(self, text: str) -> list[Hit]:
        """Return where a text has the characters."""
        found = re.finditer(re.escape(self.needle), folded(text))
        return [Hit(*match.span(), 0) for match in islice(found, _MOST_COUNTED)]


def _pattern(begins: Iterable[str]) -> re.Pattern[str]:
    # A single beginning is what the engine looks for quickest; where a word begins is asked after.
    alternatives = [re.escape(begin) for begin in sorted(begins, key=len, reverse=True)]
    head = alternatives[0] if len(alternatives) == 1 else f"(?:{'|'.join(alternatives)})"
    return re.compile(rf"{head}[^\W_]*")


def _forms(word: str, stems: Mapping[str, Stems]) -> frozenset[str]:
    own = stems.get(word, frozenset())
    return frozenset({word}) | {other for other, its in stems.items() if own & its}


def _count(found: Iterable[object]) -> int:
    return sum(1 for _ in islice(found, _MOST_COUNTED))
