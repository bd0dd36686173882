"""From the address that an item remembers back to what it was taken from; and from any value."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from promptyflow_lab.domain.reference import Reference

from . import place
from .files import FileOrigin, file
from .notebooks import CellOrigin
from .origin import Elsewhere
from .variables import TextOrigin, VariableOrigin, of_value, text

if TYPE_CHECKING:
    from promptyflow_lab.domain import Source

    from .origin import Origin

Sourced = FileOrigin | CellOrigin | VariableOrigin | TextOrigin


def reopened(source: Source) -> Origin | None:
    """Return what a text was taken from; None where it was given as it is."""
    reference = _now(Reference.parse(source.reference))
    match source.kind:
        case "file":
            return FileOrigin(reference)
        case "cell":
            return CellOrigin(reference)
        case "dataframe" | "variable":
            return VariableOrigin(reference, source.kind)
        case _:
            return None


def _now(reference: Reference) -> Reference:
    """Return an address as it would be told now: the notebook may have got another name."""
    try:
        path = place.told(place.found(reference.path)) if reference.path else ""
    except Elsewhere:
        return reference
    return replace(reference, path=path)


def origin_of(value: Any, *, tokens: int | None = None) -> Sourced:  # noqa: ANN401 - anything
    """Return the source that a value stands for.

    A source stands for itself, a path for its file, a text for itself, anything else for the
    variable that holds it.
    """
    if isinstance(value, Sourced):
        return value
    if isinstance(value, Path):
        return file(value, tokens=tokens)
    if isinstance(value, str):
        if _names_a_file(value):
            told = f"{value!r} is added as a text; for the file: Path({value!r})"
            warnings.warn(told, stacklevel=4)
        return text(value)
    return of_value(value, tokens=tokens)


def _names_a_file(value: str) -> bool:
    try:
        return "\n" not in value and Path(value).suffix != "" and Path(value).is_file()
    except (OSError, ValueError):  # too long for a name, a NUL in it
        return False
