"""Documents that can be imported: recognised by what they hold, never by what they are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from promptyflow_lab.domain.errors import DocumentError, SizeLimitError
from promptyflow_lab.domain.model import ContextBlock, ProjectData
from promptyflow_lab.domain.reading import at, check_title, read_object
from promptyflow_lab.domain.sizes import DEFAULT_LIMITS, check_project_size

from .mapping import block_document, project_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from promptyflow_lab.domain.sizes import Limits
    from promptyflow_lab.domain.source import Json

Form = Literal["promptyflow", "saas", "desktop", "contextBlock"]
"""Our own document; an export of the hosted ancestor; a project file of the desktop ancestor (the
older kind too); one block of a context."""

FORMAT: Final = "promptyflow"
VERSION: Final = 1

_SAAS_VERSION: Final = "1.0"
_NAMES_OF_DESKTOP: Final = ("projectName", "name", "templateName", "template")


@dataclass(frozen=True, slots=True)
class ImportedProject:
    """A whole project; `name` is None where the document tells none."""

    form: Form
    name: str | None
    data: ProjectData


@dataclass(frozen=True, slots=True)
class ImportedBlock:
    """One block, whose items are numbered from 1."""

    form: Form
    block: ContextBlock


def export_document(name: str, data: ProjectData, exported_at: str) -> Json:
    """Return the document that stands for a project outside of the product."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "name": name,
        "exportedAt": exported_at,
        "data": data.to_dict(),
    }


def read_document(
    document: object, limits: Limits = DEFAULT_LIMITS
) -> ImportedProject | ImportedBlock:
    """Return what a document holds, in today's form.

    Raises
    ------
    DocumentError
        It is none of the forms, or not as its form says it must be; names the place.
    TextError
        A text holds what cannot be stored.
    SizeLimitError
        Too large; both numbers are told.

    Examples
    --------
    >>> desktop = {"projectName": "Demo", "contextBlocks": [{"id": 1, "title": "Docs"}]}
    >>> read_document(desktop).form
    'desktop'
    """
    told = read_object(document, "")
    form = recognise(told)
    if form == "contextBlock":
        return ImportedBlock(form, ContextBlock.from_dict(block_document(told)))
    if form == "desktop":
        return ImportedProject(form, _desktop_name(told), _project(told, "", limits, is_old=True))
    if form == "promptyflow":
        _check_version(told)
    elif told.get("version", _SAAS_VERSION) != _SAAS_VERSION:
        raise DocumentError("version", "unknown_version", "is not a version that can be read")
    name = _name(told, "name")
    if name is None:
        raise DocumentError("name", "required", "is required")
    data = read_object(told["data"], "data")
    return ImportedProject(form, name, _project(data, "data", limits, is_old=form == "saas"))


def recognise(document: Mapping[str, object]) -> Form:
    """Return which of the forms a document has.

    Raises
    ------
    DocumentError
        None of them.
    """
    if "format" in document:
        if document["format"] != FORMAT:
            raise DocumentError("format", "unrecognised", "is not a form that can be imported")
        if document.get("data") is None:
            raise DocumentError("data", "required", "is required")
        return "promptyflow"
    if document.get("data") is not None:
        return "saas"
    if "contextBlocks" in document or "promptBlocks" in document:
        return "desktop"
    if "title" in document and "items" in document:
        return "contextBlock"
    raise DocumentError("", "unrecognised", "is none of the forms that can be imported")


def _project(data: Mapping[str, object], path: str, limits: Limits, *, is_old: bool) -> ProjectData:
    project = ProjectData.from_dict(project_document(data, path, is_old=is_old), path)
    try:
        check_project_size(project, limits)
    except SizeLimitError as error:
        place = at(path, error.path) if error.path else path
        raise SizeLimitError(
            error.what, limit=error.limit, actual=error.actual, path=place
        ) from None
    return project


def _check_version(document: Mapping[str, object]) -> None:
    version = document.get("version")
    if version is None:
        raise DocumentError("version", "required", "is required")
    if version != VERSION or isinstance(version, bool):
        raise DocumentError("version", "unknown_version", "is not a version that can be read")


def _desktop_name(document: Mapping[str, object]) -> str | None:
    for key in _NAMES_OF_DESKTOP:
        name = _name(document, key)
        if name is not None:
            return name
    return None


def _name(document: Mapping[str, object], key: str) -> str | None:
    value = document.get(key)
    return None if value is None else check_title(value, key)
