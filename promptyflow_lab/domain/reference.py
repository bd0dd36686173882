"""The address of what a text was taken from, as an item remembers it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Reference:
    """The address of an origin: ``path?option=value#part``.

    Attributes
    ----------
    path
        A file or a notebook: below the root of the Jupyter server, or absolute where it is not
        there; empty for what belongs to no notebook.
    part
        A cell's id, a variable's name.
    options
        How it was read, so that it is read alike the next time.
    """

    path: str
    part: str = ""
    options: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in self.options)
        told = _quoted(self.path)
        told += f"?{query}" if query else ""
        return f"{told}#{_quoted(self.part)}" if self.part else told

    @classmethod
    def parse(cls, reference: str) -> Reference:
        """Read an address."""
        rest, _, part = reference.partition("#")
        path, _, query = rest.partition("?")
        options = tuple(parse_qsl(query, keep_blank_values=True))
        return cls(unquote(path), unquote(part), options)

    def moved(self, old: str, new: str) -> Reference | None:
        """Return the address after a file or folder got another name; None: it stays.

        >>> str(Reference.parse("notes/a.md?tokens=9").moved("notes", "texts"))
        'texts/a.md?tokens=9'
        """
        if self.path != old and not self.path.startswith(f"{old}/"):
            return None
        return replace(self, path=new + self.path[len(old) :])

    @property
    def told(self) -> Mapping[str, str]:
        """The options by name."""
        return dict(self.options)


def _quoted(text: str) -> str:
    # Everything stays readable but what would be taken for a mark.
    return "".join(quote(char) if char in "%#?&=+" or char < " " else char for char in text)
