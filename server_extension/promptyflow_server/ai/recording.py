"""SQL of a run's beginning and of its end: one statement each, with all that belongs to it.

What a run costs this server is, above all, questions to the database. So the run, its entry in the
ledger and the news of it are one question; and statements are put together once, not for each run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    BigInteger,
    Numeric,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    update,
)

from promptyflow_server.events.changes import CHANNEL
from promptyflow_server.storage.tables import run_events, runs, spending

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from sqlalchemy import Table
    from sqlalchemy.ext.asyncio import AsyncConnection

_OWNER: Final = bindparam("owner", type_=runs.c.owner_id.type)
_RUN: Final = bindparam("run", type_=runs.c.id.type)
_COST: Final = bindparam("used_cost", type_=Numeric())
_TOKENS: Final = bindparam("used_tokens", type_=BigInteger())
_NEWS: Final = func.pg_notify(CHANNEL, bindparam("news"))

_ORDERED: Final = (
    *("project_id", "prompt_id", "prompt_title", "status", "provider", "model", "request"),
    *("messages", "sha256", "instance_id", "started_at"),
)
_ENDED: Final = (
    *("status", "response", "reasoning", "usage", "cost", "cost_source", "finish_reason"),
    *("provider_request_id", "error", "first_output_at", "finished_at"),
)


def _given(table: Table, names: Sequence[str]) -> dict[str, Any]:
    """Return parameters for columns, of their types; `_named` gives them their values.

    No parameter is named as a column is: SQLAlchemy would write it to that column, too.
    """
    return {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}


def _named(values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"new_{name}": value for name, value in values.items()}


_ENTERED: Final = (
    insert(spending)
    .values(
        owner_id=_OWNER,
        run_id=_RUN,
        **_given(runs, ("provider", "model")),
        admin_key=bindparam("used_admin_key", type_=spending.c.admin_key.type),
        cost=_COST,
        tokens=_TOKENS,
    )
    .cte("entered")
)
_ADDED: Final = insert(runs).values(owner_id=_OWNER, id=_RUN, **_given(runs, _ORDERED)).cte("added")
_BEGIN: Final = select(_NEWS).add_cte(_ENTERED, _ADDED)

_SETTLED: Final = (
    update(spending)
    .where(spending.c.owner_id == _OWNER, spending.c.run_id == _RUN)
    .values(
        # Where it is not known, what was expected stays.
        cost=func.coalesce(_COST, spending.c.cost),
        tokens=case(
            (_COST.is_(None), func.greatest(spending.c.tokens, _TOKENS)),
            else_=_TOKENS,
        ),
    )
    .cte("settled")
)
_FORGET: Final = delete(run_events).where(
    run_events.c.owner_id == _OWNER, run_events.c.run_id == _RUN
)
_FINISHED: Final = (
    update(runs)
    .where(and_(runs.c.owner_id == _OWNER, runs.c.id == _RUN))
    .values(_given(runs, _ENDED))
    .returning(runs.c.id)
    .cte("finished")
)
_END: Final = select(_NEWS).select_from(_FINISHED).add_cte(_SETTLED)


async def begin(  # noqa: PLR0913 - what a beginning is made of
    connection: AsyncConnection,
    owner_id: UUID,
    run_id: UUID,
    values: Mapping[str, Any],
    news: str,
    *,
    admin_key: bool,
    cost: float,
    tokens: int,
) -> None:
    """Write a run that begins, and enter what it will at least use.

    Parameters
    ----------
    values
        Of the columns of its row.
    news
        As of `news_of`.
    admin_key, cost, tokens
        Of the ledger.
    """
    entry = {"used_admin_key": admin_key, "used_cost": cost, "used_tokens": tokens}
    told = {"owner": owner_id, "run": run_id, "news": news}
    await connection.execute(_BEGIN, {**told, **entry, **_named(values)})


async def end(  # noqa: PLR0913, PLR0917 - what an end is made of
    connection: AsyncConnection,
    owner_id: UUID,
    run_id: UUID,
    values: Mapping[str, Any],
    layout: Sequence[tuple[str, int]],
    news: str,
    *,
    cost: float | None,
    tokens: int,
    has_pieces: bool,
) -> None:
    """Write how a run ended and what it has used; of one that was deleted, only the latter.

    Its pieces give way to the whole texts.

    Parameters
    ----------
    values, news, cost, tokens
        As of `begin`; where the cost is not known, what was expected stays.
    layout
        Kinds and lengths of its pieces, where they did not come in the usual order.
    has_pieces
        Whether pieces of it may have been written while it ran.
    """
    told = {"owner": owner_id, "run": run_id, "news": news}
    used = {"used_cost": cost, "used_tokens": tokens}
    written = await connection.execute(_END, {**told, **used, **_named(values)})
    is_there = written.first() is not None
    if has_pieces:
        # A statement of its own: it sees what was being written when the first one had to wait.
        await connection.execute(_FORGET, {"owner": owner_id, "run": run_id})
    if layout and is_there:
        address = {"owner_id": owner_id, "run_id": run_id}
        await connection.execute(
            insert(run_events),
            [
                {**address, "seq": seq, "kind": kind, "data": {"chars": chars}}
                for seq, (kind, chars) in enumerate(layout)
            ],
        )
