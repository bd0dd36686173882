"""Headings and tags around pieces of context, such that no text can close a tag it stands in."""

from __future__ import annotations

import re
from itertools import chain, count, filterfalse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

# White space goes by split(); what is left here are the other control characters and the marks
# that turn the direction of writing, which would show a name as another one.
_CONTROLS = r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069"
_NOT_IN_A_NAME = re.compile(rf"[<>&/\"'{_CONTROLS}]+")
_NOT_IN_A_HEADING = re.compile(rf"</|[{_CONTROLS}\t-\r\x1c-\x1f\x85\u2028\u2029]")


def tag_name(title: str, fallback: str) -> str:
    """Return the title as a tag's name that a person can read.

    Spaces and letters of any language stay, white space is collapsed, ``< > & / " '`` and control
    characters go. `fallback` is for a title of which nothing is left.

    >>> tag_name("  R&D </notes> ", "item-1")
    'RD notes'
    """
    return " ".join(_NOT_IN_A_NAME.sub("", title).split()) or fallback


def heading_title(title: str, fallback: str) -> str:
    """Return the title as it is shown in a heading.

    That is the title as it stands, unless it would break the line or holds the beginning of a
    closing tag: then it is shown as the tag's name is.
    """
    if _NOT_IN_A_HEADING.search(title):
        return tag_name(title, fallback)
    return title.strip() or fallback


def free_tag_name(name: str, texts: Sequence[str], inner: Collection[str] = ()) -> str:
    """Return `name`, or the first of ``name 2``, ``name 3``, … whose closing tag occurs nowhere.

    Parameters
    ----------
    name
        What `tag_name` made of the title.
    texts
        All contents that will stand inside the tag.
    inner
        Names of the tags that will stand inside it. (Headings need no look: `heading_title` lets
        no closing tag into them.)

    Notes
    -----
    Linear, also for a text that holds a hundred thousand numbered closing tags: their numbers are
    collected in one pass instead of being looked for one by one.
    """
    closing = f"</{name}>"
    if name not in inner and not any(closing in text for text in texts):
        return name
    # A longer number is none that a text of any length could bring us to.
    numbered = re.compile(rf"</{re.escape(name)} ([1-9][0-9]{{0,8}}+)>")
    closings = [*texts, *(f"</{other}>" for other in inner)]
    taken = set(map(int, chain.from_iterable(map(numbered.findall, closings))))
    return f"{name} {next(filterfalse(taken.__contains__, count(2)))}"
