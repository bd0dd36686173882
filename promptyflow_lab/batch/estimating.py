"""What a batch would send, and about what it would cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from promptyflow_lab.client.show import money

MILLION: Final = 1_000_000
ANSWER_TOKENS: Final = 500
"""Taken for the length of an answer until there is one to measure."""


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars for a million tokens."""

    input: float
    output: float

    def of(self, tokens_in: float, tokens_out: float) -> float:
        """Return what so many tokens cost."""
        return (tokens_in * self.input + tokens_out * self.output) / MILLION


@dataclass(frozen=True, slots=True, repr=False)
class Estimate:
    """What would be sent.

    Attributes
    ----------
    rows
        All of them.
    answered
        Those that have an answer already.
    chars
        Of the prompts that would be sent.
    tokens
        Of these prompts, about; rather too many than too few.
    cost
        US dollars, about, with answers of 500 tokens or as many as are allowed; None where nobody
        knows the price.
    """

    rows: int
    answered: int
    chars: int
    tokens: int
    cost: float | None

    @property
    def to_send(self) -> int:
        """Rows that would be sent."""
        return self.rows - self.answered

    def __repr__(self) -> str:
        return f"<Estimate {self}>"

    def __str__(self) -> str:
        price = "price unknown" if self.cost is None else f"about {money(self.cost)}"
        told = f"{self.rows:,} row{'' if self.rows == 1 else 's'}"
        if self.answered:
            told += f", {self.answered:,} answered before"
        return f"{told}: {self.to_send:,} to send, about {self.tokens:,} tokens in, {price}"
