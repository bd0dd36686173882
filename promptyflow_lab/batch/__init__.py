"""A prompt for each row of a table: what would be sent, sending it side by side, the answers."""

from __future__ import annotations

from .carrying import carry_out
from .comparison import Comparison, compare
from .estimating import Estimate
from .planning import Plan
from .result import Answer, Batch

__all__ = ["Answer", "Batch", "Comparison", "Estimate", "Plan", "carry_out", "compare"]
