"""Prompt templates as files: a text, or a zip of texts. A file's name makes the title."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

from promptyflow_lab.domain.errors import DocumentError, DomainError, SizeLimitError
from promptyflow_lab.domain.reading import check_title
from promptyflow_lab.domain.sizes import DEFAULT_LIMITS, check_template_size
from promptyflow_lab.domain.text import check_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zipfile import ZipFile, ZipInfo

    from promptyflow_lab.domain.sizes import Limits

FILES: Final = 100
"""How many files a zip may hold."""

FILE_BYTES: Final = 10_000_000
"""How large each of them may become."""

RATIO: Final = 100
"""How many times larger than itself a zip may become."""

_JSON_OBJECT: Final = re.compile(r"\s*\{\s*[\"}]")
_JSON_LIST: Final = re.compile(r"\s*\[\s*[\[{\"\]0-9-]")
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_EXTENSION: Final = re.compile(r"(?<=.)\.(?:txt|md|markdown)\Z", re.IGNORECASE)
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ENCRYPTED: Final = 0x1
_NAMED_IN_UTF8: Final = 0x800


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """A template for the library, and the name of the file it was."""

    title: str
    content: str
    path: str


def is_zip(content: bytes) -> bool:
    """Whether a file is a zip, by its first bytes."""
    return content.startswith(_ZIP)


def looks_like_json(content: bytes) -> bool:
    """Whether a file means to be JSON: an object, or a list of something.

    A template may begin with ``{{context}}`` or ``[КОНТЕКСТ]``, which mean no such thing.
    """
    begin = content[:1_000].decode(_encoding(content), errors="replace")
    return _JSON_OBJECT.match(begin) is not None or _JSON_LIST.match(begin) is not None


def read_text_file(
    content: bytes, name: str, limits: Limits = DEFAULT_LIMITS, *, path: str | None = None
) -> TemplateFile:
    """Return the template that a text file is.

    Parameters
    ----------
    content
        UTF-8, or UTF-16 with its mark.
    name
        The file's name, which makes the title: ``_`` becomes a blank.
    path
        What a refusal names; the file's name by default.

    Raises
    ------
    DocumentError
        It is no text, or its name makes no title.
    TextError, SizeLimitError
        It cannot be kept.

    Examples
    --------
    >>> read_text_file(b"Sum up: {{context}}", "Short_summary.txt").title
    'Short summary'
    """
    place = name if path is None else path
    try:
        text = content.decode(_encoding(content))
    except UnicodeDecodeError:
        raise DocumentError(place, "not_text", "is not a text in UTF-8") from None
    text = check_text(text, place)
    check_template_size(text, limits, path=place)
    return TemplateFile(check_title(_title(name), place), text, place)


def read_zip(content: bytes, limits: Limits = DEFAULT_LIMITS) -> list[TemplateFile]:
    """Return the templates that a zip holds; nothing of it is unpacked before its size is known.

    Raises
    ------
    DocumentError
        It is damaged, protected by a password, or holds something else than texts.
    TextError, SizeLimitError
        Too many files, too large ones, or one that cannot be kept; names the file.
    """
    import zipfile
    import zlib

    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = [(name, info) for info in archive.infolist() if (name := _name(info))]
            _check_sizes(entries, len(content))
            files = [_template(archive, info, name, limits) for name, info in entries]
    except DomainError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OverflowError, OSError):
        raise DocumentError("zip", "damaged_zip", "is a damaged zip") from None
    if not files:
        raise DocumentError("zip", "empty_zip", "holds no file")
    return files


def _template(archive: ZipFile, info: ZipInfo, name: str, limits: Limits) -> TemplateFile:
    if info.flag_bits & _ENCRYPTED:
        raise DocumentError(name, "protected_zip", "is protected by a password")
    try:
        content = archive.read(info)
    except NotImplementedError:
        raise DocumentError(name, "damaged_zip", "is packed in a way that is not known") from None
    if is_zip(content) or looks_like_json(content):
        raise DocumentError(name, "not_template", "is no template")
    return read_text_file(content, name, limits)


def _check_sizes(entries: Sequence[tuple[str, ZipInfo]], packed: int) -> None:
    """Refuse a bomb by what it tells of itself; more than it tells is never unpacked of a file."""
    if len(entries) > FILES:
        raise SizeLimitError("files", limit=FILES, actual=len(entries), path="zip")
    for name, info in entries:
        if info.file_size > FILE_BYTES:
            raise SizeLimitError("file", limit=FILE_BYTES, actual=info.file_size, path=name)
    unpacked = sum(info.file_size for _, info in entries)
    if unpacked > RATIO * packed:
        raise SizeLimitError("unpacked", limit=RATIO * packed, actual=unpacked, path="zip")


def _name(info: ZipInfo) -> str:
    """Return a file's name; empty for folders and for what systems leave in every zip."""
    name = info.filename
    if not info.flag_bits & _NAMED_IN_UTF8:
        raw = name.encode("cp437", errors="replace")
        try:
            name = raw.decode()
        except UnicodeDecodeError:
            name = raw.decode("cp866")  # Windows in Russian
    parts = name.split("/")
    is_left = parts[0] == "__MACOSX" or parts[-1] in {".DS_Store", "Thumbs.db", "desktop.ini"}
    return "" if info.is_dir() or is_left else name


def _encoding(content: bytes) -> str:
    return "utf-16" if content.startswith(_UTF16) else "utf-8-sig"


def _title(name: str) -> str:
    last = name.replace("\\", "/").rpartition("/")[2]
    return _EXTENSION.sub("", last).replace("_", " ")
