"""What somebody typed into the search box, taken apart: no input is wrong, some just finds less."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_WORDS_AT_MOST: Final = 32
_CHARS_AT_MOST: Final = 4_000
_CHARS_OF_A_WORD: Final = 200
_CHARS_BEGUN: Final = 64
_SHORTEST_STEM: Final = 4
_LONGEST_ENDING: Final = 5

# As the index has it: tags, paths and placeholders are words, and ё is written е.
_YO: Final = str.maketrans("ёЁ", "еЕ")
_PLAIN: Final = str.maketrans(dict.fromkeys("<>/_{}\\", " ")) | _YO
_TOKEN: Final = re.compile(r'(-?)"([^"]*)(?:"|\Z)|(\S+)')
_WORD: Final = re.compile(r"[^\W_]+")
_BEGUN: Final = re.compile(r"[^\W_]+(?:[.@-][^\W_]+)*")
_NOT_OF_A_WORD: Final = re.compile(r"^[\W_]+")


@dataclass(slots=True)
class SearchQuery:
    """A query as the database takes it.

    Parameters
    ----------
    complete
        Words that are finished, and phrases in quotes, in the syntax of web search.
    begun
        The word that is being typed: what begins like it matches too. Letters and digits, with
        nothing else but single dots, hyphens and at signs between them; empty where there is none.
    excluded
        Words and phrases none of which may occur.
    """

    complete: list[str] = field(default_factory=list)
    begun: str = ""
    excluded: list[str] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        """All wanted words one by one, as they were written."""
        found = [word for part in [*self.complete, self.begun] for word in _WORD.findall(part)]
        return [word for word in found if word.lower() != "or"]

    @property
    def stems(self) -> str:
        """What `begun` may be without its ending, as alternatives for the database.

        The index holds stems: whoever has typed ``computa`` of ``computation`` means ``comput``.
        """
        length = len(self.begun)
        if not self.begun.isalpha():
            return ""
        shortest = min(length, max(_SHORTEST_STEM, length - _LONGEST_ENDING))
        return " | ".join(self.begun[:end] for end in range(shortest, length + 1))


def read_query(text: str) -> SearchQuery:
    """Return the query that a text stands for.

    Words are looked for in any order and any form; ``"words in quotes"`` stand together,
    ``-word`` must not occur, ``or`` between two words asks for one of them. The last word is still
    being typed, unless something follows it. What is beyond 32 words is not looked at.

    >>> query = read_query('"code review" python -draft tes')
    >>> query.complete, query.begun, query.excluded
    (['"code review"', 'python'], 'tes', ['draft'])
    """
    text = unicodedata.normalize("NFC", text[:_CHARS_AT_MOST]).translate(_PLAIN)
    query = SearchQuery()
    room = _WORDS_AT_MOST
    for token in _TOKEN.finditer(text):
        minus, phrase, word = token.groups()
        words = _words(phrase if word is None else word)[:room]
        room -= len(words)
        if not words:
            continue
        if word is None:
            (query.excluded if minus else query.complete).append(f'"{" ".join(words)}"')
        elif word.startswith("-"):
            query.excluded += words
        elif token.end() == len(text) and _is_begun(words, query.complete):
            query.begun = words[0].removesuffix("*")
        else:
            query.complete += words
    return query


def with_other_words(text: str, words: Iterable[str], other: Callable[[str], str]) -> str | None:
    """Return a query with other words, or None where none is another.

    Parameters
    ----------
    text
        As it was typed.
    words
        The wanted words of it.
    other
        Gives what is to stand for a word, in small letters.
    """
    others = {word.lower(): other(word) for word in words}
    changed = {word: its for word, its in others.items() if its != word}
    if not changed:
        return None
    plain = unicodedata.normalize("NFC", text[:_CHARS_AT_MOST]).translate(_YO)
    return _WORD.sub(lambda match: changed.get(match[0].lower(), match[0]), plain)


def _words(text: str) -> list[str]:
    """Return what stands between blanks and holds a letter or a digit, without what precedes it.

    A sign before a word, ``(-word``, would be read as an operator.
    """
    bare = (_NOT_OF_A_WORD.sub("", part) for part in text.replace('"', " ").split())
    return [word[:_CHARS_OF_A_WORD] for word in bare if word]


def _is_begun(words: list[str], before: list[str]) -> bool:
    """Whether a last word is one whose rest may still be to come."""
    word = words[0].removesuffix("*")
    after_or = len(before) > 1 and before[-1].lower() == "or"
    plain = len(word) <= _CHARS_BEGUN and _BEGUN.fullmatch(word) is not None
    return len(words) == 1 and plain and not after_or
