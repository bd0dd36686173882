"""The notebook of this kernel as it stands in the browser, before it is saved.

A kernel knows its notebook's file only. So we open a comm, and PromptyFlow in JupyterLab answers
with the cells that are not as the file has them, now and whenever that changes. Where nobody
answers (another editor, a script) the file is what counts.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from . import place

if TYPE_CHECKING:
    from pathlib import Path

    Json = dict[str, Any]

TARGET: Final = "promptyflow-lab:notebook"


@dataclass(slots=True)
class _Told:
    """What the browser has told.

    Attributes
    ----------
    order
        The ids of all cells; None where the file has everything.
    cells
        Those that are not as the file has them, by id.
    """

    order: list[str] | None = None
    cells: dict[str, Json] = field(default_factory=dict)

    def hear(self, message: Json) -> None:
        """Take what is told; ``anew`` forgets what was told before."""
        data = message["content"]["data"]
        known = {} if data.get("anew") else self.cells
        # One assignment each: another thread may be reading.
        self.cells = known | data.get("cells", {})
        self.order = data.get("order")


def ask() -> None:
    """Ask the browser, if there can be one, to tell what is not saved; once is enough."""
    if place.notebook_path() is not None and _heard() is None:
        _open()


def with_unsaved(path: Path, cells: list[Json]) -> list[Json]:
    """Return the cells of a notebook's file with what the browser tells of them."""
    own = place.notebook_path()
    if own is None or place.told(path) != place.told(own):
        return cells
    told = _heard()
    if told is None or told.order is None:
        return cells
    known = {str(cell.get("id")): cell for cell in cells} | told.cells
    return [known[own_id] for own_id in told.order if own_id in known]


def _manager() -> Any:  # noqa: ANN401 - the package has no types
    """Return what knows the comms of this kernel; None where this is no kernel."""
    if "ipykernel" not in sys.modules:
        return None
    from comm import get_comm_manager

    return get_comm_manager()


def _heard() -> _Told | None:
    """Return what was told over the comm that is open."""
    manager = _manager()
    for each in list(manager.comms.values()) if manager is not None else ():
        if each.target_name == TARGET:
            told: _Told = each.told
            return told
    return None


def _open() -> None:
    if _manager() is None:
        return
    from comm import create_comm

    told = _Told()
    opened: Any = create_comm(target_name=TARGET, data={})
    opened.told = told  # it lives as long as the comm
    opened.on_msg(told.hear)
