"""What a request is about to do, for the line that is written with what it changes."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from uuid import UUID

_MOST_IDS: Final = 10


@dataclass(slots=True)
class Deed:
    """Somebody's request to change something.

    Parameters
    ----------
    user_id, identified_by
        Who, and how that was known.
    action
        Method and path, as the contract writes it.
    target
        The ids in the path, and those of what was made.
    request_id
        Stands in the answer and in the log.
    is_noted
        Its line is written: what goes on behind the answer is the same deed.
    """

    user_id: UUID
    identified_by: str
    action: str
    target: str | None
    request_id: str
    is_noted: bool = False


DEED: Final[ContextVar[Deed | None]] = ContextVar("promptyflow_deed", default=None)
"""Of the request that is being answered; None where it only reads, or where nobody asks."""


def made(own_id: UUID) -> None:
    """Add the id of what the request makes or changes to its line, if it is not there.

    Of very many, such as the projects of an account that is deleted, the first are enough. What a
    further transaction changes, such as the next project in which a file is followed, has a line of
    its own.
    """
    deed = DEED.get()
    told = "" if deed is None else deed.target or ""
    if deed is None or str(own_id) in told or told.count("/") >= _MOST_IDS:
        return
    if deed.is_noted:
        deed.target, deed.is_noted = None, False
    deed.target = f"{deed.target}/{own_id}" if deed.target else str(own_id)
