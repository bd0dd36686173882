"""Steps of a history applied again: what undoing a change, or restoring a version, is made of.

A row of history holds `operations`, told without texts, and `inverse`: the steps that lead back
from right after the change to right before it. The inverses of all versions behind one, newest
first, lead back to it.

========================= =======================================================================
``insert``                ``node``, ``title``, ``content``, ``source``, ``after``
``remove``                ``node``
``removeAll``             ``nodes``, none of which stands in another
``rename``, ``source``    ``node`` and ``title`` or ``source``
``splice``                ``node``, ``splice``: start, characters to delete, text to insert
``place``                 ``node``, ``after``
``rekey``                 ``node``, ``to``: its other address, ``after``
``reselect``              ``rows``: prompt, block, item, sub-item, order
``unselect``              ``nodes``
``insertPrompt``          ``prompt``, ``fields``, ``selected``, ``after``
``removePrompt``          ``prompt``
``updatePrompt``          ``prompt``, ``fields``, ``splice`` of the template
``placePrompt``           ``prompt``, ``after``
``select``                ``prompt``, ``selected``: block, item, sub-item, order
``renameProject``         ``name``
========================= =======================================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from promptyflow_server.projects.context.tree import ContextTree
from promptyflow_server.projects.prompts.sheet import PromptSheet, fields_of_json, spliced
from promptyflow_server.projects.records import Key
from promptyflow_server.projects.texts import Splice

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from promptyflow_lab.domain import Limits
    from promptyflow_server.projects.writing import Entry, Session

    Fit = Callable[[ContextTree, PromptSheet, Entry], Awaitable[Entry | None]]


async def apply_steps(
    session: Session, steps: Sequence[Entry], limits: Limits, fit: Fit | None = None
) -> None:
    """Apply steps in their order to the project of a session; they can be taken back in turn.

    Parameters
    ----------
    session, steps, limits
        The project, what is done to it, and how large it may become.
    fit
        Makes each step, before it is applied, fit the state that the project is in; None leaves
        the step out.

    Raises
    ------
    LookupError
        The steps do not belong to the state that the project is in.
    SizeLimitError
        They make it too large.
    """
    replay = Replay(session, limits, fit)
    await replay.apply(steps)
    await replay.finish()


class Replay:
    """Steps of many versions, applied one after the other and written at the end.

    Parameters
    ----------
    session, limits, fit
        As of `apply_steps`.
    """

    def __init__(self, session: Session, limits: Limits, fit: Fit | None = None) -> None:
        self._session = session
        self._limits = limits
        self._fit = fit
        self._tree = ContextTree(session)
        self._sheet = PromptSheet(session, limits)

    async def apply(self, steps: Sequence[Entry]) -> None:
        """Apply steps in their order."""
        tree, sheet = self._tree, self._sheet
        await tree.load(Key(*step["node"]) for step in steps if "node" in step)
        for given in steps:
            step = given if self._fit is None else await self._fit(tree, sheet, given)
            if step is None:
                continue
            if step["op"] == "renameProject":
                project = self._session.project
                self._session.record(step, [{**step, "name": project.name}])
                project.name = step["name"]
            elif "prompt" in step:
                await tree.flush()
                await _apply_to_prompt(sheet, step)
            else:
                await sheet.flush()
                await _apply_to_tree(tree, step)
                sheet.forget_selections()

    async def finish(self) -> None:
        """Check the limits, and write what was changed."""
        self._tree.totals.check(self._limits)
        await self._tree.flush()
        await self._sheet.flush()


async def _apply_to_tree(tree: ContextTree, step: Entry) -> None:
    match step["op"]:
        case "reselect":
            await tree.select_again(step["rows"])
        case "unselect":
            await tree.unselect([Key(*node) for node in step["nodes"]])
        case "removeAll":
            await tree.remove_all([Key(*node) for node in step["nodes"]])
        case _:
            await _apply_to_node(tree, step)


async def _apply_to_node(tree: ContextTree, step: Entry) -> None:
    key = Key(*step["node"])
    match step["op"]:
        case "insert":
            content, source = step["content"], step["source"]
            await tree.insert(key, step["title"], content, source, step["after"])
        case "remove":
            await tree.remove_all([key])
        case "rename":
            await tree.rename(key, step["title"])
        case "source":
            await tree.set_source(key, step["source"])
        case "splice":
            await tree.splice(key, Splice(*step["splice"]))
        case "place":
            await tree.place(key, step["after"])
        case "rekey":
            await tree.rekey(key, Key(*step["to"]), step["after"])
        case unknown:
            raise LookupError(f"there is no step {unknown}")


async def _apply_to_prompt(sheet: PromptSheet, step: Entry) -> None:
    own_id = step["prompt"]
    match step["op"]:
        case "insertPrompt":
            fields = fields_of_json(step["fields"])
            await sheet.insert(own_id, fields, _rows(step["selected"]), step["after"])
        case "removePrompt":
            await sheet.remove(own_id)
        case "updatePrompt":
            fields = fields_of_json(step["fields"])
            if "splice" in step:
                template = (await sheet.get(own_id)).template
                fields["template"] = spliced(template, Splice(*step["splice"]))
            await sheet.update(own_id, fields)
        case "placePrompt":
            await sheet.place(own_id, step["after"])
        case "select":
            await sheet.select(own_id, _rows(step["selected"]))
        case unknown:
            raise LookupError(f"there is no step {unknown}")


def _rows(selected: Any) -> list[tuple[int, int, int, int]]:  # noqa: ANN401 - read from JSON
    return [(row[0], row[1], row[2], row[3]) for row in selected]
