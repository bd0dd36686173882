"""The rules of the product, shared by server and notebook: pure Python, no I/O, no framework."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from .compile import CompiledPrompt, compile_pieces, compile_prompt, resolve_selection
from .deletion import delete_node
from .errors import DocumentError, DomainError, SizeLimitError, TextError
from .layout import PieceSpan, SelectedPiece
from .model import (
    ContextBlock,
    ContextItem,
    NodeKey,
    ProjectData,
    PromptBlock,
    SelectedContext,
    SubItem,
)
from .placeholders import Placeholder, find_placeholders
from .sizes import DEFAULT_LIMITS, Limits, block_size, item_size, project_size, selection_size
from .source import Source
from .text import check_text

if TYPE_CHECKING:
    from .split import Part, sentence_spans, split_text

__all__ = [
    "DEFAULT_LIMITS",
    "CompiledPrompt",
    "ContextBlock",
    "ContextItem",
    "DocumentError",
    "DomainError",
    "Limits",
    "NodeKey",
    "Part",
    "PieceSpan",
    "Placeholder",
    "ProjectData",
    "PromptBlock",
    "SelectedContext",
    "SelectedPiece",
    "SizeLimitError",
    "Source",
    "SubItem",
    "TextError",
    "block_size",
    "check_text",
    "compile_pieces",
    "compile_prompt",
    "delete_node",
    "find_placeholders",
    "item_size",
    "project_size",
    "resolve_selection",
    "selection_size",
    "sentence_spans",
    "split_text",
]

# Names that are loaded at first use, since their tables of abbreviations cost more than the rest.
_FROM_SPLIT = frozenset({"Part", "sentence_spans", "split_text"})


def __getattr__(name: str) -> object:
    if name in _FROM_SPLIT:
        return getattr(import_module(".split", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
