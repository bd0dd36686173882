"""A compiled prompt: the exact text, and what is worth knowing about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any

from promptyflow_lab.domain import PieceSpan

from .show import abridged, count, preformatted


@dataclass(frozen=True, slots=True, repr=False)
class Compiled:
    """The exact text that will be sent; ``str()`` gives it.

    Attributes
    ----------
    text
        The text.
    chars, context_chars
        Characters of all of it, and of the selected pieces without headings and tags.
    pieces
        Which piece stands where in the text.
    unresolved
        What is selected, but does not exist any more.
    missing_variables
        Names in the template without a value; they stand in the text as they were.
    context_unused
        Context is selected, but the template has no place for it.
    sha256
        Of the text in UTF-8.
    """

    text: str
    chars: int
    context_chars: int
    pieces: list[PieceSpan] = field(default_factory=list)
    unresolved: list[dict[str, int]] = field(default_factory=list)
    missing_variables: list[str] = field(default_factory=list)
    context_unused: bool = False
    sha256: str = ""

    @property
    def tokens(self) -> int:
        """About how many tokens it has; rather too many than too few."""
        from promptyflow_lab.sources import estimate_tokens

        return estimate_tokens(self.text)

    @property
    def warnings(self) -> list[str]:
        """What the text should be looked at for, in sentences."""
        told = []
        if self.context_unused:
            told.append("Context is selected, but the template has no {{context}}.")
        if self.missing_variables:
            names = ", ".join(self.missing_variables)
            told.append(f"No value for: {names}.")
        if self.unresolved:
            told.append(f"{count(len(self.unresolved), 'selected piece')} no longer there.")
        return told

    def __str__(self) -> str:
        return self.text

    def __len__(self) -> int:
        return self.chars

    def __repr__(self) -> str:
        return f"<Compiled {self._summary()}>"

    def _summary(self) -> str:
        pieces = f"{count(len(self.pieces), 'piece')} of context"
        return f"{count(self.chars, 'character')}, about {count(self.tokens, 'token')}, {pieces}"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        notes = [self._summary(), *self.warnings]
        html = "".join(f"<div><em>{escape(note)}</em></div>" for note in notes)
        plain = "\n".join(f"[{note}]" for note in notes)
        return {
            "text/plain": f"{abridged(self.text)}\n{plain}",
            "text/html": preformatted(self.text) + html,
        }


def compiled_of(data: dict[str, Any]) -> Compiled:
    """Return what the server has compiled."""
    pieces = [
        PieceSpan(p["blockId"], p["itemId"], p.get("subItemId"), p["start"], p["end"], p["chars"])
        for p in data["pieces"]
    ]
    return Compiled(
        text=data["compiled"],
        chars=data["totalChars"],
        context_chars=data["contextChars"],
        pieces=pieces,
        unresolved=data["unresolved"],
        missing_variables=data["missingVariables"],
        context_unused=data["contextUnused"],
        sha256=data["sha256"],
    )
