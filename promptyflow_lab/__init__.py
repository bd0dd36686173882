"""PromptyFlow Lab in a notebook: `PromptyFlow` talks to the server, `Panel` is the workbench."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .client import PromptyFlow
    from .panel import Panel

    __version__: str

__all__ = ["Panel", "PromptyFlow", "__version__"]


def __getattr__(name: str) -> object:
    """Load on first use: a notebook that only compiles texts pays for neither HTTP nor widgets."""
    if name == "PromptyFlow":
        from .client import PromptyFlow

        return PromptyFlow
    if name == "Panel":
        from .panel import Panel

        return Panel
    if name == "__version__":
        from importlib.metadata import version

        return version("promptyflow-lab")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_ipython_extension(shell: object) -> None:
    """Add ``%promptyflow`` and ``%%prompt`` to a notebook: ``%load_ext promptyflow_lab``."""
    from .magics import load

    load(shell)


def unload_ipython_extension(shell: object) -> None:
    """Take them away again."""
    from .magics import unload

    unload(shell)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "promptyflow-lab"}]
