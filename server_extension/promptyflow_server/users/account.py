"""Taking everything along, and leaving: the archive of an account, and its end."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote

from promptyflow_server.events.changes import announce_project
from promptyflow_server.http.models import Download
from promptyflow_server.projects.repository import ProjectRepository
from promptyflow_server.shared.errors import NotFound, ValidationError
from promptyflow_server.users.account_repository import AccountRepository
from promptyflow_server.users.archive import Archive, file_name

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
    from uuid import UUID

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncConnection

    from promptyflow_server.ai.spending import Spending
    from promptyflow_server.http.call import Call, User
    from promptyflow_server.projects.service import ProjectService
    from promptyflow_server.storage.database import Database
    from promptyflow_server.users.service import Users

    ReadT = TypeVar("ReadT")


class Accounts:
    """Everything that belongs to a person.

    Parameters
    ----------
    database, users, projects
        Where it is.
    spending
        Keeps what a month's budget needs of somebody who comes back.
    forgotten
        Called with the person when the account is gone, for what was remembered of it.
    """

    def __init__(
        self,
        database: Database,
        users: Users,
        projects: ProjectService,
        spending: Spending,
        forgotten: Iterable[Callable[[UUID], None]],
    ) -> None:
        self._database = database
        self._users = users
        self._projects = projects
        self._spending = spending
        self._forgotten = list(forgotten)

    async def export(self, user: User) -> Download:
        """Return a zip of everything that a person owns but keys, made while it is sent."""
        profile = await self._users.profile(user)
        told = profile.model_dump(mode="json", include=_PROFILE)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        about = {"format": "promptyflow-archive", "version": 1, "exportedAt": now, "user": told}
        chunks = self._archive(user, about)
        return Download(b"", "promptyflow.zip", "application/zip", chunks)

    async def delete(self, call: Call, confirmation: str | None) -> None:
        """Delete an account with all it owns.

        Parameters
        ----------
        confirmation
            The e-mail or the name of the account, as a header carries it.

        Raises
        ------
        ValidationError
            It is neither.
        """
        user = call.user

        async def work(connection: AsyncConnection) -> None:
            account = AccountRepository(connection, user.id)
            row = await account.lock()
            if row is None:
                raise NotFound
            if not _confirms(confirmation, row.name, row.email):
                raise ValidationError.at("Confirm-Delete", "confirmation")
            for project_id in await account.project_ids():
                await announce_project(connection, user.id, "projectDeleted", project_id)
                await ProjectRepository(connection, user.id).delete(project_id)
            await self._spending.keep(connection, user.id)
            await account.delete()

        await self._database.run(work)
        for forget in self._forgotten:
            forget(user.id)

    async def _archive(self, user: User, about: dict[str, Any]) -> AsyncIterator[bytes]:
        archive = Archive()
        yield archive.add_json("about.json", about)
        configs = await self._read(user, AccountRepository.configs)
        yield archive.add_json("model-configurations.json", [_told(row) for row in configs])
        providers = await self._read(user, AccountRepository.providers)
        yield archive.add_json("providers.json", [_told(row) for row in providers])
        async for part in self._project_files(user, archive):
            yield part
        async for part in self._template_files(user, archive):
            yield part
        for run_id in await self._read(user, AccountRepository.run_ids):
            run = await self._read(user, lambda account, own=run_id: account.run(own))  # type: ignore[misc]
            if run is not None:
                name = f"runs/{run.started_at:%Y-%m-%d %H-%M-%S} {file_name('', run.id, 'json')}"
                yield await asyncio.to_thread(archive.add_json, name, _told(run))
        yield archive.close()

    async def _project_files(self, user: User, archive: Archive) -> AsyncIterator[bytes]:
        for project_id in await self._read(user, AccountRepository.project_ids):
            try:
                file = await self._projects.export(user, project_id)
            except NotFound:
                continue  # deleted in the meantime
            name = file_name(file.filename.removesuffix(".json"), project_id, "json")
            yield await asyncio.to_thread(archive.add, f"projects/{name}", file.content)

    async def _template_files(self, user: User, archive: Archive) -> AsyncIterator[bytes]:
        rows = await self._read(user, AccountRepository.templates)
        yield archive.add_json("templates.json", [_told(row) for row in rows])
        for row in rows:
            for version in range(row.version, 0, -1):
                text = await self._read(
                    user,
                    lambda account, own=row.id, n=version: account.template_text(own, n),  # type: ignore[misc]
                )
                if text is None:
                    continue
                name = file_name(row.name, row.id, "md")
                is_newest = version == row.version
                path = f"templates/{name}" if is_newest else f"template-versions/{version} {name}"
                yield await asyncio.to_thread(archive.add, path, text)

    async def _read(
        self, user: User, ask: Callable[[AccountRepository], Awaitable[ReadT]]
    ) -> ReadT:
        """Ask with a connection of its own: none is held while a slow client reads."""
        async with self._database.read() as connection:
            return await ask(AccountRepository(connection, user.id))


_PROFILE = {"id", "name", "email", "language", "theme"}


def _confirms(confirmation: str | None, name: str, email: str | None) -> bool:
    """Whether a header holds the name or the e-mail, as it is, in UTF-8 or percent-encoded."""
    if not confirmation:
        return False
    given = {confirmation.strip(), unquote(confirmation).strip()}
    with suppress(UnicodeError):
        given.add(confirmation.encode("latin-1").decode().strip())
    wanted = {name.strip(), email and email.strip()}
    return bool({text.casefold() for text in given if text} & {w.casefold() for w in wanted if w})


def _told(row: Row[Any]) -> dict[str, Any]:
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
