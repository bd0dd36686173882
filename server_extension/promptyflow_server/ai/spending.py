"""What was spent in a month, and what is left: a run is entered before it begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import case, func, select

from promptyflow_server.shared.errors import CostLimit
from promptyflow_server.storage.tables import identities, spending, users

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from promptyflow_server.ai.policy import Budget, Policy
    from promptyflow_server.http.call import User

_DIGITS: Final = 6


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
    """The ledger: it stays when runs are deleted, and holds no text."""

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
        since = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        sums: list[Any] = [
            func.coalesce(func.sum(spending.c.cost), 0),
            func.coalesce(func.sum(spending.c.tokens), 0),
        ]
        statement = select(*sums).where(spending.c.owner_id == user.id, spending.c.at >= since)
        if not self._policy.budget.own_keys:
            statement = statement.where(spending.c.admin_key)
        dollars, tokens = (await connection.execute(statement)).one()
        return Spent(float(dollars), int(tokens), since)

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
