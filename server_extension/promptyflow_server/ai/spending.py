"""What was spent in a month, and what is left: a run is entered before it begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy import case, func, insert, literal_column, select, true, union_all

from promptyflow_server.shared.errors import CostLimit
from promptyflow_server.storage.tables import identities, spending, spending_before, users

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.ext.asyncio import AsyncConnection

    from promptyflow_server.ai.policy import Budget, Policy
    from promptyflow_server.http.call import User

_DIGITS: Final = 6
_IDENTITY: Final = func.sha256(
    func.convert_to(
        func.concat_ws(
            literal_column(r"E'\n'"),
            *(identities.c.issuer, identities.c.subject, identities.c.hub_created),
        ),
        literal_column("'UTF8'"),
    )
)


@dataclass(frozen=True, slots=True)
class Spent:
    """What a person has spent in this month."""

    dollars: float
    tokens: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Expected:
    """What a run will at least use, as far as that can be told before."""

    dollars: float = 0.0
    tokens: int = 0
    admin_key: bool = False


class Spending:
    """The ledger: it stays when runs or the account are deleted, and holds no text."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    async def budget(self, connection: AsyncConnection, user: User) -> Budget:
        """Return a person's budget; the operator names people as their sign-in does.

        What people call themselves does not count. At a Hub it is the Hub that gives names.
        """
        if not self._policy.budget.users:
            return self._policy.budget
        at_hub = identities.c.issuer.startswith("hub:")
        columns = (identities.c.subject, case((at_hub, identities.c.name)), users.c.email)
        statement = select(*columns, func.lower(users.c.email))
        mine = statement.join(users, users.c.id == identities.c.user_id).where(
            users.c.id == user.id
        )
        rows = await connection.execute(mine)
        return self._policy.budget_of([name for row in rows for name in row if name])

    def counts(self, *, admin_key: bool) -> bool:
        """Whether what is sent with such a key counts."""
        return admin_key or self._policy.budget.own_keys

    async def spent(self, connection: AsyncConnection, user: User) -> Spent:
        """Return what was spent since the month began, of what counts."""
        since = _month()
        me = select(_IDENTITY).where(identities.c.user_id == user.id)
        parts = (
            (spending, spending.c.owner_id == user.id),
            (spending_before, spending_before.c.identity.in_(me)),
        )
        rows = union_all(
            *(
                select(table.c.cost, table.c.tokens)
                .where(mine, table.c.at >= since)
                .where(table.c.admin_key if not self._policy.budget.own_keys else true())
                for table, mine in parts
            )
        ).subquery()
        sums = (func.coalesce(func.sum(column), 0) for column in (rows.c.cost, rows.c.tokens))
        dollars, tokens = (await connection.execute(select(*sums))).one()
        return Spent(float(dollars), int(tokens), since)

    async def keep(self, connection: AsyncConnection, user_id: UUID) -> None:
        """Note what somebody who leaves has spent in this month, should they come back in it."""
        if not (self._policy.budget.is_limit or self._policy.budget.users):
            return
        sums = (func.sum(spending.c.cost), func.sum(spending.c.tokens))
        spent = (
            select(_IDENTITY, spending.c.admin_key, *sums)
            .join(identities, identities.c.user_id == spending.c.owner_id)
            .where(spending.c.owner_id == user_id, spending.c.at >= _month())
            .group_by(_IDENTITY, spending.c.admin_key)
        )
        names = ["identity", "admin_key", "cost", "tokens"]
        await connection.execute(insert(spending_before).from_select(names, spent))

    async def check(self, connection: AsyncConnection, user: User, expected: Expected) -> None:
        """Refuse a run that is about to begin, where the budget does not allow it.

        Raises
        ------
        CostLimit
            The budget of this month is used up, or would be.
        """
        budget = await self.budget(connection, user)
        if budget.is_limit and self.counts(admin_key=expected.admin_key):
            # Of several runs that begin at once, each sees what the others will use.
            await connection.execute(
                select(users.c.id).where(users.c.id == user.id).with_for_update(key_share=True)
            )
            spent = await self.spent(connection, user)
            _check("budget", budget.dollars_per_month, spent.dollars, expected.dollars)
            _check("budget_tokens", budget.tokens_per_month, spent.tokens, expected.tokens)


def _month() -> datetime:
    return datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _check(
    kind: Literal["budget", "budget_tokens"],
    limit: float | None,
    used: float,
    expected: float,
) -> None:
    if limit is None or (used < limit and used + expected <= limit):
        return
    told = {"used": used, "estimate": expected, "limit": limit}
    if kind == "budget":
        told = {name: round(value, _DIGITS) for name, value in told.items()}
    raise CostLimit(kind=kind, **told)
