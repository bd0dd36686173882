"""Taking back one version although others came after it, unless they changed the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from promptyflow_server.projects.conflicts import deleted_node
from promptyflow_server.projects.records import ROOT, Key
from promptyflow_server.shared.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from promptyflow_server.projects.context.nodes import Node, Siblings
    from promptyflow_server.projects.context.tree import ContextTree
    from promptyflow_server.projects.prompts.records import Prompt
    from promptyflow_server.projects.prompts.sheet import PromptSheet
    from promptyflow_server.projects.writing import Entry, Session

_SUB_ITEM = 3


class Undoing:
    """Makes the steps that take a version back fit what the project has become since.

    What is gone already is left out, what stood behind something that is gone goes to the end, and
    of a selection that was changed since only what the version did to it is taken back.

    Parameters
    ----------
    session
        The project.
    version
        The version to take back.
    done
        What it did, from its row of history.
    """

    def __init__(self, session: Session, version: int, done: Sequence[Entry]) -> None:
        self._session = session
        self._version = version
        self._names = [entry["name"] for entry in done if entry["op"] == "renameProject"]
        self._selected = {
            entry["prompt"]: entry["selected"] for entry in done if entry["op"] == "select"
        }
        self._is_ours: set[Key | int] = set()  # nodes and prompts changed since by these very steps

    async def fit(self, tree: ContextTree, sheet: PromptSheet, step: Entry) -> Entry | None:
        """Return the step as it can be applied now; None where there is nothing to do.

        Raises
        ------
        Conflict
            What it is about was changed since.
        """
        fitted: Entry | None = step
        match step["op"]:
            case "splice" | "rename" | "source":
                await self._refuse_changed(tree, Key(*step["node"]))
            case "remove":
                fitted = step if await self._removable(tree, [Key(*step["node"])]) else None
            case "removeAll":
                keys = await self._removable(tree, [Key(*node) for node in step["nodes"]])
                fitted = {**step, "nodes": keys} if keys else None
            case "insert" | "place" | "rekey":
                fitted = await self._placed(tree, step)
            case "select":
                fitted = await self._reselected(tree, sheet, step)
            case "insertPrompt" | "removePrompt" | "updatePrompt" | "placePrompt":
                fitted = await self._fit_prompt(sheet, step)
            case "renameProject" if self._session.project.name != self._names[-1]:
                raise self._conflict()
        return fitted

    async def _refuse_changed(self, tree: ContextTree, key: Key) -> None:
        node = await tree.find(key)
        if node is None:
            raise self._conflict(deleted_node(key))
        if key not in self._is_ours and node.version != self._version:
            raise self._conflict(node.wire())
        self._is_ours.add(key)

    async def _removable(self, tree: ContextTree, keys: Sequence[Key]) -> list[Key]:
        """Return those that are still there; nothing written since may go with them."""
        await tree.load(keys)
        found = [key for key in keys if await tree.find(key) is not None]
        for key in found:
            nodes = [await tree.get(key)]
            if nodes[0].children:
                await tree.flush()
                nodes = await tree.below(key)
            changed = [node for node in nodes if node.version > self._version]
            if not self._is_ours.issuperset(node.key for node in changed):
                raise self._conflict(*(node.wire() for node in changed))
        return found

    async def _placed(self, tree: ContextTree, step: Entry) -> Entry | None:
        key = Key(*step["node"])
        node = await tree.find(key)
        target = Key(*step["to"]) if step["op"] == "rekey" else key
        if step["op"] == "place":
            if node is None:
                return None
        else:
            await self._refuse_no_room(tree, node, target, is_new=step["op"] == "insert")
            # A node that nobody has changed since gets a new version by being moved here.
            if node is None or key in self._is_ours or node.version == self._version:
                self._is_ours.add(target)
            # Sub-items go with their item, under new keys.
            below = [one for one in self._is_ours if isinstance(one, Key) and one.parent == key]
            self._is_ours |= {
                Key(target.block_id, target.item_id, one.sub_item_id) for one in below
            }
        return _behind(step, await tree.order(target.parent))

    async def _refuse_no_room(
        self, tree: ContextTree, node: Node | None, target: Key, *, is_new: bool
    ) -> None:
        """Refuse a node that is there already, or gone, or that would have no place."""
        parent = target.parent
        if parent != ROOT and await tree.find(parent) is None:
            raise self._conflict(deleted_node(parent))
        if is_new is (node is not None):
            raise self._conflict(deleted_node(target) if node is None else node.wire())
        if node is not None and target.depth == _SUB_ITEM and node.children:
            raise self._conflict(node.wire())

    async def _reselected(self, tree: ContextTree, sheet: PromptSheet, step: Entry) -> Entry | None:
        if await sheet.find(step["prompt"]) is None:
            return None
        now = _pieces(await sheet.selected(step["prompt"]))
        then = _pieces(self._selected[step["prompt"]])
        before = _pieces(step["selected"])
        kept = dict.fromkeys(key for key in before if key in now or key not in then)
        kept |= dict.fromkeys(key for key in now if key not in then)
        await tree.load(kept)
        there = [key for key in kept if await tree.find(key) is not None]
        if there == list(before):
            return step
        return {**step, "selected": [(*key, n) for n, key in enumerate(there, start=1)]}

    async def _fit_prompt(self, sheet: PromptSheet, step: Entry) -> Entry | None:
        own_id = step["prompt"]
        prompt: Prompt | None = await sheet.find(own_id)
        if step["op"] == "insertPrompt":
            if prompt is not None:
                raise self._conflict(prompts=[prompt.wire()])
            self._is_ours.add(own_id)
            return _behind(step, await sheet.order())
        if prompt is None:
            return None
        if step["op"] == "placePrompt":
            return _behind(step, await sheet.order())
        if own_id not in self._is_ours and prompt.version != self._version:
            raise self._conflict(prompts=[prompt.wire()])
        self._is_ours.add(own_id)
        return step

    def _conflict(self, *nodes: dict[str, Any], **more: Any) -> Conflict:  # noqa: ANN401 - details
        return Conflict(version=self._session.project.version, nodes=list(nodes), **more)


def _pieces(rows: Sequence[Sequence[int]]) -> dict[Key, None]:
    """Return the nodes that rows of a selection name, in order."""
    return dict.fromkeys(Key(*row[:3]) for row in rows)


def _behind(step: Entry, siblings: Siblings) -> Entry:
    """Return the step with a sibling to go behind that is there."""
    after = step["after"]
    return (
        step if after is None or after in siblings.positions else {**step, "after": siblings.last}
    )
