"""Lists whose members are also found by name, and the walk through pages."""

from __future__ import annotations

from difflib import get_close_matches
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
_PAGE: Final = 200

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

    def __contains__(self, wanted: object) -> bool:
        if isinstance(wanted, str):
            return any(member.name == wanted for member in self)
        return super().__contains__(wanted)

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
        names = [member.name for member in self]
        near = get_close_matches(name, names, _NAMED_AT_MOST)
        shown = [repr(each) for each in near or names[:_NAMED_AT_MOST]]
        shown += ["…"] * (len(self) > len(shown))
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


class Pages:
    """The walk through a list that comes in pages; knows no network.

    Parameters
    ----------
    request
        What reads the list.
    limit
        At most so many items; None for all.
    """

    def __init__(self, request: Request, limit: int | None = None) -> None:
        self._request = request
        self._left = limit
        self._cursor: str | None = None
        self._is_over = limit is not None and limit <= 0

    @property
    def next(self) -> Request | None:
        """What reads the next page; None where there is none."""
        if self._is_over:
            return None
        size = _PAGE if self._left is None else min(self._left, _PAGE)
        query = {**self._request.query, "limit": str(size)}
        if self._cursor is not None:
            query["cursor"] = self._cursor
        return Request("GET", self._request.path, query)

    def take(self, page: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the items of the page that was read."""
        items: list[dict[str, Any]] = page["items"]
        self._cursor = page.get("nextCursor")
        if self._left is not None:
            self._left -= len(items)
        self._is_over = self._cursor is None or self._left == 0
        return items


def pages(session: Session, request: Request, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield the items of a list, page after page, at most `limit` of them."""
    walk = Pages(request, limit)
    while (request_of_page := walk.next) is not None:
        yield from walk.take(session.send(request_of_page))


async def all_pages(session: Session, request: Request) -> list[dict[str, Any]]:
    """Return the items of a list without holding up the event loop."""
    walk = Pages(request)
    found: list[dict[str, Any]] = []
    async with session.awaiting() as transport:
        while (request_of_page := walk.next) is not None:
            found += walk.take(await transport.send(request_of_page))
    return found
