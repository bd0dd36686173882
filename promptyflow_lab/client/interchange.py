"""Files that are taken in from a notebook."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .core import write
from .document import Document
from .project import Project

if TYPE_CHECKING:
    from os import PathLike

    from .context import Block
    from .session import Session


def import_file(
    session: Session, source: str | PathLike[str] | dict[str, Any], project: Project | None
) -> Project | Block | list[dict[str, Any]]:
    """Send a file and return what has become of it."""
    query = {} if project is None else {"projectId": project.id}
    body: bytes | dict[str, Any]
    if isinstance(source, dict):
        body = source
    else:
        path = Path(source)
        body = path.read_bytes()
        query["filename"] = path.name
    request = replace(write("POST", "api/projects/import", body), query=query)
    told = session.send(request)
    if "templates" in told:
        return list(told["templates"])
    made = Project(Document(session, told["project"]))
    return made.block(told["block"]["blockId"]) if "block" in told else made
