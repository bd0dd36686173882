"""What a run's text was made from, looked up while it is still there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from promptyflow_lab.client.core import get, segment
from promptyflow_lab.client.errors import NotFound
from promptyflow_lab.domain import DomainError, ProjectData, compile_prompt

if TYPE_CHECKING:
    from datetime import date

    from promptyflow_lab.client.run import Run
    from promptyflow_lab.domain import PromptBlock

    Json = dict[str, Any]


def inputs_of(run: Run) -> Json | None:
    """Return template, selected texts and variables that give exactly what was sent.

    Returns
    -------
    dict or None
        None where the project has changed since then, or is gone.
    """
    told = run.whole()
    project_id, prompt_id = told.get("projectId"), told.get("promptBlockId")
    if project_id is None or prompt_id is None:
        return None
    try:
        project = run.session.send(get(f"api/projects/{segment(project_id)}"))
    except NotFound:
        return None
    data = ProjectData.from_dict(project["data"])
    prompt = next((each for each in data.prompt_blocks if each.id == prompt_id), None)
    if prompt is None:
        return None
    variables = run.parameters.get("variables") or {}
    for today in _days(run):
        try:
            compiled = compile_prompt(
                prompt,
                data.context_blocks,
                None,
                variables,
                project_name=project["name"],
                today=today,
            )
        except DomainError:
            return None
        if compiled.sha256 == told["sha256"]:
            return {
                "projectName": project["name"],
                "projectVersion": project["version"],
                "today": today.isoformat(),
                "variables": variables,
                "data": _selected(data, prompt).to_dict(),
            }
    return None


def _days(run: Run) -> list[date]:
    """Return the days that ``{{date}}`` may have been, wherever the server was."""
    day = datetime.fromisoformat(run.started_at).date()
    return [day + timedelta(days=days) for days in (0, 1, -1)]


def _selected(data: ProjectData, prompt: PromptBlock) -> ProjectData:
    """Return of a project what the prompt selects, and the prompt."""
    keys = {selected.key for selected in prompt.selected_context}
    blocks = []
    for block in data.context_blocks:
        items = []
        for item in block.items:
            subs = [sub for sub in item.sub_items if (block.id, item.id, sub.id) in keys]
            own = (block.id, item.id, None) in keys
            if own or subs:
                item.sub_items = subs
                item.content = item.content if own else ""
                items.append(item)
        if items:
            block.items = items
            blocks.append(block)
    return ProjectData(blocks, [prompt])
