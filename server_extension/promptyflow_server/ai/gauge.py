"""How many tokens something has for a model, what of its window that is, and what it would cost."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from sqlalchemy import case, func, select
from sqlalchemy.dialects.postgresql import insert

from promptyflow_server.storage.tables import token_factors
from promptyflow_server.tokens.vocabulary import tokenizer_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from promptyflow_server.storage.database import Database
    from promptyflow_server.tokens.counter import TokenCounter
    from promptyflow_server.tokens.vocabulary import Tokenizer

_FIRST_GUESS: Final = {"anthropic": 1.25, "gemini": 1.1, "xai": 1.05}
"""Cautious, until a provider has charged for something: its own word counts from then on."""

_ENOUGH: Final = 5_000
"""Tokens counted from which on what was charged says all."""

_LATELY: Final = 5_000_000
"""Tokens after which what was learnt counts half: tokenizers change."""

_WORTH_LEARNING: Final = 200
_CREDIBLE: Final = 4
"""What is charged for so many times more or fewer tokens than were counted was not these alone."""
_WIDE: Final = 1.3


@dataclass(frozen=True, slots=True)
class Measure:
    """How many tokens a text has.

    Parameters
    ----------
    parts
        Those of its parts.
    factor
        By which those that were counted were multiplied.
    """

    tokens: int
    exact: bool
    parts: tuple[int, ...] = ()
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Ruler:
    """Counts the tokens of short texts; a model's own are so many times as many."""

    count: Callable[[str], int]
    factor: float
    exact: bool

    def within(self, limit: int) -> int:
        """Return how many counted tokens are at most so many of the model's own."""
        return max(1, int(limit / self.factor))

    def of(self, text: str) -> int:
        """Return the model's own tokens of a text."""
        return round(self.count(text) * self.factor)


class Gauge:
    """Measures texts for models, and learns from what providers charge."""

    def __init__(self, database: Database, counter: TokenCounter) -> None:
        self._database = database
        self._counter = counter

    def close(self) -> None:
        """Let the counter's threads go."""
        self._counter.close()

    async def text(
        self,
        owner_id: UUID,
        provider: str,
        model: str,
        text: str,
        spans: Sequence[tuple[int, int]] = (),
    ) -> Measure:
        """Return how many tokens a text has for a model, and parts of it."""
        tokenizer = tokenizer_of(provider, model)
        told = await self._counter.count_spans(tokenizer.encoding, text, spans)
        factor = await self._factor(owner_id, provider, tokenizer, [text])
        return Measure(
            round(told.total * factor),
            tokenizer.exact,
            tuple(round(part * factor) for part in told.parts),
            factor,
        )

    async def texts(
        self, owner_id: UUID, provider: str, model: str, texts: Sequence[str]
    ) -> Measure:
        """Return how many tokens several texts have together."""
        tokenizer = tokenizer_of(provider, model)
        counts = await self._counter.count_all(tokenizer.encoding, texts)
        factor = await self._factor(owner_id, provider, tokenizer, texts)
        parts = tuple(round(count * factor) for count in counts)
        return Measure(round(sum(counts) * factor), tokenizer.exact, parts, factor)

    async def ruler(self, owner_id: UUID, provider: str, model: str, text: str) -> Ruler:
        """Return what counts short pieces of a text, in a thread of whoever asks."""
        tokenizer = tokenizer_of(provider, model)
        factor = await self._factor(owner_id, provider, tokenizer, [text])
        return Ruler(partial(self._counter.count_now, tokenizer.encoding), factor, tokenizer.exact)

    async def learn(
        self, owner_id: UUID, provider: str, model: str, texts: Sequence[str], charged: int
    ) -> None:
        """Note what a provider charged for texts, where we can only guess."""
        tokenizer = tokenizer_of(provider, model)
        if tokenizer.exact or charged <= _WORTH_LEARNING / _CREDIBLE:
            return
        counted = sum(await self._counter.count_all(tokenizer.encoding, texts))
        if counted < _WORTH_LEARNING or not (counted / _CREDIBLE < charged < counted * _CREDIBLE):
            return  # too little to learn from, or something else was charged for as well
        table = token_factors
        statement = insert(table).values(
            owner_id=owner_id,
            provider=provider,
            family=tokenizer.family,
            script=await asyncio.to_thread(_script, texts),
            counted=counted,
            charged=charged,
        )
        weight = case((table.c.counted > _LATELY, 2), else_=1)
        statement = statement.on_conflict_do_update(
            index_elements=list(table.primary_key.columns),
            set_={
                "counted": table.c.counted / weight + counted,
                "charged": table.c.charged / weight + charged,
                "updated_at": func.now(),
            },
        )
        async with self._database.transaction() as connection:
            await connection.execute(statement)

    async def _factor(
        self, owner_id: UUID, provider: str, tokenizer: Tokenizer, texts: Sequence[str]
    ) -> float:
        if tokenizer.exact:
            return 1.0
        guess = _FIRST_GUESS.get(provider, 1.0)
        script = await asyncio.to_thread(_script, texts)
        own_family = token_factors.c.family == tokenizer.family
        statement = (
            select(
                func.sum(token_factors.c.counted).label("counted"),
                func.sum(token_factors.c.charged).label("charged"),
            )
            .where(
                token_factors.c.owner_id == owner_id,
                token_factors.c.provider == provider,
                token_factors.c.script == script,
            )
            .group_by(own_family)
            .order_by(own_family.desc())  # of its own family, or else what its siblings taught
        )
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).first()
        if row is None:
            return guess
        counted = float(row.counted)
        learnt = float(row.charged) / counted
        trust = min(1.0, counted / _ENOUGH)
        return trust * learnt + (1 - trust) * guess


def _script(texts: Sequence[str]) -> str:
    """Return whether texts are mostly of letters with one byte: tokenizers differ in the others."""
    sample = "".join(text[:4000] for text in texts[:50])
    wide = len(sample.encode("utf-8", "surrogatepass")) > _WIDE * len(sample)
    return "other" if wide else "latin"
