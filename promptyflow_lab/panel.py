"""The workbench in the output of a cell, and the bridge between it and Python."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from ipywidgets import DOMWidget
from traitlets import Dict, Int, List, Unicode

if TYPE_CHECKING:
    from promptyflow_lab.client import Project, Prompt, PromptyFlow

_MODULE: Final = "promptyflow-lab"
_VERSION: Final = f"^{version(_MODULE)}"


class Panel(DOMWidget):  # type: ignore[misc]  # ipywidgets has no types
    """The workbench, showing a project and one of its prompts.

    The traits go both ways: what is chosen in the browser arrives here, what is set here is shown
    there. The panel itself talks to the server, so it works while the kernel is busy.

    Parameters
    ----------
    project
        A project, its name or its id; without one the panel lets the person choose.
    prompt
        A prompt, its title or its id.
    client
        Finds what is given by name; by default the client of this notebook's server.

    Attributes
    ----------
    project_id : str or None
        What is open.
    prompt_id : int or None
        The prompt that is open.
    selection : list of dict
        What the prompt selects: ``blockId``, ``itemId``, perhaps ``subItemId``, ``order``.
    compiled, response : str
        The text that would be sent, and the last answer.
    status : str
        ``idle``, ``sending``, ``streaming``, ``done``, ``cancelled`` or ``failed``.

    Examples
    --------
    >>> panel = Panel("Paper", prompt="Summary")  # doctest: +SKIP
    >>> panel.observe(lambda change: print(change.new), "status")  # doctest: +SKIP
    """

    _model_name = Unicode("PanelModel").tag(sync=True)
    _model_module = Unicode(_MODULE).tag(sync=True)
    _model_module_version = Unicode(_VERSION).tag(sync=True)
    _view_name = Unicode("PanelView").tag(sync=True)
    _view_module = Unicode(_MODULE).tag(sync=True)
    _view_module_version = Unicode(_VERSION).tag(sync=True)

    project_id = Unicode(None, allow_none=True, help="The project that is open.").tag(sync=True)
    prompt_id = Int(None, allow_none=True, help="The prompt that is open.").tag(sync=True)
    selection = List(Dict(), help="What the prompt selects, in its order.").tag(sync=True)
    compiled = Unicode(help="The text that would be sent.").tag(sync=True)
    response = Unicode(help="The last answer.").tag(sync=True)
    status = Unicode("idle", help="How the answer is getting on.").tag(sync=True)

    def __init__(
        self,
        project: Project | UUID | str | None = None,
        prompt: Prompt | int | str | None = None,
        *,
        client: PromptyFlow | None = None,
        **traits: Any,  # noqa: ANN401 - those of any widget
    ) -> None:
        project_id, prompt_id = _opened(project, prompt, client)
        if project_id is not None:
            traits["project_id"] = project_id
        if prompt_id is not None:
            traits["prompt_id"] = prompt_id
        super().__init__(**traits)

    def __repr__(self) -> str:
        """Return what is open, not the texts: a notebook asks for this whenever it shows us."""
        return f"<Panel project={self.project_id!r} prompt={self.prompt_id!r} {self.status}>"


def _opened(
    project: Project | UUID | str | None,
    prompt: Prompt | int | str | None,
    client: PromptyFlow | None,
) -> tuple[str | None, int | None]:
    """Return the ids of what shall be open; the server is asked only about names."""
    from promptyflow_lab.client import Project, Prompt, PromptyFlow

    if isinstance(prompt, Prompt):
        if project is None:
            project = prompt.project
        prompt = prompt.id
    if project is None:
        if prompt is not None:
            raise ValueError("a prompt belongs to a project: say which, Panel('Paper', 'Summary')")
        return None, None
    if not isinstance(project, Project):
        if _is_id(project) and not isinstance(prompt, str):
            return str(project), prompt
        project = (client or PromptyFlow()).project(project)
    return project.id, project.prompt(prompt).id if isinstance(prompt, str) else prompt


def _is_id(wanted: UUID | str) -> bool:
    try:
        UUID(str(wanted))
    except ValueError:
        return False
    return True
