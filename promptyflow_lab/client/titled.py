"""What has a title in a project: blocks, texts, prompts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .document import Document
    from .project import Project


class Titled(ABC):
    """A part of a project.

    Its title is as it was when the project was last read.
    """

    _document: Document
    _title: str

    @property
    def project(self) -> Project:
        """The project it stands in."""
        from .project import Project

        return Project(self._document)

    @property
    def title(self) -> str:
        """What it is called; setting it renames it."""
        self._title = str(self._data["title"])
        return self._title

    @title.setter
    def title(self, title: str) -> None:
        self.rename(title)

    @property
    def name(self) -> str:
        """The title."""
        return self.title

    @abstractmethod
    def rename(self, title: str) -> object:
        """Give it another title."""

    @property
    @abstractmethod
    def _data(self) -> dict[str, Any]:
        """What the project tells of it."""
