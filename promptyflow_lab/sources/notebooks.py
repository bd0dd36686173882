"""Notebooks and their cells as context."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from promptyflow_lab.domain.reference import Reference

from . import browser, place
from .budget import one_line, shortened
from .files import NOTEBOOK_SUFFIX, FileOrigin, content_of
from .origin import Elsewhere, Gone, number, options
from .outputs import output_text, without_bytes

if TYPE_CHECKING:
    import os

    Json = dict[str, Any]

_SHORTEST_FENCE: Final = 3


@dataclass(frozen=True, slots=True)
class CellOrigin:
    """A cell of a notebook, with its outputs or without."""

    reference: Reference
    kind: Literal["cell"] = "cell"

    @property
    def title(self) -> str:
        """What the cell begins with."""
        try:
            _, found = self._found()
        except (Elsewhere, Gone):
            return self.reference.part
        first = next((line for line in _source(found).splitlines() if line.strip()), "")
        return one_line(first.lstrip("#% "), 60) or f"Cell {self.reference.part}"

    def read(self) -> str:
        """Return the cell as it is now."""
        document, cell = self._found()
        with_outputs = self.reference.told.get("outputs") != "no"
        text = cell_text(cell, _language(document), with_outputs=with_outputs)
        return shortened(text, number(self.reference, "tokens"))

    def _found(self) -> tuple[Json, Json]:
        path = place.found(self.reference.path)
        document = _read(path)
        for cell in _cells(path, document):
            if cell.get("id") == self.reference.part:
                return document, cell
        raise Gone(f"{path.name} has no cell {self.reference.part!r}.")


def cell(
    which: str | int,
    notebook: str | os.PathLike[str] | None = None,
    *,
    outputs: bool = True,
    tokens: int | None = None,
) -> CellOrigin:
    """Return a cell of a notebook as a source.

    Parameters
    ----------
    which
        Its id, its tag, or the number in its brackets: ``3`` for ``[3]``.
    notebook
        By default the one of this kernel. JupyterLab tells what is not saved of that; of other
        notebooks the file is read.
    outputs
        Whether its outputs come with it.
    tokens
        At most about so many.

    Raises
    ------
    Gone
        There is no such cell.
    """
    path = Path(notebook) if notebook is not None else place.notebook_path()
    if path is None:
        raise Gone("This kernel belongs to no notebook: say which, cell('load', 'work.ipynb').")
    for each in _cells(path, _read(path)):
        named = {each.get("id"), *each.get("metadata", {}).get("tags", [])}
        if which in named or which == each.get("execution_count", False):
            if not each.get("id"):  # written before cells had names
                raise Gone(f"The cells of {path.name} have no ids yet: open it and save it once.")
            how = options(tokens=tokens, outputs=None if outputs else "no")
            return CellOrigin(Reference(place.told(path), str(each["id"]), how))
    raise Gone(f"{path.name} has no cell {which!r}. Is the notebook saved?")


def notebook(
    path: str | os.PathLike[str] | None = None, *, outputs: bool = True, tokens: int | None = None
) -> FileOrigin:
    """Return a whole notebook as a source; parameters as for `cell`.

    Raises
    ------
    Gone
        There is no such notebook.
    """
    chosen = Path(path) if path is not None else place.notebook_path()
    if chosen is None:
        raise Gone("This kernel belongs to no notebook: say which, notebook('work.ipynb').")
    if chosen.suffix != NOTEBOOK_SUFFIX:
        raise ValueError(f"{chosen} is not a notebook; a text file is sources.file(…).")
    how = options(tokens=tokens, outputs=None if outputs else "no")
    return FileOrigin(Reference(place.told(chosen), "", how))


def notebook_text(path: Path, *, with_outputs: bool) -> str:
    """Return a notebook's cells, in their order."""
    document = _read(path)
    language = _language(document)
    cells = _cells(path, document)
    texts = (cell_text(each, language, with_outputs=with_outputs) for each in cells)
    return "\n\n".join(text for text in texts if text)


def cell_text(cell: Json, language: str = "python", *, with_outputs: bool = True) -> str:
    """Return a cell as Markdown: code and outputs between fences, Markdown as it stands."""
    source = without_bytes(_source(cell)).strip("\n")
    if cell.get("cell_type") != "code":
        return source
    parts = [_fenced(source, language)] if source else []
    if with_outputs:
        outputs = [output_text(output) for output in cell.get("outputs", [])]
        shown = "\n".join(text for text in outputs if text)
        if shown:
            parts.append(f"Output:\n{_fenced(shown)}")
    return "\n".join(parts)


def _fenced(text: str, language: str = "") -> str:
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(_SHORTEST_FENCE, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _source(cell: Json) -> str:
    source = cell.get("source", "")
    return "".join(source) if isinstance(source, list) else str(source)


def _cells(path: Path, document: Json) -> list[Json]:
    """Return a notebook's cells as the browser shows them, where it tells; else as the file has."""
    saved = [cell for cell in document["cells"] if isinstance(cell, dict)]
    browser.ask()
    told, own = browser.told(), place.notebook_path()
    is_own = own is not None and place.told(path) == place.told(own)
    return told.now(saved) if told is not None and is_own else saved


def _language(document: Json) -> str:
    metadata = document.get("metadata", {})
    name = metadata.get("language_info", {}).get("name")
    return str(name or "python")  # JupyterLab leaves it empty until the kernel has told it


def _read(path: Path) -> Json:
    try:
        document = json.loads(content_of(path))
    except ValueError:
        document = None
    if not isinstance(document, dict) or not isinstance(document.get("cells"), list):
        raise Gone(f"{path} is not a notebook as it is written since 2014 (nbformat 4).")
    return document
