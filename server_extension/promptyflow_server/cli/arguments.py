"""What stands on the command line: what cannot be is refused before anything is done."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    NumberT = TypeVar("NumberT", int, float)


def number(kind: type[NumberT], least: NumberT, most: NumberT) -> Callable[[str], NumberT]:
    """Return what reads a number within bounds."""

    def read(told: str) -> NumberT:
        try:
            value = kind(told)
        except ValueError:
            value = None
        if value is None or not least <= value <= most:
            raise ArgumentTypeError(f"{told!r} is no number from {least} to {most}")
        return value

    return read


def name(told: str) -> str:
    """Return a name, which is one line and says something."""
    if not told.strip() or not told.isprintable():
        raise ArgumentTypeError(f"{told!r} is no name")
    return told.strip()
