"""What a notebook or a terminal shows of us. Everything that came from outside is escaped."""

from __future__ import annotations

import time
from functools import wraps
from html import escape
from math import floor, log10
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from .errors import PromptyFlowError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Bundle = dict[str, str]

LONGEST_SHOWN: Final = 20_000
"""Characters of a text that a cell's output shows; the object itself has all of it."""

_PAINT_SECONDS: Final = 0.1
_RENDER_SHARE: Final = 0.1
"""Of the time, at most: a long answer is painted less often, so that reading it stays cheap."""


def count(number: int, thing: str) -> str:
    """Return ``1 item``, ``1,200 items``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def money(dollars: float) -> str:
    """Return ``$12.34``, ``$0.0042``: two digits that say something, whatever the size."""
    digits = 2 if dollars <= 0 or dollars >= 1 else max(2, 1 - floor(log10(dollars)))
    return f"${dollars:,.{digits}f}"


def table(head: Iterable[str], rows: Iterable[Iterable[object]], caption: str = "") -> str:
    """Return an HTML table of plain texts."""
    lines = ["<table>"]
    if caption:
        lines.append(f"<caption>{escape(caption)}</caption>")
    lines.append(f"<thead><tr>{_cells('th', head)}</tr></thead><tbody>")
    lines += [f"<tr>{_cells('td', row)}</tr>" for row in rows]
    return "".join([*lines, "</tbody></table>"])


def _cells(tag: str, texts: Iterable[object]) -> str:
    shown = (f"{text:,}" if isinstance(text, int) else str(text) for text in texts)
    return "".join(f'<{tag} style="text-align: left">{escape(text)}</{tag}>' for text in shown)


def preformatted(text: str) -> str:
    """Return a text as it stands, in HTML; of a very long one the beginning."""
    shown = escape(text[:LONGEST_SHOWN])
    rest = len(text) - LONGEST_SHOWN
    more = f"<p><em>… and {count(rest, 'more character')}</em></p>" if rest > 0 else ""
    return f'<pre style="white-space: pre-wrap">{shown}</pre>{more}'


def abridged(text: str) -> str:
    """Return a text as it stands, for a terminal; of a very long one the beginning."""
    rest = len(text) - LONGEST_SHOWN
    return f"{text[:LONGEST_SHOWN]}\n… and {count(rest, 'more character')}" if rest > 0 else text


ShowsT = TypeVar("ShowsT")


def or_plain(shows: Callable[..., ShowsT]) -> Callable[..., ShowsT | None]:
    """Make a method that shows something give way to the plain ``repr`` where the server fails.

    Looking at what was deleted, or while the server is away, is no error of the cell.
    """

    @wraps(shows)
    def shown(*arguments: Any, **options: Any) -> ShowsT | None:  # noqa: ANN401 - as given
        try:
            return shows(*arguments, **options)
        except PromptyFlowError:
            return None

    return shown


class Records(list[dict[str, Any]]):
    """What the server tells of several things, each as a dict; shown as a table.

    Parameters
    ----------
    found
        The things.
    columns
        What is shown of each; all stands in the dicts, and in `to_frame`.
    """

    def __init__(self, found: Iterable[dict[str, Any]], columns: Iterable[str]) -> None:
        super().__init__(found)
        self._columns = list(columns)

    def to_frame(self) -> Any:  # noqa: ANN401 - of pandas
        """Return a row for each, as a DataFrame of pandas."""
        import pandas as pd

        return pd.DataFrame(list(self))

    def __repr__(self) -> str:
        rows = [[_told(each.get(name)) for name in self._columns] for each in self]
        widths = [max(map(len, column)) for column in zip(self._columns, *rows, strict=True)]
        lines = [self._columns, *rows]
        return "\n".join(
            "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        )

    def _repr_html_(self) -> str:
        return table(self._columns, ([_told(e.get(n)) for n in self._columns] for e in self))


def _told(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {each}" for name, each in value.items() if each is not None)
    return "" if value is None else f"{value:,}" if type(value) is int else str(value)


class Screen(Protocol):
    """Where an answer appears while it comes."""

    def write(self, piece: str) -> None:
        """Show a piece more."""

    def close(self) -> None:
        """Show everything."""


class Nowhere:
    """Shows nothing."""

    def write(self, piece: str) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class Terminal:
    """Prints the answer as plain text."""

    def write(self, piece: str) -> None:
        """Print a piece more."""
        print(piece, end="", flush=True)  # noqa: T201 - what was asked for

    def close(self) -> None:
        """End the line."""
        print()  # noqa: T201


class CellOutput:
    """Renders the answer's Markdown in the output of the cell, anew while it grows."""

    def __init__(self, display: Any) -> None:  # noqa: ANN401 - IPython's own
        self._pieces: list[str] = []
        self._next = 0.0
        self._handle = display(self._bundle(), raw=True, display_id=True)

    def write(self, piece: str) -> None:
        """Take a piece more; paint if the last time is long enough ago."""
        self._pieces.append(piece)
        if time.monotonic() >= self._next:
            self.close()

    def close(self) -> None:
        """Paint all of it."""
        started = time.monotonic()
        self._handle.update(self._bundle(), raw=True)
        ended = time.monotonic()
        self._next = ended + max(_PAINT_SECONDS, (ended - started) / _RENDER_SHARE)

    def _bundle(self) -> Bundle:
        from .markdown import to_html

        text = "".join(self._pieces)
        return {"text/plain": text, "text/html": to_html(text)}


def screen() -> Screen:
    """Return where answers appear here: a cell's output, or the terminal."""
    try:
        from IPython.core.getipython import get_ipython
        from IPython.display import display
    except ImportError:
        return Terminal()
    shell = get_ipython()
    return CellOutput(display) if hasattr(shell, "kernel") else Terminal()
