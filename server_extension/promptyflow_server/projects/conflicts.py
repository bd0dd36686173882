"""What somebody is told whose change was made on a state that has moved on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from promptyflow_server.projects.context.repository import NodeRepository
from promptyflow_server.projects.prompts.repository import PromptRepository
from promptyflow_server.projects.records import Key
from promptyflow_server.projects.repository import ProjectRepository
from promptyflow_server.shared.errors import Conflict

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from promptyflow_server.projects.records import ProjectRecord

_TOLD_AT_MOST: Final = 200


async def stale_project(connection: AsyncConnection, project: ProjectRecord, seen: int) -> Conflict:
    """Return the error for a project of which only an older version was seen.

    Parameters
    ----------
    connection, project
        The project as it is now.
    seen
        The version that the change was made on.
    """
    address = (connection, project.owner_id, project.id)
    projects = ProjectRepository(connection, project.owner_id)
    steps = await projects.operations_since(project.id, seen, _TOLD_AT_MOST)
    removed = [Key(*step["node"]) for step in steps if step["op"] in {"remove", "rekey"}]
    gone = [step["prompt"] for step in steps if step["op"] == "removePrompt"]
    nodes = await NodeRepository(*address).changed_since(seen, _TOLD_AT_MOST)
    there = {node.key for node in nodes}  # what was deleted may have come back
    prompts = await PromptRepository(*address).changed_since(seen, _TOLD_AT_MOST)
    return Conflict(
        version=project.version,
        nodes=[
            *(node.wire() for node in nodes),
            *(deleted_node(key) for key in removed[:_TOLD_AT_MOST] if key not in there),
        ],
        prompts=[
            *(prompt.wire() for prompt in prompts),
            *(deleted_prompt(own_id) for own_id in gone[:_TOLD_AT_MOST]),
        ],
    )


def deleted_prompt(own_id: int) -> dict[str, Any]:
    """Return what is told of a prompt that was deleted in the meantime."""
    return {"promptBlockId": own_id, "version": 0, "deleted": True}


def deleted_node(key: Key) -> dict[str, Any]:
    """Return what is told of a node that was deleted in the meantime."""
    return {**key.wire(), "version": 0, "deleted": True}
