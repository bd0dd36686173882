"""Refreshing what was taken from a notebook whenever one of its cells has run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from .errors import PromptyFlowError
from .live import Refreshed, look, refreshed

if TYPE_CHECKING:
    from .project import Project

_KINDS: Final = ("cell", "dataframe", "variable")


class Following:
    """Texts that keep up with a notebook.

    Parameters
    ----------
    project
        Where they are.

    Attributes
    ----------
    last : list of Refreshed
        What the last cell has changed.

    Raises
    ------
    RuntimeError
        No notebook runs here.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self.last: list[Refreshed] = []
        self._shell = _shell()
        self._shell.events.register("post_run_cell", self._cell_has_run)

    def stop(self) -> None:
        """Leave the texts as they are from now on."""
        shell, self._shell = self._shell, None
        if shell is not None:
            shell.events.unregister("post_run_cell", self._cell_has_run)

    def _cell_has_run(self, _: object = None) -> None:
        try:
            self.last = self._refresh()
        except PromptyFlowError as error:
            # The cell itself has done its work: an exception here would look like its failure.
            print(f"PromptyFlow could not refresh: {error}", file=sys.stderr)  # noqa: T201

    def _refresh(self) -> list[Refreshed]:
        done = []
        for text in self._project.refresh().texts:
            source = text.source
            if source is not None and source["kind"] in _KINDS:
                seen = look(text)
                if seen.status == "stale":
                    done.append(refreshed(text, seen))
        return done

    def __repr__(self) -> str:
        state = "stopped" if self._shell is None else "following"
        return f"<Following {self._project.name!r} {state}>"


def _shell() -> Any:  # noqa: ANN401 - IPython's own
    if "IPython" in sys.modules:
        from IPython.core.getipython import get_ipython

        shell = get_ipython()
        if shell is not None:
            return shell
    raise RuntimeError("no notebook runs here")
