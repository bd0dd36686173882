"""With whom a project is shared, in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .core import write

if TYPE_CHECKING:
    from .document import Document


class Share:
    """A share of a project with a person or a group of the Hub."""

    def __init__(self, document: Document, told: dict[str, Any]) -> None:
        self._document = document
        self._told = told

    @property
    def id(self) -> str:
        """A UUID."""
        return str(self._told["id"])

    @property
    def name(self) -> str:
        """Of the person or the group."""
        user = self._told.get("user")
        return str(self._told["group"] if user is None else user["name"])

    @property
    def is_group(self) -> bool:
        """Whether it is with a group."""
        return self._told.get("user") is None

    @property
    def role(self) -> str:
        """What they may do: ``view`` or ``edit``; setting it holds at once."""
        return str(self._told["role"])

    @role.setter
    def role(self, role: str) -> None:
        request = write("PATCH", self._path, {"role": role})
        self._told = self._document.session.send(request)

    def end(self) -> None:
        """Take it back, at once."""
        self._document.session.send(write("DELETE", self._path))

    @property
    def _path(self) -> str:
        return f"{self._document.path}/shares/{self.id}"

    def __repr__(self) -> str:
        kind = "group " if self.is_group else ""
        return f"<Share with {kind}{self.name!r}: {self.role}>"


def share_row(share: Share) -> dict[str, object]:
    """Return what a table shows of it."""
    return {"with": share.name, "group": share.is_group, "role": share.role}
