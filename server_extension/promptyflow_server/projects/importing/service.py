"""The rules of imports: what becomes of each form, all of it or nothing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from promptyflow_lab.domain import SizeLimitError
from promptyflow_lab.domain.interchange import (
    ImportedBlock,
    ImportedProject,
    is_zip,
    looks_like_json,
    read_document,
    read_text_file,
    read_zip,
)
from promptyflow_server.http.models import Reply
from promptyflow_server.http.parsing import load_json
from promptyflow_server.http.uploads import read_files
from promptyflow_server.projects.context.schemas import NodeIds
from promptyflow_server.projects.importing.schemas import Imported
from promptyflow_server.shared.errors import PayloadTooLarge, ValidationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from promptyflow_lab.domain import Limits
    from promptyflow_lab.domain.interchange import TemplateFile
    from promptyflow_server.http.call import Call
    from promptyflow_server.http.uploads import UploadedFile
    from promptyflow_server.projects.context.service import ContextService
    from promptyflow_server.projects.importing.schemas import ImportQuery
    from promptyflow_server.projects.service import ProjectService
    from promptyflow_server.shared.messages import Language
    from promptyflow_server.templates.service import TemplateService

_UNNAMED: Final[dict[Language, str]] = {
    "en": "Imported project",
    "ru": "Импортированный проект",
}


class ImportService:
    """Takes in files.

    Parameters
    ----------
    projects, context, templates
        Whose things they become.
    limits
        How large they may be.
    """

    def __init__(
        self,
        projects: ProjectService,
        context: ContextService,
        templates: TemplateService,
        limits: Limits,
    ) -> None:
        self._projects = projects
        self._context = context
        self._templates = templates
        self._limits = limits

    async def any(self, call: Call, body: bytes, query: ImportQuery) -> Reply[Imported]:
        """Take in what a body holds, whichever form it has.

        Raises
        ------
        ValidationError, InvalidJson, InvalidText, PayloadTooLarge
            It cannot be taken in; the place inside the file is told.
        NotFound
            A block's project is not there.
        """
        files = await asyncio.to_thread(read_files, body, call.headers, query.filename)
        document = await asyncio.to_thread(self._document, files)
        if document is None:
            return await self._add_templates(call, files)
        if isinstance(document, ImportedProject):
            name = _UNNAMED[call.language] if document.name is None else document.name
            made = await self._projects.create(call, name, document.data, form=document.form)
            told = Imported(recognised=document.form, project=made.body)
            return Reply(told, 201, made.location, made.version)
        if query.project_id is None:
            raise ValidationError.at("projectId", "needs_project")
        added = await self._context.append_block(call, query.project_id, document.block)
        return Reply(
            Imported(
                recognised="contextBlock",
                project=added.body.project,
                block=NodeIds(block_id=added.body.block_id),
            ),
            201,
            f"/api/projects/{query.project_id}",
            added.version,
        )

    async def templates(self, call: Call, body: bytes, filename: str | None) -> Reply[Imported]:
        """Add the texts of a body to the library.

        Raises
        ------
        ValidationError, InvalidText, PayloadTooLarge
            They cannot be taken in; the file is told.
        """
        files = await asyncio.to_thread(read_files, body, call.headers, filename)
        return await self._add_templates(call, files)

    def _document(self, files: Sequence[UploadedFile]) -> ImportedProject | ImportedBlock | None:
        """Return what a JSON document holds; None for files that are texts or zips of texts."""
        documents = [file for file in files if file.is_json or _is_json(file)]
        if not documents:
            return None
        if len(files) > 1:
            raise ValidationError.at(documents[0].name or "file", "one_file")
        try:
            return read_document(load_json(documents[0].content), self._limits)
        except SizeLimitError as error:
            raise _too_large(error) from None

    async def _add_templates(self, call: Call, files: Sequence[UploadedFile]) -> Reply[Imported]:
        read = await asyncio.to_thread(self._template_files, files)
        added = await self._templates.add_all(call, [(file.title, file.content) for file in read])
        told = Imported(recognised="templates", templates=added.body.items)
        return Reply(told, 201, added.location)

    def _template_files(self, files: Sequence[UploadedFile]) -> list[TemplateFile]:
        found: list[TemplateFile] = []
        try:
            for file in files:
                if is_zip(file.content):
                    found += read_zip(file.content, self._limits)
                elif file.name is None:
                    raise ValidationError.at("filename", "needs_name")
                else:
                    found.append(read_text_file(file.content, file.name, self._limits))
        except SizeLimitError as error:
            raise _too_large(error) from None
        return found


def _is_json(file: UploadedFile) -> bool:
    return not is_zip(file.content) and looks_like_json(file.content)


def _too_large(error: SizeLimitError) -> PayloadTooLarge:
    """Return the error with its place: of many blocks, which one."""
    return PayloadTooLarge(**error.details, path=error.path)
