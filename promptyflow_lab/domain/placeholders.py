"""The placeholders of a template, found in one pass that costs the same whatever stands in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# Each alternative begins with a literal, so the engine runs over plain text; every repetition is
# bounded and possessive, so it never goes back: 100 kB of "{{" cost as much as any 100 kB.
_PLACEHOLDER = re.compile(r"\\\{\{|\{\{([^{}\r\n]{1,200}+)\}\}|\[КОНТЕКСТ\]")

BUILT_IN: Final = frozenset({"date", "project", "prompt"})
"""Variables that have a value of their own."""


class Placeholder(NamedTuple):
    """A place in a template, and what goes there.

    ``kind`` is ``context``, ``variable`` (then ``name`` tells which) or ``brace``: an escaped
    pair of braces that stands for itself.
    """

    kind: Literal["context", "variable", "brace"]
    name: str
    start: int
    end: int


def find_placeholders(template: str) -> Iterator[Placeholder]:
    r"""Yield the placeholders of a template in their order.

    ``{{context}}`` in any case and ``[КОНТЕКСТ]`` stand for the context, ``{{any other name}}``
    for a variable, ``\{{`` for two braces. Spaces around a name do not count; a name is of one
    line, without braces, of at most 200 characters. Anything else is plain text.
    """
    for match in _PLACEHOLDER.finditer(template):
        start, end = match.span()
        inside = match[1]
        if inside is None:
            if match[0] == "[КОНТЕКСТ]":
                yield Placeholder("context", "context", start, end)
            else:
                yield Placeholder("brace", "", start, end)
        elif name := inside.strip():
            if name.lower() == "context":
                yield Placeholder("context", "context", start, end)
            else:
                yield Placeholder("variable", name, start, end)
