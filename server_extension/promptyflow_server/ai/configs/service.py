"""The rules of model configurations: a model with parameters under a name; one is the default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from promptyflow_server.ai.configs.repository import AT_MOST, ConfigRepository
from promptyflow_server.audit.deeds import made
from promptyflow_server.shared.errors import NotFound, PayloadTooLarge, ValidationError
from promptyflow_server.shared.ids import new_id

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncConnection

    from promptyflow_server.ai.configs.schemas import CreateConfig, UpdateConfig
    from promptyflow_server.ai.policy import Policy
    from promptyflow_server.http.call import User
    from promptyflow_server.providers.registry import Providers
    from promptyflow_server.storage.database import Database


class Configs:
    """Rules of model configurations."""

    def __init__(self, database: Database, providers: Providers, policy: Policy) -> None:
        self._database = database
        self._providers = providers
        self._policy = policy

    async def all(self, user: User) -> list[Row[Any]]:
        """Return a person's configurations."""
        async with self._database.read() as connection:
            return await ConfigRepository(connection, user.id).all()

    async def create(self, user: User, wanted: CreateConfig) -> Row[Any]:
        """Make one; a new default takes the place of the old one.

        Raises
        ------
        Forbidden
            The operator does not allow this provider or model.
        """
        self._policy.check(self._providers.get(wanted.provider), wanted.model)
        values = _values(wanted)

        async def write(connection: AsyncConnection) -> Row[Any]:
            repository = ConfigRepository(connection, user.id)
            count = len(await repository.all())
            if count >= AT_MOST:
                raise PayloadTooLarge(what="configs", limit=AT_MOST, actual=count + 1)
            if wanted.is_default:
                await repository.no_default()
            row = await repository.add({"id": new_id(), **values})
            made(row.id)
            return row

        return await self._database.run(write)

    async def change(self, user: User, config_id: UUID, wanted: UpdateConfig) -> Row[Any]:
        """Change what was given.

        Raises
        ------
        NotFound
            There is none of that id, or it is somebody else's.
        """
        for name in wanted.model_fields_set:
            if getattr(wanted, name) is None:
                raise ValidationError.at(name, "type")
        if wanted.provider is not None:
            self._policy.check(self._providers.get(wanted.provider), wanted.model)
        values = _values(wanted)

        async def write(connection: AsyncConnection) -> Row[Any]:
            repository = ConfigRepository(connection, user.id)
            if wanted.is_default:
                await repository.no_default()
            row = await repository.change(config_id, values)
            if row is None:
                raise NotFound
            return row

        return await self._database.run(write)

    async def remove(self, user: User, config_id: UUID) -> None:
        """Delete one.

        Raises
        ------
        NotFound
            There is none of that id, or it is somebody else's.
        """
        async with self._database.transaction() as connection:
            if not await ConfigRepository(connection, user.id).remove(config_id):
                raise NotFound


def _values(wanted: CreateConfig | UpdateConfig) -> dict[str, Any]:
    names = ("name", "provider", "model", "is_default")
    values = {name: getattr(wanted, name) for name in names if getattr(wanted, name) is not None}
    if wanted.parameters is not None:
        values["parameters"] = wanted.parameters.model_dump(by_alias=True, exclude_none=True)
    if "name" in values:
        values["name"] = values["name"].strip()
        if not values["name"]:
            raise ValidationError.at("name", "title")
    return values
