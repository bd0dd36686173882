"""Splitting large texts: lossless, by offsets, never inside what a reader takes for one piece."""

from __future__ import annotations

from .errors import PatternError, SplitError
from .methods import Part, split_text
from .options import MOST_PARTS, Method
from .presets import PRESETS
from .sentences import sentence_spans

__all__ = [
    "MOST_PARTS",
    "PRESETS",
    "Method",
    "Part",
    "PatternError",
    "SplitError",
    "sentence_spans",
    "split_text",
]
