"""Files in the body of a request: one as it is, or some in a form as browsers send them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from promptyflow_server.shared.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping

_FORM: Final = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file, and what it is called; `name` is None where nobody said."""

    content: bytes
    name: str | None = None
    is_json: bool = False


def read_files(body: bytes, headers: Mapping[str, str], name: str | None) -> list[UploadedFile]:
    """Return the files of a body.

    Parameters
    ----------
    body, headers
        The request's.
    name
        What the file is called, where the body is nothing but the file.

    Raises
    ------
    ValidationError
        It is no form although it says so, or a form without files.
    """
    content_type = headers.get("content-type", "")
    kind, _, parameters = content_type.partition(";")
    if kind.strip().lower() != _FORM:
        is_json = kind.strip().lower() == "application/json"
        return [UploadedFile(body, name, is_json)]
    files = _files_of_form(body, _boundary(parameters))
    if not files:
        raise ValidationError.at("file", "missing")
    return files


def _files_of_form(body: bytes, boundary: bytes) -> list[UploadedFile]:
    from tornado.httputil import HTTPFile, HTTPInputError, parse_multipart_form_data

    found: dict[str, list[HTTPFile]] = {}
    try:
        parse_multipart_form_data(boundary, body, {}, found)
    except (HTTPInputError, ValueError):
        raise ValidationError.at("body", "invalid_form") from None
    return [
        UploadedFile(file["body"], file["filename"]) for files in found.values() for file in files
    ]


def _boundary(parameters: str) -> bytes:
    for parameter in parameters.split(";"):
        key, _, value = parameter.strip().partition("=")
        if key.lower() == "boundary" and value:
            return value.encode()
    raise ValidationError.at("body", "invalid_form")
