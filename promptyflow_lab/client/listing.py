"""Lists whose members are also found by name, and the walk through pages."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final, Protocol, SupportsIndex, TypeVar, overload

from .core import Request
from .errors import Ambiguous, NotFound
from .show import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from .session import Session


class Shown(Protocol):
    """What can stand in a listing."""

    @property
    def id(self) -> Any:  # noqa: ANN401 - a number or a text
        """What tells it from all others."""

    @property
    def name(self) -> str:
        """What people call it."""


_NAMED_AT_MOST: Final = 10

ShownT = TypeVar("ShownT", bound=Shown)


class Listing(list[ShownT]):
    """A list that also answers to names: ``project.blocks["Docs"]``."""

    def __init__(
        self, members: Iterable[ShownT], kind: str, row: Callable[[ShownT], dict[str, object]]
    ) -> None:
        super().__init__(members)
        self._kind = kind
        self._row = row

    @overload
    def __getitem__(self, wanted: SupportsIndex | str) -> ShownT: ...
    @overload
    def __getitem__(self, wanted: slice) -> list[ShownT]: ...
    def __getitem__(self, wanted: SupportsIndex | str | slice) -> ShownT | list[ShownT]:
        return self.named(wanted) if isinstance(wanted, str) else super().__getitem__(wanted)

    def named(self, name: str) -> ShownT:
        """Return the member of that name.

        Raises
        ------
        NotFound, Ambiguous
            None has it, or several have.
        """
        found = [member for member in self if member.name == name]
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(str(member.id) for member in found)
            raise Ambiguous(f"{len(found)} {self._kind}s are called {name!r}; their ids: {ids}")
        shown = [repr(member.name) for member in self[:_NAMED_AT_MOST]]
        shown += ["…"] * (len(self) > _NAMED_AT_MOST)
        there = f"There is: {', '.join(shown)}." if shown else "There is none."
        raise NotFound(f"No {self._kind} is called {name!r}. {there}")

    def get(self, wanted: int | str) -> ShownT:
        """Return the member with that name or that id."""
        if isinstance(wanted, str):
            return self.named(wanted)
        for member in self:
            if member.id == wanted:
                return member
        raise NotFound(f"No {self._kind} has the id {wanted}.")

    def _ipython_key_completions_(self) -> list[str]:
        return [member.name for member in self]

    def html(self, caption: str = "") -> str:
        """Return the list as a table."""
        rows = [self._row(member) for member in self]
        if not rows:
            return f"<div>{escape(caption or f'no {self._kind}s')}</div>"
        return table(rows[0], (row.values() for row in rows), caption)

    def _repr_html_(self) -> str:
        return self.html()


def pages(session: Session, request: Request, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield the items of a list, page after page, at most `limit` of them."""
    cursor: str | None = None
    left = limit
    while left is None or left > 0:
        size = 200 if left is None else min(left, 200)
        query = {**request.query, "limit": str(size)}
        if cursor is not None:
            query["cursor"] = cursor
        page = session.send(Request("GET", request.path, query))
        yield from page["items"]
        cursor = page.get("nextCursor")
        if cursor is None:
            return
        left = None if left is None else left - len(page["items"])
