"""A large Markdown text that looks like a real one, and the pieces of it that are to stay whole."""

from __future__ import annotations

import random
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_NOUNS: Final = tuple(
    re.findall(
        r"\w+",
        "server client request queue worker token cache index table report file folder session "
        "сервер клиент запрос очередь задача ключ кэш индекс таблица отчёт файл каталог журнал",
    )
)
_OPENINGS: Final = (
    "The {a} waits for the {b}, e.g. while the {c} is being written",
    "Dr. Allen and Ms. Reed measured the {a} at 5 p.m. on Monday",
    "See Fig. {n} and p. {n} of the manual: the {a} (v{n}.{n}) holds one {b} for each {c}",
    "If the {a} fails with code {n}.{n}, restart the {b}; nothing else helps",
    "В {n} г. {a} заменили: {b} работает быстрее, т. е. {c} не ждёт",
    "Проф. А. С. Белов считает, что {a} и {b} — одно и то же, и т. д. до бесконечности",
    "Откройте {a}, проверьте {b} (см. с. {n}) и закройте {c}",
)
_INLINE: Final = (
    "`{a}.{b}({n}. {c})`",
    "`pip install {a}=={n}.{n}. {b}`",
    "[the {a}. Part {n}](https://example.com/{a}/{n}?b={b}.{c})",
    "[{a}: глава {n}. Начало](../docs/{n}.md)",
    "https://example.org/a/{n}/b.{n}/c?d=e,f;g#h.{n}",
    "$f({n}) = a_{n}. b$",
)
_TOKENS: Final = (
    "user_{n}@mail.example.com",
    "192.168.{n}.1",
    "config.{n}.yaml",
    "3.{n}",
    "Node.js",
)
_CODE: Final = (
    "def run_{n}({a}, {b}):\n    # Waits. Then answers.\n",
    '    value = {a}.get("{b}. {c}", {n}.0)\n\n',
    "    if value is None: raise ValueError('no {c}. Sorry! Really?')\n",
    "    return [{n}, {n}.5, {a}[{n}]]\n",
)
_FENCE = re.compile(r"(?ms)^(`{3,}|~{3,})[^\n]*\n.*?^\1\n")
_LINK = re.compile(r"\[[^\[\]\n]+\]\([^()\n]+\)")
_CODE_SPAN = re.compile(r"(?<!`)`[^`\n]+`(?!`)")
_ADDRESS = re.compile(r"https?://[^\s)>\]]+")
_WORD = re.compile(r"\S+")
_ROW = re.compile(r"(?m)^\|[^\n]*\n")


@dataclass
class Wholes:
    """The text, and for each kind of piece the spans of it, in order."""

    text: str
    kinds: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def broken(self, cuts: Sequence[int], limit: int) -> dict[str, int]:
        """Count for each kind the cuts inside a piece that is no larger than the limit."""
        counts = {}
        for kind, spans in self.kinds.items():
            starts = [start for start, _ in spans]
            inside = 0
            for cut in cuts:
                start, end = spans[max(0, bisect_right(starts, cut) - 1)]
                inside += start < cut < end and end - start <= limit
            counts[kind] = inside
        return counts


def markdown(length: int, seed: int = 11) -> Wholes:
    """Write a Markdown text of `length` characters, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    blocks: list[str] = []
    size = 0
    while size < length:
        block = _block(chance)
        blocks.append(block)
        size += len(block)
    found = Wholes("".join(blocks))
    # Found by patterns that know nothing of the splitter's own.
    fences = [match.span() for match in _FENCE.finditer(found.text)]
    found.kinds["fences"] = fences
    for kind, pattern in (
        ("links", _LINK),
        ("code spans", _CODE_SPAN),
        ("addresses", _ADDRESS),
        ("words", _WORD),
        ("table rows", _ROW),
    ):
        found.kinds[kind] = [match.span() for match in pattern.finditer(found.text)]
    return found


def _block(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.12:
        title = _filled("{n}. {a} {b}", chance)
        return f"{'#' * chance.randint(1, 4)} {title}\n\n"
    if kind < 0.24:
        fence = chance.choice(("```", "~~~", "````"))
        lines = "".join(_filled(chance.choice(_CODE), chance) for _ in range(chance.randint(2, 60)))
        return f"{fence}{chance.choice(('', 'python', 'text'))}\n{lines}{fence}\n\n"
    if kind < 0.32:
        rows = (
            _filled("| {a} {n}.{n} | {b}. {c} |\n", chance) for _ in range(chance.randint(2, 25))
        )
        return "| name | value |\n|------|-------|\n" + "".join(rows) + "\n"
    if kind < 0.45:
        mark = chance.choice(("-", "*", "1."))
        count = range(chance.randint(2, 9))
        return "".join(f"{mark} {_sentences(chance, 2)}\n" for _ in count) + "\n"
    if kind < 0.5:
        return "".join(f"> {_sentences(chance, 1)}\n" for _ in range(chance.randint(1, 5))) + "\n"
    return _sentences(chance, chance.choice((1, 3, 6, 12))) + "\n\n"


def _sentences(chance: random.Random, count: int) -> str:
    return " ".join(_sentence(chance) for _ in range(chance.randint(1, count)))


def _sentence(chance: random.Random) -> str:
    pieces = [_filled(chance.choice(_OPENINGS), chance)]
    for _ in range(chance.choice((0, 0, 1, 1, 2, 5))):
        pieces.append(_filled(chance.choice((*_INLINE, *_TOKENS)), chance))
        pieces.append(
            _filled(chance.choice(("and the {a}", "и {b}, {c}", "**{a}** or {b}")), chance)
        )
    return " ".join(pieces) + chance.choice((".", ".", ".", "!", "?", "…", ". Так."))


def _filled(pattern: str, chance: random.Random) -> str:
    names = {key: chance.choice(_NOUNS) for key in "abc"}
    return pattern.format(n=chance.randrange(2, 999), **names)
