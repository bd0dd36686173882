"""SQL of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, literal, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.dialects.postgresql import insert as upsert

from promptyflow_server.storage.tables import run_events, runs, spending, spending_before

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

_PREVIEW = 200
_SUMMARY = (
    runs.c.id,
    runs.c.project_id,
    runs.c.prompt_id,
    runs.c.prompt_title,
    runs.c.status,
    runs.c.provider,
    runs.c.model,
    runs.c.request,
    runs.c.sha256,
    runs.c.usage,
    runs.c.cost,
    runs.c.cost_source,
    runs.c.finish_reason,
    runs.c.provider_request_id,
    runs.c.error,
    runs.c.started_at,
    runs.c.first_output_at,
    runs.c.finished_at,
)


class RunRepository:
    """Works in an open transaction, for one owner."""

    def __init__(self, connection: AsyncConnection, owner_id: UUID) -> None:
        self._connection = connection
        self._owner_id = owner_id
        self._mine = runs.c.owner_id == owner_id

    async def find(self, run_id: UUID) -> Row[Any] | None:
        """Return a run with its texts."""
        statement = select(runs).where(self._mine, runs.c.id == run_id)
        return (await self._connection.execute(statement)).first()

    async def status(self, run_id: UUID) -> str | None:
        """Return how a run stands."""
        statement = select(runs.c.status).where(self._mine, runs.c.id == run_id)
        status: str | None = (await self._connection.execute(statement)).scalar()
        return status

    async def page(
        self,
        filters: dict[str, Any],
        before: tuple[datetime, UUID] | None,
        limit: int,
        words: str | None = None,
    ) -> list[Row[Any]]:
        """Return runs without their texts, newest first.

        Parameters
        ----------
        words
            What must occur in what was sent, in the answer, or in the name of prompt or model.
        """
        wanted: list[ColumnElement[bool]] = [self._mine]
        wanted += [_holds(word) for word in _rarest_first(words or "")]
        wanted += [runs.c[column] == value for column, value in filters.items()]
        if before is not None:
            wanted.append(tuple_(runs.c.started_at, runs.c.id) < tuple_(*before))
        preview = func.left(runs.c.response, _PREVIEW).label("preview")
        statement: Select[Any] = (
            select(*_SUMMARY, preview)
            .where(and_(*wanted))
            .order_by(runs.c.started_at.desc(), runs.c.id.desc())
            .limit(limit)
        )
        return [*(await self._connection.execute(statement)).all()]

    async def events(self, run_id: UUID, after: int = -1) -> list[Row[Any]]:
        """Return the pieces kept of a run, from a place on."""
        statement: Select[Any] = (
            select(run_events.c.seq, run_events.c.kind, run_events.c.data)
            .where(run_events.c.owner_id == self._owner_id, run_events.c.run_id == run_id)
            .where(run_events.c.seq > after)
            .order_by(run_events.c.seq)
        )
        return [*(await self._connection.execute(statement)).all()]

    async def cancel(self, run_id: UUID) -> bool:
        """Mark a run as cancelled, for the server that it runs in to see; return whether it ran."""
        statement = (
            update(runs)
            .where(self._mine, runs.c.id == run_id, runs.c.status == "running")
            .values(status="cancelled", finished_at=func.now())
            .returning(runs.c.id)
        )
        return (await self._connection.execute(statement)).first() is not None

    async def remove(self, run_id: UUID) -> bool:
        """Delete a run; return whether there was one."""
        statement = delete(runs).where(self._mine, runs.c.id == run_id).returning(runs.c.id)
        return (await self._connection.execute(statement)).first() is not None


def _rarest_first(words: str) -> list[str]:
    """Return each word once, long ones first: they are rare, and spare the search for the others.

    >>> _rarest_first("a b кот a")
    ['кот', 'a', 'b']
    """
    return sorted(dict.fromkeys(words.split()), key=len, reverse=True)


def _holds(word: str) -> ColumnElement[bool]:
    content = func.jsonb_array_elements(runs.c.messages).table_valued("value")
    sent = (
        select(literal(1))
        .select_from(content)
        .where(content.c.value.op("->>")("content").icontains(word, autoescape=True))
        .exists()
    )
    texts = (runs.c.response, runs.c.reasoning, runs.c.prompt_title, runs.c.model)
    return or_(*(text.icontains(word, autoescape=True) for text in texts), sent)


class InstanceRepository:
    """What one server process does for the runs in it, whoever owns them."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def wanted(self, keys: Sequence[tuple[UUID, UUID]]) -> set[UUID]:
        """Return which of these runs (owner, id) nobody has cancelled or deleted.

        One that another process took for dead, while our connection was gone, is brought back.
        None of them can end before this transaction does.
        """
        those = tuple_(runs.c.owner_id, runs.c.id).in_(keys)
        statement = select(runs.c.id, runs.c.status).where(those)
        rows = await self._connection.execute(statement.with_for_update(read=True))
        status = {row.id: row.status for row in rows}
        if "interrupted" in status.values():
            await self._connection.execute(
                update(runs)
                .where(those, runs.c.status == "interrupted")
                .values(status="running", error=None, finished_at=None)
            )
        return {run_id for run_id, stands in status.items() if stands != "cancelled"}

    async def keep(self, pieces: Sequence[dict[str, Any]]) -> None:
        """Write pieces of runs; one that is there already is left as it is."""
        await self._connection.execute(upsert(run_events).on_conflict_do_nothing(), pieces)

    async def instances(self) -> list[UUID]:
        """Return the server processes that runs stand as running in."""
        # nosemgrep: statement-without-owner - of processes, not of people
        statement = select(runs.c.instance_id).where(runs.c.status == "running").distinct()
        return list((await self._connection.execute(statement)).scalars())

    async def remove_old(self, before: datetime, at_most: int) -> int:
        """Delete runs that ended before a moment, whoever owns them; return how many."""
        old = (
            select(runs.c.owner_id, runs.c.id)
            .where(runs.c.status != "running", runs.c.finished_at < before)
            .limit(at_most)
        )
        statement = delete(runs).where(tuple_(runs.c.owner_id, runs.c.id).in_(old))
        return len((await self._connection.execute(statement.returning(runs.c.id))).all())

    async def forget_spending(self, before: datetime) -> None:
        """Delete what was entered before a moment."""
        # nosemgrep: statement-without-owner - everybody's alike, by age
        await self._connection.execute(delete(spending).where(spending.c.at < before))

    async def forget_gone(self, before: datetime) -> None:
        """Delete what stayed of those who left before a moment."""
        old = spending_before.c.at < before
        # nosemgrep: statement-without-owner - everybody's alike, by age
        await self._connection.execute(delete(spending_before).where(old))

    async def lock(self, key: int) -> None:
        """Hold a lock until the transaction ends, as the sign that this process lives."""
        await self._connection.execute(select(func.pg_advisory_xact_lock(key)))

    async def try_lock(self, key: int) -> bool:
        """Return whether nobody holds a lock."""
        statement = select(func.pg_try_advisory_xact_lock(key))
        return bool((await self._connection.execute(statement)).scalar_one())

    async def interrupt(self, instance_id: UUID, error: dict[str, Any]) -> list[tuple[UUID, UUID]]:
        """Mark the runs of a dead process as interrupted, with what had come.

        Return whose they are, and their ids.
        """

        def told(kind: str) -> Any:  # noqa: ANN401 - a scalar subquery
            in_order = aggregate_order_by(literal(""), run_events.c.seq)
            return (
                select(func.string_agg(run_events.c.data["text"].astext, in_order))
                .where(run_events.c.owner_id == runs.c.owner_id, run_events.c.run_id == runs.c.id)
                .where(run_events.c.kind == kind)
                .correlate(runs)
                .scalar_subquery()
            )

        statement = (
            update(runs)
            .where(runs.c.instance_id == instance_id, runs.c.status == "running")
            .values(
                status="interrupted",
                error=error,
                response=told("delta"),
                reasoning=told("reasoning"),
                finished_at=func.now(),
            )
            .returning(runs.c.owner_id, runs.c.id)
        )
        return [(row.owner_id, row.id) for row in await self._connection.execute(statement)]
