"""Making a project what a document says; what is the same already stays untouched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptyflow_server.projects.context.replacement import replace_context
from promptyflow_server.projects.context.tree import ContextTree
from promptyflow_server.projects.prompts.replacement import replace_prompts
from promptyflow_server.projects.prompts.sheet import PromptSheet

if TYPE_CHECKING:
    from promptyflow_lab.domain import Limits, ProjectData
    from promptyflow_server.projects.writing import Session


async def replace_all(session: Session, data: ProjectData, limits: Limits) -> None:
    """Replace context and prompts.

    Raises
    ------
    SizeLimitError
        It becomes too large.
    """
    tree = ContextTree(session)
    await replace_context(tree, data.context_blocks)
    tree.totals.check(limits)
    await tree.flush()
    sheet = PromptSheet(session, limits)
    await replace_prompts(sheet, data.prompt_blocks, "data.promptBlocks")
    await sheet.flush()


def rename(session: Session, name: str) -> None:
    """Give the project another name."""
    before = session.project.name
    if name != before:
        done = {"op": "renameProject", "name": name}
        session.record(done, [{**done, "name": before}])
        session.project.name = name
