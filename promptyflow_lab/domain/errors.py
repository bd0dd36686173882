"""What the rules refuse: typed errors that name the place, and that the server maps to answers."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

Measured = Literal[
    "project", "block", "prompt", "template", "compiled", "files", "file", "unpacked"
]
"""What a size limit was exceeded by; the last three of a zip: how many, and bytes."""


class DomainError(ValueError):
    """Something the rules refuse.

    Attributes
    ----------
    code : str
        Never changes; one of ``VALIDATION_ERROR``, ``INVALID_TEXT``, ``PAYLOAD_TOO_LARGE``.
    path : str
        The place inside the document, such as ``contextBlocks[3].items[0].title``; empty where
        the whole is meant.
    message : str
        One English sentence.
    details : dict
        What a program can act on, keys in camelCase as they go on the wire.
    """

    code: ClassVar[str] = "VALIDATION_ERROR"

    def __init__(self, path: str, message: str, details: dict[str, Any]) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path
        self.message = message
        self.details = details


class DocumentError(DomainError):
    """A document is not of the form it should have.

    ``reason`` is a word that never changes (``required``, ``type``, ``id``, ``duplicate``,
    ``title``, ``choice``, ``time``, ``unknown``, and those of `interchange`), so that the sentence
    can be told in any language.
    """

    def __init__(self, path: str, reason: str, message: str) -> None:
        super().__init__(path, message, {"errors": {path: message}})
        self.reason = reason


class TextError(DomainError):
    """A text holds what cannot be stored or sent: NUL or a lone surrogate."""

    code = "INVALID_TEXT"

    def __init__(self, path: str, index: int, character: str) -> None:
        shown = f"U+{ord(character):04X}"
        kind = "NUL" if character == "\0" else "a lone surrogate"
        super().__init__(
            path,
            f"{kind} ({shown}) at character {index}",
            {"path": path, "index": index, "character": shown},
        )
        self.index = index


class SizeLimitError(DomainError):
    """Something is larger than its limit; both numbers are told."""

    code = "PAYLOAD_TOO_LARGE"

    def __init__(self, what: Measured, *, limit: int, actual: int, path: str = "") -> None:
        unit = {"files": "files", "file": "bytes", "unpacked": "bytes"}.get(what, "characters")
        super().__init__(
            path,
            f"the {what} has {actual:,} {unit}, the limit is {limit:,}",
            {"what": what, "limit": limit, "actual": actual},
        )
        self.what = what
        self.limit = limit
        self.actual = actual
