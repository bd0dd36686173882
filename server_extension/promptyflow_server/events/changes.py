"""Announcing a change: in the transaction that makes it, so that it is told if and only if it is.

Only ids travel: a notification is seen by every process that listens, and is small.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import UUID

from sqlalchemy import bindparam, func, select

from promptyflow_server.audit.deeds import made
from promptyflow_server.http.models import Event

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

OwnKind = Literal["template", "templateDeleted", "run", "runDeleted"]
ProjectKind = Literal["project", "projectDeleted", "access"]

CHANNEL: Final = "promptyflow"
ANNOUNCE: Final = select(func.pg_notify(CHANNEL, bindparam("news")))
"""Tells the news of its parameter, once the open transaction is committed."""
_PAYLOAD: Final = re.compile(r"([0-9a-f-]{36}) ([A-Za-z]{1,30}) ([0-9a-f-]{36}) ?(\w{0,30})")


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to something that somebody sees.

    Parameters
    ----------
    audience
        Who sees it: the id of a person, or the one that stands for a group.
    kind
        Name of the event.
    id
        Of what was changed.
    state
        Its new version, of a run its status; None where it is gone.
    """

    audience: UUID
    kind: str
    id: UUID
    state: int | str | None = None

    def payload(self) -> str:
        """Return the change as one line."""
        return f"{self.audience} {self.news()}"

    def news(self) -> str:
        """Return what happened, as it is told to each who sees it."""
        return f"{self.kind} {self.id} {self.state or ''}".rstrip()

    def event(self, event_id: str) -> Event:
        """Return what those who see it are told."""
        data: dict[str, Any] = {"id": str(self.id)}
        if isinstance(self.state, int):
            data["version"] = self.state
        elif self.state is not None:
            data["status"] = self.state
        return Event(self.kind, data, event_id)


def change_of(payload: str) -> Change | None:
    """Return the change that a line tells; None for what is none, as of a newer version of ours."""
    match = _PAYLOAD.fullmatch(payload)
    if match is None:
        return None
    state = match[4]
    told = int(state) if state.isdecimal() else state or None
    try:
        return Change(UUID(match[1]), match[2], UUID(match[3]), told)
    except ValueError:
        return None


async def announce(
    connection: AsyncConnection,
    owner_id: UUID,
    kind: OwnKind,
    id: UUID,  # noqa: A002 - what it is everywhere else
    state: int | str | None = None,
) -> None:
    """Tell a person of a change to what is only theirs, once the open transaction is committed.

    Parameters
    ----------
    connection
        The transaction that makes the change.
    owner_id, kind, id, state
        As of `news_of`.
    """
    await connection.execute(ANNOUNCE, {"news": news_of(owner_id, kind, id, state)})


def news_of(
    owner_id: UUID,
    kind: OwnKind,
    id: UUID,  # noqa: A002 - what it is everywhere else
    state: int | str | None = None,
) -> str:
    """Return what `ANNOUNCE` is to tell a person of a change to what is only theirs.

    Parameters
    ----------
    owner_id, kind, id, state
        Whose it is, and as of `Change`: the new version of a template, the status of a run.
    """
    made(id)
    return Change(owner_id, kind, id, state).payload()


async def announce_project(
    connection: AsyncConnection,
    owner_id: UUID,
    kind: ProjectKind,
    project_id: UUID,
    version: int | None = None,
) -> None:
    """Tell everybody who sees a project of a change, once the open transaction is committed.

    Who sees it is found out now: what takes a project or a right away is to be announced before it
    is done.
    """
    made(project_id)
    news = Change(owner_id, kind, project_id, version).news()
    await connection.execute(select(func.pf_announce(CHANNEL, owner_id, project_id, news)))
