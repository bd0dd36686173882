"""Ready patterns for chapters, numbering and dates, in English and Russian.

They are ours, run in linear time, and so need no process of their own. Each matches at the start
of a line or of a sentence only: "see Chapter 3" is no place for a cut.
"""

from __future__ import annotations

import re
from typing import Final

from .sentences import find_cuts
from .structure import newlines

_LEAD: Final = r"(?:^[ \t]*+(?:\#{1,6}[ \t]++|[*_>\[(]++[ \t]*+)*+|(?<=[.!?…][ \n]))"
_ROMAN: Final = r"[IVXLCDM]{1,7}\b"
_EN_ORDINAL: Final = (
    r"(?:One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Eleven|Twelve|First|Second|Third|Fourth|"
    r"Fifth|Sixth|Seventh|Eighth|Ninth|Tenth)\b"
)
_RU_ORDINAL: Final = (
    r"(?:перв|втор|трет|четв[её]рт|пят|шест|седьм|восьм|девят|десят|одиннадцат|двенадцат|"
    r"тринадцат|четырнадцат|пятнадцат|шестнадцат|семнадцат|восемнадцат|девятнадцат|двадцат)"
    r"(?:ая|ый|ой|ое|ья|ий|ье)\b"
)
_EN_MONTH: Final = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan\.?|Feb\.?|Mar\.?|Apr\.?|Jun\.?|Jul\.?|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)"
)
_RU_MONTH: Final = (
    r"(?:января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря)"
)
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH: Final = r"(?:0?[1-9]|1[0-2])"
_YEAR: Final = r"(?:(?:1\d|20)\d\d|\d\d)"
_NOT_NUMBER: Final = r"(?![\d]|[.,/-]\d)"

PRESETS: Final = {
    "chapters": (
        rf"{_LEAD}(?i:Chapter|Part|Section|Book|Volume|Act|Appendix|Глава|Часть|Раздел|Книга|Том|"
        rf"Параграф|Приложение|§)[ \t\u00a0]*+"
        rf"(?:\d{{1,4}}\b|(?<=[ \t\u00a0]){_ROMAN}|(?i:(?<=[ \t\u00a0]){_EN_ORDINAL})|"
        rf"(?i:(?<=[ \t\u00a0]){_RU_ORDINAL})|(?<=[ \t\u00a0])[A-ZА-Я]\b)"
    ),
    "numbering": (
        rf"{_LEAD}(?:\d{{1,3}}(?:\.\d{{1,3}}){{0,5}}[.)]|\d{{1,3}}(?:\.\d{{1,3}}){{1,5}}|"
        rf"{_ROMAN}[.)])[ \t]+(?=\S)"
    ),
    "dates": (
        rf"{_LEAD}(?:\d{{4}}[-./]{_MONTH}[-./]{_DAY}{_NOT_NUMBER}"
        rf"|{_DAY}(?P<s>[./-]){_MONTH}(?P=s){_YEAR}{_NOT_NUMBER}"
        rf"|{_MONTH}/{_DAY}/{_YEAR}{_NOT_NUMBER}"
        rf"|(?i:{_EN_MONTH}[ ]{_DAY}(?:st|nd|rd|th)?(?:,?[ ]\d{{4}})?\b)"
        rf"|(?i:{_DAY}(?:st|nd|rd|th)?[ ]{_EN_MONTH}(?:,?[ ]\d{{4}})?\b)"
        rf"|(?i:{_DAY}[ \u00a0]{_RU_MONTH}(?:[ \u00a0]\d{{4}})?\b))"
    ),
}
"""Name -> pattern, for both languages at once."""


def find_preset(name: str, text: str) -> list[tuple[int, int]]:
    """Find the matches of a preset at the start of a line or of a sentence."""
    lines = newlines(text)
    found = [match.span() for match in re.finditer(PRESETS[name], lines, re.MULTILINE)]
    if all(not start or lines[start - 1] == "\n" for start, _ in found):
        return found
    begins = set(find_cuts(text)[0])
    return [
        span for span in found if not span[0] or lines[span[0] - 1] == "\n" or span[0] in begins
    ]
