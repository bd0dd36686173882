"""What blocks, items and sub-items have in common: a title, a size, a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .document import ids_of
from .titled import Titled

if TYPE_CHECKING:
    from typing import Self

    from .document import Document, Key

    Json = dict[str, Any]


class Last:
    """Stands for the last place, where None is the first one."""

    def __repr__(self) -> str:
        return "LAST"


LAST: Final = Last()


class Node(Titled):
    """A block, an item or a sub-item.

    What stands where, and under which title, is as it was when the project was last read: see
    `Project.refresh`. Texts are read from the server at the moment.
    """

    def __init__(self, document: Document, key: Key, title: str | None = None) -> None:
        self._document = document
        self._key = key
        self._title = str(self._data["title"]) if title is None else title

    @property
    def id(self) -> int:
        """Its number among its siblings."""
        return self._key[-1]

    @property
    def key(self) -> Key:
        """Its address in the project: the ids of the block, the item and the sub-item."""
        return self._key

    @property
    def chars(self) -> int:
        """Characters, counted as the limits count them."""
        return int(self._data["chars"])

    def rename(self, title: str) -> Self:
        """Give it another title."""
        self._document.change_context({"op": "update", **self._ids, "title": title})
        self._title = title
        return self

    def delete(self) -> None:
        """Delete it with all in it; prompts forget that they selected it."""
        self._document.change_context({"op": "delete", **self._ids})

    @property
    def _data(self) -> Json:
        return self._document.node(self._key)

    @property
    def _ids(self) -> Json:
        return ids_of(self._key)

    def _move(self, to: Json, after: Node | Last | None) -> None:
        if not isinstance(after, Last):
            to["after"] = None if after is None else after.id
        changed = self._document.change_context({"op": "move", **self._ids, "to": to})
        for moved in changed.get("moved", []):
            if moved["from"] == self._ids:
                self._key = tuple(moved["to"].values())
                break

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Node):
            return NotImplemented
        return (self._document.id, self._key) == (other._document.id, other._key)

    def __hash__(self) -> int:
        return hash((self._document.id, self._key))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._title!r}>"


def placed(operation: Json, title: str | None, after: Node | Last | None) -> Json:
    """Return an operation that adds, with its title and its place."""
    if title is not None:
        operation["title"] = title
    if not isinstance(after, Last):
        operation["after"] = None if after is None else after.id
    return operation
