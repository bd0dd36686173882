"""What stands in a notebook becomes context: files, cells, variables, DataFrames, figures.

A source is told of first and read when it is added: ``block.add(sources.file("notes.md"))``. What
was read remembers where it came from, so that it can be seen to be stale and be read anew.
"""

from __future__ import annotations

from .files import file, files
from .notebooks import cell, notebook
from .origin import Captured, Elsewhere, Gone, Origin
from .reopening import origin_of
from .tokens import estimate_tokens
from .variables import of_value, text, variable

__all__ = [
    "Captured",
    "Elsewhere",
    "Gone",
    "Origin",
    "cell",
    "estimate_tokens",
    "file",
    "files",
    "notebook",
    "of_value",
    "origin_of",
    "text",
    "variable",
]
