"""The HTTP client of a notebook: find the server, talk to it, show what comes back."""

from __future__ import annotations

from .compiled import Compiled
from .context import Block, Item, SubItem
from .errors import PromptyFlowError
from .project import Project
from .prompt import Prompt
from .promptyflow import PromptyFlow
from .run import Run

__all__ = [
    "Block",
    "Compiled",
    "Item",
    "Project",
    "Prompt",
    "PromptyFlow",
    "PromptyFlowError",
    "Run",
    "SubItem",
]
