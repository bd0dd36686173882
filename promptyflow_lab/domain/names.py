"""Names that the product makes up: for new nodes, parts of a split, copies and saved answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from .reading import MAX_TITLE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

Language = Literal["en", "ru"]

_PART = {"en": "part", "ru": "часть"}

# More digits than this are somebody's account number, not a counter.
_COUNTER = r"([0-9]{1,15})\Z"
_ENDS_WITH_COUNTER = re.compile(r"(?<![0-9])" + _COUNTER)
_CONTEXT = re.compile("Context" + _COUNTER)
_PROMPT = re.compile("Prompt" + _COUNTER)


def next_block_title(titles: Iterable[str]) -> str:
    """Return the title of a new context block, given the titles of all others.

    >>> next_block_title(["Context1", "Context7", "Notes", "context9"])
    'Context8'
    """
    return f"Context{_largest(_CONTEXT, titles) + 1}"


def next_prompt_title(titles: Iterable[str]) -> str:
    """Return the title of a new prompt, given the titles of all others."""
    return f"Prompt{_largest(_PROMPT, titles) + 1}"


def next_item_title(siblings: Iterable[tuple[int, str]]) -> str:
    """Return the title of a new item, given id and title of its siblings.

    Only the sibling with the largest id matters, so a caller may give no other.

    >>> next_item_title([(1, "Chapter 09"), (3, "Chapter 10"), (2, "Zoo")])
    'Chapter 11'
    """
    return _next_title(siblings, "Item1")


def next_sub_item_title(siblings: Iterable[tuple[int, str]]) -> str:
    """Return the title of a new sub-item, given id and title of its siblings."""
    return _next_title(siblings, "SubItem1")


def split_part_title(title: str, number: int, language: Language = "en") -> str:
    """Return the title of one part of a split text.

    >>> split_part_title("Book", 2, "ru")
    'Book (часть 2)'
    """
    return _fit(title, f" ({_PART[language]} {number})")


def copy_name(name: str, taken: Iterable[str]) -> str:
    """Return the name of a duplicate that nothing in `taken` has yet.

    >>> copy_name("Demo", ["Demo", "Demo (Copy)"])
    'Demo (Copy 2)'
    """
    names = frozenset(taken)
    candidate = _fit(name, " (Copy)")
    number = 2
    while candidate in names:
        candidate = _fit(name, f" (Copy {number})")
        number += 1
    return candidate


def ai_response_title(prompt_title: str, model: str, at: datetime) -> str:
    """Return the title of an answer that is saved as context.

    `at` is shown as it stands: give it in the reader's time zone. A long prompt title is cut
    first, then a long model name.
    """
    when = f" · {at:%Y-%m-%d %H:%M}"
    head = "AI response: "
    model = model[: MAX_TITLE - len(head) - len(when) - len("… · ")]
    return _fit(head + prompt_title, f" · {model}{when}")


def _largest(form: re.Pattern[str], titles: Iterable[str]) -> int:
    return max((int(match[1]) for title in titles if (match := form.match(title))), default=0)


def _next_title(siblings: Iterable[tuple[int, str]], first: str) -> str:
    last = max(siblings, key=lambda sibling: sibling[0], default=None)
    if last is None:
        return first
    title = last[1]
    counter = _ENDS_WITH_COUNTER.search(title)
    if counter is None:
        return _fit(title, " 2")
    return _fit(title[: counter.start()], str(int(counter[1]) + 1))


def _fit(head: str, tail: str) -> str:
    """Join, cutting the head where the whole would be longer than a title may be."""
    room = MAX_TITLE - len(tail)
    return (head if len(head) <= room else head[: room - 1] + "…") + tail
