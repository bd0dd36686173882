"""A person's own profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptyflow_server.shared.errors import NotFound, ValidationError
from promptyflow_server.users.repository import UserRepository
from promptyflow_server.users.schemas import UserLimits, UserProfile, UserUse

if TYPE_CHECKING:
    from promptyflow_lab.domain import Limits
    from promptyflow_server.http.call import User
    from promptyflow_server.storage.database import Database
    from promptyflow_server.users.schemas import UpdateUser


class Users:
    """Reads and changes profiles.

    Parameters
    ----------
    database
        Where they are.
    limits
        Told with each profile.
    """

    def __init__(self, database: Database, limits: Limits) -> None:
        self._database = database
        self._limits = limits

    async def profile(self, user: User) -> UserProfile:
        """Return the person's profile."""
        async with self._database.read() as connection:
            repository = UserRepository(connection, user.id)
            row = await repository.find()
            used = await repository.used()
        if row is None:
            raise NotFound
        limits = self._limits
        return UserProfile(
            id=row.id,
            name=row.name,
            email=row.email,
            picture=row.picture,
            language=row.language,
            theme=row.theme,
            identified_by=user.identified_by,
            can_share=user.issuer != "local",
            groups=sorted(user.groups),
            limits=UserLimits(
                project_chars=limits.project,
                block_chars=limits.block,
                template_chars=limits.template,
                prompt_chars=limits.prompt,
                projects=limits.projects,
            ),
            used=UserUse(
                projects=used.projects,
                chars=used.chars,
                largest_project_chars=used.largest_project_chars,
                templates=used.templates,
                runs=used.runs,
            ),
        )

    async def change(self, user: User, wanted: UpdateUser) -> UserProfile:
        """Change what was given; ``language: null`` follows the browser again."""
        values = {name: getattr(wanted, name) for name in wanted.model_fields_set}
        for name in ("name", "theme"):
            if name in values and values[name] is None:
                raise ValidationError.at(name, "type")
        if "name" in values:
            values["name"] = values["name"].strip()
            if not values["name"]:
                raise ValidationError.at("name", "title")
        if values:
            async with self._database.transaction() as connection:
                await UserRepository(connection, user.id).change(values)
        return await self.profile(user)
