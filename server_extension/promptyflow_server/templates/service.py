"""Rules of the template library: names, sizes, versions, use."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from promptyflow_lab.domain.reading import check_title
from promptyflow_lab.domain.sizes import check_template_size
from promptyflow_server.events.changes import announce
from promptyflow_server.http.models import Reply
from promptyflow_server.projects.schemas import Nothing
from promptyflow_server.shared import cursors
from promptyflow_server.shared.errors import Conflict, NotFound
from promptyflow_server.shared.idempotency import once
from promptyflow_server.shared.ids import new_id
from promptyflow_server.templates.repository import TemplateRepository
from promptyflow_server.templates.schemas import (
    AddedTemplate,
    AddedTemplates,
    TemplateBase,
    TemplateOut,
    TemplatePage,
    TemplateSummary,
    TemplateUse,
    TemplateVersionOut,
    TemplateVersionPage,
    TemplateVersionSummary,
)
from promptyflow_server.templates.snippets import on_one_line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncConnection

    from promptyflow_lab.domain import Limits
    from promptyflow_server.http.call import Call, User
    from promptyflow_server.storage.database import Database
    from promptyflow_server.templates.schemas import (
        CreateTemplate,
        ListTemplatesQuery,
        ListTemplateVersionsQuery,
        Sort,
        UpdateTemplate,
    )

_PLACES: Final[dict[Sort, tuple[Callable[[str], Any], ...]]] = {
    "updated": (datetime.fromisoformat, UUID),
    "used": (datetime.fromisoformat, datetime.fromisoformat, UUID),
    "name": (str, UUID),
}


class TemplateService:
    """The template library of each person.

    Parameters
    ----------
    database
        Where the templates are.
    limits
        How large they may become.
    changed
        Called with the owner after a change, for what was remembered of their templates.
    """

    def __init__(self, database: Database, limits: Limits, changed: Callable[[UUID], None]) -> None:
        self._database = database
        self._limits = limits
        self._changed = changed

    async def page(self, user: User, query: ListTemplatesQuery) -> TemplatePage:
        """Return a part of the library."""
        behind = query.cursor and cursors.decode(query.cursor, *_PLACES[query.sort])
        async with self._database.read(may_be_late=True) as connection:
            repository = TemplateRepository(connection, user.id)
            rows = await repository.page(query.sort, query.limit + 1, behind or None)
        items = [
            TemplateSummary(**told(row), excerpt=on_one_line(row.excerpt))
            for row in rows[: query.limit]
        ]
        cursor = None
        if len(rows) > query.limit:
            last = rows[query.limit - 1]._mapping  # noqa: SLF001 - SQLAlchemy's public name
            places = range(len(_PLACES[query.sort]))
            cursor = cursors.encode(*(last[f"place_{number}"] for number in places))
        return TemplatePage(items=items, next_cursor=cursor)

    async def get(self, user: User, template_id: UUID) -> Reply[TemplateOut]:
        """Return a template.

        Raises
        ------
        NotFound
            There is no such template, or it is somebody else's.
        """
        async with self._database.read(may_be_late=True) as connection:
            return _reply(await _find(TemplateRepository(connection, user.id), template_id))

    async def create(self, call: Call, body: CreateTemplate) -> Reply[TemplateOut]:
        """Add a template."""
        name = check_title(body.name, "name")
        check_template_size(body.content, self._limits)

        async def write(connection: AsyncConnection) -> Reply[TemplateOut]:
            repository = TemplateRepository(connection, call.user.id)
            template_id = new_id()
            await repository.add(template_id, name, body.content)
            await announce(connection, call.user.id, "template", template_id, 1)
            made = _reply(await _find(repository, template_id))
            return replace(made, status=201, location=f"/api/templates/{template_id}")

        return await self._write(call, write)

    async def add_all(self, call: Call, wanted: Sequence[tuple[str, str]]) -> Reply[AddedTemplates]:
        """Add templates by name and content, all or none; the rules for each have been checked."""

        async def write() -> Reply[AddedTemplates]:
            repository = TemplateRepository(connection, call.user.id)
            added: list[AddedTemplate] = []
            for name, content in wanted:
                template_id = new_id()
                await repository.add(template_id, name, content)
                await announce(connection, call.user.id, "template", template_id, 1)
                added.append(AddedTemplate(id=template_id, name=name, chars=len(content)))
            location = f"/api/templates/{added[0].id}" if len(added) == 1 else "/api/templates"
            return Reply(AddedTemplates(items=added), 201, location)

        async with self._database.transaction() as connection:
            reply = await once(connection, call.user.id, call.idempotency, AddedTemplates, write)
        self._changed(call.user.id)
        return reply

    async def update(
        self, call: Call, template_id: UUID, body: UpdateTemplate
    ) -> Reply[TemplateOut]:
        """Change a template; what is as it was makes no version.

        Raises
        ------
        NotFound
            There is no such template, or it is somebody else's.
        Conflict
            The version in ``If-Match`` is not the current one.
        """
        name = None if body.name is None else check_title(body.name, "name")
        if body.content is not None:
            check_template_size(body.content, self._limits)

        async def write(connection: AsyncConnection) -> Reply[TemplateOut]:
            repository = TemplateRepository(connection, call.user.id)
            before = await _lock(repository, call, template_id)
            return await _save(connection, call, before, name, body.content)

        return await self._write(call, write)

    async def restore(self, call: Call, template_id: UUID, version: int) -> Reply[TemplateOut]:
        """Make an old version the newest again; those in between stay.

        Raises
        ------
        NotFound
            There is no such template or no such version of it.
        Conflict
            The version in ``If-Match`` is not the current one.
        """

        async def write(connection: AsyncConnection) -> Reply[TemplateOut]:
            repository = TemplateRepository(connection, call.user.id)
            before = await _lock(repository, call, template_id)
            old = await repository.version(template_id, version)
            if old is None:
                raise NotFound
            return await _save(connection, call, before, old.name, old.content)

        return await self._write(call, write)

    async def delete(self, call: Call, template_id: UUID) -> None:
        """Delete a template with its versions; prompts that were made from it keep their text.

        Raises
        ------
        NotFound
            There is no such template, or it is somebody else's.
        Conflict
            The version in ``If-Match`` is not the current one.
        """

        async def work(connection: AsyncConnection) -> None:
            async def delete() -> Reply[Nothing]:
                repository = TemplateRepository(connection, call.user.id)
                await _lock(repository, call, template_id)
                await repository.delete(template_id)
                await announce(connection, call.user.id, "templateDeleted", template_id)
                return Reply(Nothing(), 204)

            await once(connection, call.user.id, call.idempotency, Nothing, delete)

        await self._database.run(work)
        self._changed(call.user.id)

    async def use(self, call: Call, template_id: UUID) -> Reply[TemplateUse]:
        """Note that a template was used.

        Raises
        ------
        NotFound
            There is no such template, or it is somebody else's.
        """
        async with self._database.transaction() as connection:

            async def write() -> Reply[TemplateUse]:
                row = await TemplateRepository(connection, call.user.id).use(template_id)
                if row is None:
                    raise NotFound
                return Reply(TemplateUse(uses=row.uses, used_at=row.used_at))

            return await once(connection, call.user.id, call.idempotency, TemplateUse, write)

    async def versions(
        self, user: User, template_id: UUID, query: ListTemplateVersionsQuery
    ) -> TemplateVersionPage:
        """Return every saved version, the newest first, without contents.

        Raises
        ------
        NotFound
            There is no such template, or it is somebody else's.
        """
        below = cursors.decode(query.cursor, cursors.number)[0] if query.cursor else None
        async with self._database.read(may_be_late=True) as connection:
            repository = TemplateRepository(connection, user.id)
            rows = await repository.versions(template_id, query.limit + 1, below)
            if not rows:
                await _find(repository, template_id)
        items = [TemplateVersionSummary(**_version(row)) for row in rows[: query.limit]]
        more = len(rows) > query.limit
        return TemplateVersionPage(
            items=items, next_cursor=cursors.encode(items[-1].version) if more else None
        )

    async def version(self, user: User, template_id: UUID, version: int) -> TemplateVersionOut:
        """Return one version with its content.

        Raises
        ------
        NotFound
            There is no such template or no such version of it.
        """
        async with self._database.read(may_be_late=True) as connection:
            row = await TemplateRepository(connection, user.id).version(template_id, version)
        if row is None:
            raise NotFound
        return TemplateVersionOut(**_version(row), content=row.content)

    async def _write(
        self, call: Call, write: Callable[[AsyncConnection], Awaitable[Reply[TemplateOut]]]
    ) -> Reply[TemplateOut]:
        async with self._database.transaction() as connection:
            reply = await once(
                connection, call.user.id, call.idempotency, TemplateOut, lambda: write(connection)
            )
        self._changed(call.user.id)
        return reply


def told(row: Row[Any]) -> dict[str, Any]:
    """Return what every view of a template tells."""
    return {name: getattr(row, name) for name in TemplateBase.model_fields}


def _reply(row: Row[Any]) -> Reply[TemplateOut]:
    return Reply(TemplateOut(**told(row), content=row.content), version=row.version)


def _version(row: Row[Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in TemplateVersionSummary.model_fields}


async def _find(repository: TemplateRepository, template_id: UUID) -> Row[Any]:
    row = await repository.find(template_id)
    if row is None:
        raise NotFound
    return row


async def _lock(repository: TemplateRepository, call: Call, template_id: UUID) -> Row[Any]:
    """Return the template as it is, kept from other writers, if it is what the client has seen."""
    if not await repository.lock(template_id):
        raise NotFound
    row = await _find(repository, template_id)
    if call.if_match not in {None, row.version}:
        current = _reply(row).body.model_dump(mode="json")
        raise Conflict(version=row.version, template=current)
    return row


async def _save(
    connection: AsyncConnection,
    call: Call,
    before: Row[Any],
    name: str | None,
    content: str | None,
) -> Reply[TemplateOut]:
    name = before.name if name is None else name
    content = before.content if content is None else content
    if (name, content) == (before.name, before.content):
        return _reply(before)
    repository = TemplateRepository(connection, call.user.id)
    await repository.save(before.id, name, content)
    saved = await _find(repository, before.id)
    await announce(connection, call.user.id, "template", before.id, saved.version)
    return _reply(saved)
