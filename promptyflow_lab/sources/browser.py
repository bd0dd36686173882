"""What JupyterLab tells this kernel of its notebook: what it is called now, what is not saved.

A kernel knows the name that its notebook had when it was started, and what stands in the file. So
we open a comm, and PromptyFlow in JupyterLab answers, now and whenever something changes. Where
nobody answers (another editor, a script) the name and the file are what counts.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from typing import Any, Final

Json = dict[str, Any]

TARGET: Final = "promptyflow-lab:notebook"


@dataclass(slots=True)
class Told:
    """What the browser has told.

    Attributes
    ----------
    path
        The notebook, as the file browser shows it; empty where nothing was told yet.
    order
        The ids of all cells; None where the file has everything.
    cells
        Those that are not as the file has them, by id.
    """

    path: str = ""
    order: list[str] | None = None
    cells: dict[str, Json] = field(default_factory=dict)

    def hear(self, message: Json) -> None:
        """Take what is told; ``anew`` forgets what was told before."""
        data = message["content"]["data"]
        known = {} if data.get("anew") else self.cells
        # One assignment each: another thread may be reading.
        self.cells = known | data.get("cells", {})
        self.order = data.get("order")
        self.path = data.get("path") or self.path

    def now(self, saved: list[Json]) -> list[Json]:
        """Return the cells as they are, from what the file has and what was told."""
        if self.order is None:
            return saved
        known = {str(cell.get("id")): cell for cell in saved} | self.cells
        return [known[own_id] for own_id in self.order if own_id in known]


def ask() -> None:
    """Ask the browser, if there can be one; once is enough."""
    if os.environ.get("JPY_SESSION_NAME") and told() is None and _manager() is not None:
        from comm import create_comm

        heard = Told()
        opened: Any = create_comm(target_name=TARGET, data={})
        opened.told = heard  # it lives as long as the comm
        opened.on_msg(heard.hear)


def told() -> Told | None:
    """Return what was told over the comm that is open."""
    manager = _manager()
    for each in list(manager.comms.values()) if manager is not None else ():
        if each.target_name == TARGET:
            heard: Told = each.told
            return heard
    return None


def _manager() -> Any:  # noqa: ANN401 - the package has no types
    """Return what knows the comms of this kernel; None where this is no kernel."""
    if "ipykernel" not in sys.modules:
        return None
    from comm import get_comm_manager

    return get_comm_manager()
