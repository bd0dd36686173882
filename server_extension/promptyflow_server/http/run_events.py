"""Runs as events of the Jupyter server (jupyter-events), for operators who collect them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_server.serverapp import ServerApp

    from promptyflow_server.shared.run_news import RunNews

SCHEMA_ID: Final = "https://schema.promptyflow.org/run/v1"
_SCHEMA: Final = Path(__file__).parents[1] / "event_schemas" / "run.yaml"


class RunEvents:
    """Emits runs. The schema is read with the first of them: it costs Jupyter's start nothing.

    Parameters
    ----------
    server
        Returns the Jupyter server, whose events they become.
    """

    def __init__(self, server: Callable[[], ServerApp | None]) -> None:
        self._server = server

    def __call__(self, news: RunNews) -> None:
        """Emit one; without anybody who collects events this does nothing."""
        server = self._server()
        logger = None if server is None else server.event_logger
        if logger is None:
            return
        if SCHEMA_ID not in logger.schemas:
            logger.register_event_schema(_SCHEMA)
        told: dict[str, Any] = {
            "runId": str(news.id),
            "status": news.status,
            "provider": news.provider,
            "model": news.model,
            "durationSeconds": news.seconds,
            "inputTokens": news.input_tokens,
            "outputTokens": news.output_tokens,
            "error": news.error,
        }
        data = {name: value for name, value in told.items() if value is not None}
        logger.emit(schema_id=SCHEMA_ID, data=data)
