"""A prompt for each row of a table: what would be sent, sending it side by side, the answers."""

from __future__ import annotations

from .carrying import carry_out, carry_out_async
from .comparison import Comparison, compare, compare_async
from .estimating import Estimate
from .planning import Plan
from .result import Answer, Batch

__all__ = [
    "Answer",
    "Batch",
    "Comparison",
    "Estimate",
    "Plan",
    "carry_out",
    "carry_out_async",
    "compare",
    "compare_async",
]
