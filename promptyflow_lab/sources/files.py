"""Files as context."""

from __future__ import annotations

import glob as globbing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from promptyflow_lab.domain.reference import Reference

from . import place
from .budget import shortened
from .origin import Gone, number, options

if TYPE_CHECKING:
    import os

NOTEBOOK_SUFFIX: Final = ".ipynb"
_LOOKED_AT: Final = 8192
_LARGEST: Final = 500_000_000
"""Bytes: a kernel shall not run out of memory because a log has grown."""


@dataclass(frozen=True, slots=True)
class FileOrigin:
    """A text file; a notebook is read as a notebook."""

    reference: Reference
    kind: Literal["file"] = "file"

    @property
    def title(self) -> str:
        """The file's name."""
        return Path(self.reference.path).name

    def read(self) -> str:
        """Return what stands in the file."""
        path = place.found(self.reference.path)
        if path.suffix == NOTEBOOK_SUFFIX:
            from .notebooks import notebook_text

            text = notebook_text(path, with_outputs=self.reference.told.get("outputs") != "no")
        else:
            text = _text_of(path)
        return shortened(text, number(self.reference, "tokens"))


def content_of(path: Path) -> bytes:
    """Return what is in a file.

    Raises
    ------
    Gone
        There is no such file, it cannot be read, or it is far more than a project takes.
    """
    try:
        size = path.stat().st_size
        if size > _LARGEST:
            raise Gone(f"{path} is too large to be read whole: {size:,} bytes.")
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise Gone(f"There is no file {path}.") from None
    except OSError as error:
        raise Gone(f"{path} cannot be read: {error.strerror}.") from None


def _text_of(path: Path) -> str:
    content = content_of(path)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if b"\0" in content[:_LOOKED_AT]:
        raise Gone(f"{path} is not a text.")
    return content.decode("utf-8-sig", "replace").replace("\r\n", "\n")


def file(path: str | os.PathLike[str], *, tokens: int | None = None) -> FileOrigin:
    """Return a file as a source.

    Parameters
    ----------
    path
        A text file, or a notebook.
    tokens
        At most about so many; of a longer text the beginning and the end.
    """
    return FileOrigin(Reference(place.told(Path(path)), "", options(tokens=tokens)))


def files(pattern: str, *, tokens: int | None = None) -> list[FileOrigin]:
    """Return the files of a pattern as sources, by name; what is no text is left out.

    Parameters
    ----------
    pattern
        As ``src/**/*.py``; ``**`` stands for any folders. Hidden files are not meant.
    tokens
        At most about so many of each.

    Raises
    ------
    Gone
        No file is meant.
    """
    expanded = str(Path(pattern).expanduser())
    paths = [Path(name) for name in sorted(globbing.glob(expanded, recursive=True))]  # noqa: PTH207
    texts = [path for path in paths if path.is_file() and _is_text(path)]
    if not texts:
        raise Gone(f"No text file is called {pattern!r}.")
    return [file(path, tokens=tokens) for path in texts]


def _is_text(path: Path) -> bool:
    with path.open("rb") as opened:
        beginning = opened.read(_LOOKED_AT)
    return b"\0" not in beginning or beginning.startswith((b"\xff\xfe", b"\xfe\xff"))
