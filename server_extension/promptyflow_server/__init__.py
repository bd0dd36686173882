"""The server side of PromptyFlow Lab: what a Jupyter server loads, and the standalone service."""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from .extension import PromptyflowApp

    return [{"module": "promptyflow_server", "app": PromptyflowApp}]
