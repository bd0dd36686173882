"""The rules of the product, shared by server and notebook: pure Python, no I/O, no framework.

Each name is loaded at first use: a Jupyter server that starts needs few of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
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
    from .sizes import (
        DEFAULT_LIMITS,
        Limits,
        block_size,
        item_size,
        project_size,
        selection_size,
    )
    from .source import Source
    from .split import Part, sentence_spans, split_text
    from .text import check_text

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

_NAMES_OF: Final = {
    "compile": ("CompiledPrompt", "compile_pieces", "compile_prompt", "resolve_selection"),
    "deletion": ("delete_node",),
    "errors": ("DocumentError", "DomainError", "SizeLimitError", "TextError"),
    "layout": ("PieceSpan", "SelectedPiece"),
    "model": (
        "ContextBlock",
        "ContextItem",
        "NodeKey",
        "ProjectData",
        "PromptBlock",
        "SelectedContext",
        "SubItem",
    ),
    "placeholders": ("Placeholder", "find_placeholders"),
    "sizes": (
        "DEFAULT_LIMITS",
        "Limits",
        "block_size",
        "item_size",
        "project_size",
        "selection_size",
    ),
    "source": ("Source",),
    "split": ("Part", "sentence_spans", "split_text"),
    "text": ("check_text",),
}
_MODULE_OF: Final = {name: module for module, names in _NAMES_OF.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f".{_MODULE_OF[name]}", __name__), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
