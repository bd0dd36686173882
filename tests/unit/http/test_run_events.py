"""Runs become events of the Jupyter server, and no text of theirs does."""

from __future__ import annotations

import io
import json
import logging
from types import SimpleNamespace
from uuid import UUID

from jupyter_events import EventLogger

from promptyflow_server.http.run_events import SCHEMA_ID, RunEvents
from promptyflow_server.shared.run_news import RunNews

RUN = UUID("0190a1b2-0000-7000-8000-000000000001")


def test_a_run_that_begins_and_ends_is_told_with_numbers_only() -> None:
    written = io.StringIO()
    logger = EventLogger(handlers=[logging.StreamHandler(written)])
    tell = RunEvents(lambda: SimpleNamespace(event_logger=logger))  # type: ignore[arg-type]
    tell(RunNews(RUN, "openai", "gpt", "running"))
    tell(RunNews(RUN, "openai", "gpt", "failed", 1.5, 10, None, "PROVIDER_ERROR"))
    began, ended = [json.loads(line) for line in written.getvalue().splitlines()]
    assert {event["__schema__"] for event in (began, ended)} == {SCHEMA_ID}
    told = {name: value for name, value in ended.items() if not name.startswith("__")}
    assert told == {
        "runId": str(RUN),
        "status": "failed",
        "provider": "openai",
        "model": "gpt",
        "durationSeconds": 1.5,
        "inputTokens": 10,
        "error": "PROVIDER_ERROR",
    }
    assert began["status"] == "running"


def test_a_server_that_is_gone_is_told_nothing() -> None:
    RunEvents(lambda: None)(RunNews(RUN, "openai", "gpt", "done"))
