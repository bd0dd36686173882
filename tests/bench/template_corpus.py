"""Made-up templates in English and Russian whose words are spread as in real texts.

The words are made by rules, so that nothing is downloaded: syllables to stems, stems to the forms
of the language. How often a word occurs follows Zipf's law, its forms share it evenly; a few
hundred words of daily use come first, as they do in real texts.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ENGLISH_FILLERS = (
    "the of and to in a is that for it as was with be by on not he his but at are this have from"
    " or had an they which one you were all her she there would their we him been has when who"
    " will no more if out so up said what its about than into them can only other time new some"
)
_RUSSIAN_FILLERS = (
    "и в не на что с по как это он к из у за от так о для же то все бы но мы его ее при до или"
    " если они она уже только был быть когда во со вы ли под нет ни без где есть тем чтобы после"
)
_ENGLISH_DAILY = (
    "prompt review code text write report translate summary question answer list table data model"
    " error test example explain function class document section product customer email meeting"
    " project plan market price research article title style tone reader language check improve"
    " compare short detail result format number value step point idea context source author topic"
)
_RUSSIAN_DAILY = (
    "запрос обзор код текст отчёт перевод вопрос ответ список таблиц данн модел ошибк тест пример"
    " функц класс документ раздел продукт клиент письм встреч проект план рынок цен стать заголовок"
    " стил читател язык проверк сравнен результат формат числ значен шаг мысл источник автор тем"
)
_ENGLISH_ENDINGS = ("", "s", "ed", "ing", "er", "ly")
_RUSSIAN_ENDINGS = ("", "а", "у", "ом", "е", "ы", "ов", "ам", "ами", "ах")
# Beginnings, vowels and ends of syllables; "-" is none.
_ENGLISH_SOUNDS = (
    "b bl br c ch cl d dr f fl g gr h j k l m n p pl pr qu r s sh sl st t th tr v w",
    "a e i o u ea ee ai ou",
    "- b ck d g l m n nd p r rd s st t x nt",
)
_RUSSIAN_SOUNDS = (
    "б бл в вр г гр д др ж з к кл кр л м н п пл пр р с ск ст т тр х ч ш щ",
    "а е и о у я ё ю",
    "- в г д ж к л м н нт п р с ст т ф ш",
)
_ENGLISH_STEMS = 14_000
_RUSSIAN_STEMS = 10_000
_FILLER_SHARE = 0.35


@dataclass(frozen=True)
class Word:
    """A stem with its forms; the rank tells how common it is."""

    rank: int
    forms: tuple[str, ...]


class Language:
    """Words of a language, and texts of them."""

    def __init__(self, fillers: str, words: Sequence[Word]) -> None:
        self.words = words
        self._fillers = fillers.split()
        self._forms = [form for word in words for form in word.forms]
        weights = (1 / (word.rank + 3) / len(word.forms) for word in words for _ in word.forms)
        self._weights = list(accumulate(weights))
        filler_weights = (1 / (rank + 3) for rank in range(len(self._fillers)))
        self._filler_weights = list(accumulate(filler_weights))

    def name(self, dice: random.Random) -> str:
        return " ".join(self._content_words(dice, dice.randint(2, 5))).capitalize()

    def text(self, dice: random.Random, length: int) -> str:
        """Return sentences of that many words, with tags and placeholders as prompts have them."""
        fillers = round(length * _FILLER_SHARE)
        words = self._content_words(dice, length - fillers)
        words += dice.choices(self._fillers, cum_weights=self._filler_weights, k=fillers)
        dice.shuffle(words)
        for place in range(0, length, 14):
            words[place] = words[place].capitalize()
            words[place - 1] += ".\n" if place % 5 == 0 else "."
        words[length // 3] = "<task>" + words[length // 3]
        words[length // 2] += "</task>"
        words[-1] += " {{" + words[length // 4].strip(".\n") + "}}"
        return " ".join(words)

    def _content_words(self, dice: random.Random, count: int) -> list[str]:
        return dice.choices(self._forms, cum_weights=self._weights, k=count)


def english() -> Language:
    return Language(
        _ENGLISH_FILLERS,
        _words(_ENGLISH_DAILY.split(), _ENGLISH_SOUNDS, _ENGLISH_ENDINGS, _ENGLISH_STEMS),
    )


def russian() -> Language:
    return Language(
        _RUSSIAN_FILLERS,
        _words(_RUSSIAN_DAILY.split(), _RUSSIAN_SOUNDS, _RUSSIAN_ENDINGS, _RUSSIAN_STEMS),
    )


def _words(
    daily: list[str], sounds: Sequence[str], endings: Sequence[str], count: int
) -> list[Word]:
    kinds = [["" if sound == "-" else sound for sound in kind.split()] for kind in sounds]
    dice = random.Random(f"{daily[0]} {count}")  # noqa: S311 - repeatable, not secret
    stems = dict.fromkeys(daily)
    while len(stems) < count:
        # Common words are shorter.
        syllables = 1 + (len(stems) > 300) + (dice.random() < 0.4)
        stems["".join(dice.choice(kind) for _ in range(syllables) for kind in kinds)] = None
    return [
        Word(rank, tuple(stem + ending for ending in endings)) for rank, stem in enumerate(stems)
    ]


@dataclass(frozen=True)
class Made:
    """A template to be."""

    name: str
    content: str


def templates(count: int, seed: int = 1) -> Iterator[Made]:
    """Return made-up templates: 45 % English, 40 % Russian, the rest mixed; 1,650 characters."""
    dice = random.Random(seed)  # noqa: S311 - repeatable, not secret
    one, other = english(), russian()
    for _ in range(count):
        kind = dice.random()
        length = max(20, min(4_000, round(dice.lognormvariate(5.1, 0.75))))
        if kind < 0.85:
            language = one if kind < 0.45 else other
            yield Made(language.name(dice), language.text(dice, length))
        else:
            half = max(10, length // 2)
            yield Made(
                other.name(dice),
                f"{one.text(dice, half)}\n\n{other.text(dice, length - half + 10)}",
            )
