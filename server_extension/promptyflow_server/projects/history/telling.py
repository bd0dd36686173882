"""What a row of history tells people: kinds of change, with titles, without texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from promptyflow_server.projects.history.schemas import HistoryChange
from promptyflow_server.projects.records import Key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from promptyflow_server.projects.history.schemas import Kind
    from promptyflow_server.projects.writing import Entry

_KINDS: Final[dict[str, Kind]] = {
    "create": "create",
    "copy": "copy",
    "import": "import",
    "restore": "restore",
    "renameProject": "rename",
    "insert": "add",
    "splice": "edit",
    "rename": "retitle",
    "source": "source",
    "place": "move",
    "rekey": "move",
    "remove": "delete",
    "select": "select",
    "reselect": "select",
    "unselect": "select",
    "insertPrompt": "addPrompt",
    "updatePrompt": "editPrompt",
    "placePrompt": "movePrompt",
    "removePrompt": "deletePrompt",
}


def nodes_of(steps: Iterable[Entry]) -> set[Key]:
    """Return the nodes whose titles are wanted, where they are now."""
    return {key for step in steps if "title" not in step and (key := _node(step)) is not None}


def change_of(
    step: Entry, titles: Mapping[Key, str], prompt_titles: Mapping[int, str]
) -> HistoryChange:
    """Return what is told of a step."""
    key, prompt_id = _node(step), step.get("prompt")
    title = step.get("title") or step.get("name")
    if title is None:
        title = (
            prompt_titles.get(prompt_id) if key is None and prompt_id else titles.get(key or Key(0))
        )
    told: dict[str, Any] = {} if key is None else key.wire()
    if step["op"] == "updatePrompt" and "template" in step:
        _, told["deleted"], told["inserted"] = step["template"]
    if step["op"] == "select":
        told["selected"] = len(step["selected"])
    for name in ("inserted", "deleted", "version"):
        if name in step:
            told[name] = step[name]
    return HistoryChange(kind=_KINDS[step["op"]], prompt_block_id=prompt_id, title=title, **told)


def _node(step: Entry) -> Key | None:
    ids = step.get("to") if step["op"] == "rekey" else step.get("node")
    return None if ids is None else Key(*ids)
