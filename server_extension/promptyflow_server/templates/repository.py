"""SQL of templates, their versions and their use."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, delete, func, insert, literal_column, select, tuple_, update
from sqlalchemy.dialects import postgresql

from promptyflow_server.storage.tables import prompts, template_usage, template_versions, templates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from promptyflow_server.templates.schemas import Sort

NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for the time of use of what was never used, in orders and cursors."""

EXCERPT: Final = 240

_T, _U, _V = templates.c, template_usage.c, template_versions.c
_USED_AT: Final = func.coalesce(_U.used_at, NEVER)
_FOLDED: Final = func.translate(func.lower(_T.name), "ё", "е")

SUMMARY: Final = (
    _T.id,
    _T.name,
    _T.version,
    _T.chars,
    func.coalesce(_U.uses, 0).label("uses"),
    _U.used_at,
    _T.created_at,
    _T.updated_at,
)
_VERSION: Final = (_V.version, _V.name, _V.chars, _V.created_at)
WITH_USE: Final = templates.outerjoin(
    template_usage, and_(_U.owner_id == _T.owner_id, _U.template_id == _T.id)
)

# What a list is ordered by, and whether the largest comes first.
_ORDERS: Final[dict[Sort, tuple[Sequence[ColumnElement[Any]], bool]]] = {
    "updated": ((_T.updated_at, _T.id), True),
    "used": ((_USED_AT, _T.updated_at, _T.id), True),
    "name": ((_FOLDED, _T.id), False),
}


class TemplateRepository:
    """The templates of one owner."""

    def __init__(self, connection: AsyncConnection, owner_id: UUID) -> None:
        self._connection = connection
        self._owner_id = owner_id

    async def page(
        self, sort: Sort, limit: int, behind: tuple[Any, ...] | None
    ) -> Sequence[Row[Any]]:
        """Return templates in order, from behind the given place on; `place` is theirs."""
        order, largest_first = _ORDERS[sort]
        query = select(
            *SUMMARY,
            func.left(_T.content, EXCERPT).label("excerpt"),
            *(column.label(f"place_{number}") for number, column in enumerate(order)),
        )
        query = query.select_from(WITH_USE).where(_T.owner_id == self._owner_id)
        if behind is not None:
            place, given = tuple_(*order), tuple_(*behind)
            query = query.where(place < given if largest_first else place > given)
        query = query.order_by(*(c.desc() if largest_first else c.asc() for c in order))
        return (await self._connection.execute(query.limit(limit))).all()

    async def find(self, template_id: UUID) -> Row[Any] | None:
        """Return a template with its content."""
        columns = (*SUMMARY, _T.content)
        query: Select[Any] = select(*columns).select_from(WITH_USE).where(self._is(template_id))
        return await self._first(query)

    async def lock(self, template_id: UUID) -> bool:
        """Keep other writers out until the transaction ends; return whether it is there."""
        query = select(_T.id).where(self._is(template_id)).with_for_update()
        return (await self._connection.execute(query)).first() is not None

    async def add(self, template_id: UUID, name: str, content: str) -> None:
        """Add a template, whose first version it is."""
        values = {"owner_id": self._owner_id, "id": template_id, "name": name, "content": content}
        await self._connection.execute(insert(templates).values(values))
        await self._keep(template_id)

    async def save(self, template_id: UUID, name: str, content: str) -> None:
        """Give a template another name and content, and so another version."""
        changed = (
            update(templates)
            .where(self._is(template_id))
            .values(name=name, content=content, version=_T.version + 1, updated_at=func.now())
        )
        await self._connection.execute(changed)
        await self._keep(template_id)

    async def delete(self, template_id: UUID) -> None:
        """Delete a template, its versions and the trace of its use; prompts forget it."""
        await self._connection.execute(delete(templates).where(self._is(template_id)))
        made_from = and_(prompts.c.owner_id == self._owner_id, prompts.c.template_id == template_id)
        await self._connection.execute(update(prompts).where(made_from).values(template_id=None))

    async def versions(
        self, template_id: UUID, limit: int, below: int | None
    ) -> Sequence[Row[Any]]:
        """Return versions without their content, the newest first."""
        query: Select[Any] = select(*_VERSION)
        query = query.where(_V.owner_id == self._owner_id, _V.template_id == template_id)
        if below is not None:
            query = query.where(_V.version < below)
        query = query.order_by(_V.version.desc()).limit(limit)
        rows: Sequence[Row[Any]] = (await self._connection.execute(query)).all()
        return rows

    async def version(self, template_id: UUID, version: int) -> Row[Any] | None:
        """Return a version with its content."""
        query: Select[Any] = select(*_VERSION, _V.content).where(
            _V.owner_id == self._owner_id, _V.template_id == template_id, _V.version == version
        )
        return await self._first(query)

    async def use(self, template_id: UUID) -> Row[Any] | None:
        """Count one more use, and return how many there are; None for no such template."""
        one = select(_T.owner_id, _T.id, literal_column("1"), func.now())
        counted = (
            postgresql.insert(template_usage)
            .from_select(["owner_id", "template_id", "uses", "used_at"], self._of(one, template_id))
            .on_conflict_do_update(
                index_elements=[_U.owner_id, _U.template_id],
                set_={"uses": _U.uses + 1, "used_at": func.now()},
            )
            .returning(_U.uses, _U.used_at)
        )
        return (await self._connection.execute(counted)).first()

    async def _first(self, query: Select[Any]) -> Row[Any] | None:
        row: Row[Any] | None = (await self._connection.execute(query)).first()
        return row

    async def _keep(self, template_id: UUID) -> None:
        """Add the template as it is now to its versions."""
        names = ["owner_id", "template_id", "version", "name", "content", "created_at"]
        now = select(_T.owner_id, _T.id, _T.version, _T.name, _T.content, _T.updated_at)
        kept = insert(template_versions).from_select(names, self._of(now, template_id))
        await self._connection.execute(kept)

    def _of(self, query: Select[Any], template_id: UUID) -> Select[Any]:
        return query.where(self._is(template_id))

    def _is(self, template_id: UUID) -> ColumnElement[bool]:
        return and_(_T.owner_id == self._owner_id, _T.id == template_id)
