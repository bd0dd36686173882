"""Variables as context: DataFrames, figures, texts, anything."""

from __future__ import annotations

import inspect
import pprint
from dataclasses import dataclass
from typing import Any, Final, Literal

from promptyflow_lab.domain.reference import Reference

from . import place
from .budget import shortened
from .figures import figure_text, is_figure
from .frames import frame_text, is_frame
from .origin import Elsewhere, Gone, digest, number, options

TOKENS: Final = 2000
"""Of a variable, where nothing else is said: it shall inform, not fill the window."""


@dataclass(frozen=True, slots=True)
class VariableOrigin:
    """A variable of this notebook's kernel."""

    reference: Reference
    kind: Literal["variable", "dataframe"]

    @property
    def title(self) -> str:
        """The variable's name."""
        return self.reference.part

    def read(self) -> str:
        """Return what the variable holds now."""
        if not self._is_own:
            where = self.reference.path or "a session without a notebook"
            raise Elsewhere(f"{self.reference.part} is a variable of {where}.")
        names = place.variables()
        if self.reference.part not in names:
            raise Gone(f"There is no variable {self.reference.part!r} now.")
        tokens = number(self.reference, "tokens") or TOKENS
        try:
            return value_text(names[self.reference.part], self.reference.part, tokens)
        except Exception as error:  # what a value says of itself is anybody's code
            told = f"{type(error).__name__}: {error}"
            raise Gone(f"{self.reference.part} cannot be told as a text: {told}") from error

    @property
    def _is_own(self) -> bool:
        path, own = self.reference.path, place.notebook_path()
        return not path if own is None else bool(path) and place.found(path) == own


@dataclass(frozen=True, slots=True)
class TextOrigin:
    """A text that was given as it is."""

    text: str
    name: str
    kind: Literal["text"] = "text"

    @property
    def reference(self) -> Reference:
        """What tells this text from another one."""
        return Reference("", digest(self.text)[:16])

    @property
    def title(self) -> str:
        """Its name."""
        return self.name

    def read(self) -> str:
        """Return it."""
        return self.text


def variable(name: str, *, tokens: int | None = None) -> VariableOrigin:
    """Return a variable of this notebook as a source.

    Parameters
    ----------
    name
        What it is called in the cells. A DataFrame gives its schema, statistics and a sample, a
        figure what is drawn in it.
    tokens
        At most about so many; 2,000 where nothing is said.

    Raises
    ------
    Gone
        There is no such variable.
    """
    names = place.variables()
    if name not in names:
        raise Gone(f"There is no variable {name!r}.")
    kind = kind_of(names[name])
    return VariableOrigin(Reference(_own_notebook(), name, options(tokens=tokens)), kind)


def text(content: str, title: str = "Text") -> TextOrigin:
    """Return a text as a source: it has a title, and never becomes stale."""
    return TextOrigin(content, title)


def of_value(value: object, *, tokens: int | None = None) -> VariableOrigin | TextOrigin:
    """Return a value as a source: as the variable that holds it, else as its text now."""
    names = place.variables()
    for name, known in names.items():
        if known is value and not name.startswith("_"):
            return variable(name, tokens=tokens)
    title = _title(value)
    return TextOrigin(value_text(value, title, tokens or TOKENS), title)


def _title(value: object) -> str:
    """Return what a value is called that no variable holds: a Series has a name of its own."""
    name = getattr(value, "name", None) if is_frame(value) else None
    return name if isinstance(name, str) and name else type(value).__name__


def kind_of(value: object) -> Literal["variable", "dataframe"]:
    """Return what sort of source a value is."""
    return "dataframe" if is_frame(value) else "variable"


def value_text(value: object, name: str, tokens: int) -> str:
    """Return what a value is, within a budget."""
    if is_frame(value):
        return frame_text(value, name, tokens)
    if is_figure(value):
        return figure_text(value, name, tokens)
    return shortened(_plain_text(value), tokens)


def _plain_text(value: Any) -> str:  # noqa: ANN401 - anything
    if isinstance(value, str):
        return value
    if inspect.isfunction(value) or inspect.isclass(value):
        try:
            return inspect.getsource(value)
        except (OSError, TypeError):
            return repr(value)
    if isinstance(value, dict | list | tuple | set):
        return pprint.pformat(value, width=100, sort_dicts=False)
    as_markdown = getattr(value, "_repr_markdown_", None)
    if callable(as_markdown) and not isinstance(value, type):
        told = as_markdown()
        if isinstance(told, str):
            return told
    return str(value)


def _own_notebook() -> str:
    path = place.notebook_path()
    return "" if path is None else place.told(path)
