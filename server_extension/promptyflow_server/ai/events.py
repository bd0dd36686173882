"""A run as events: the same for the request that started it, for a reload and for late readers.

The id of an event is a place in the run's journal, so that a reader can go on from it at any
server and at any time: ``120`` behind 120 characters, ``120u`` behind the usage, ``120e`` behind
the end.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any, Final

from promptyflow_server.ai.reading import as_stored
from promptyflow_server.http.errors import error_body
from promptyflow_server.http.models import Event
from promptyflow_server.shared.errors import AppError, InternalError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from promptyflow_server.ai.journal import Piece
    from promptyflow_server.ai.live_run import LiveRun
    from promptyflow_server.ai.reading import StoredRun
    from promptyflow_server.shared.messages import Language

_ID: Final = re.compile(r"(\d{1,12})([ue]?)")
POLL_SECONDS: Final = 0.5


class Cursor:
    """How far a reader has come.

    Parameters
    ----------
    last_event_id
        Of the last event that arrived; None for none.
    """

    def __init__(self, last_event_id: str | None = None) -> None:
        match = _ID.fullmatch(last_event_id or "")
        self.started = match is not None
        self.place = int(match[1]) if match else 0
        self.usage_told = bool(match and match[2])
        self.ended = bool(match and match[2] == "e")

    def start(self, run: StoredRun) -> list[Event]:
        """Return the first event, if it has not arrived."""
        if self.started:
            return []
        self.started = True
        data = {"runId": str(run.id), "provider": run.provider, "model": run.model}
        if run.sha256 is not None:
            data["sha256"] = run.sha256
        return [Event("start", data, "0")]

    def texts(self, pieces: list[Piece]) -> list[Event]:
        """Return the events of what came since."""
        events = [Event(kind, {"text": text}, str(end)) for kind, text, end in pieces]
        if pieces:
            self.place = pieces[-1].end
        return events

    def end(self, run: StoredRun, language: Language) -> list[Event]:
        """Return the last events."""
        events = []
        if run.usage is not None and not self.usage_told:
            events.append(Event("usage", run.usage, f"{self.place}u"))
        if self.ended:
            return events
        if run.error is not None:
            events.append(Event("error", told_error(run.error, language), f"{self.place}e"))
            return events
        done = {
            "status": run.status,
            "finishReason": run.finish_reason,
            "usage": run.usage,
            "cost": run.cost,
            "costSource": run.cost_source,
            "durationMs": run.duration_ms,
        }
        return [*events, Event("done", done, f"{self.place}e")]


async def live_events(
    run: LiveRun, cursor: Cursor, language: Language
) -> AsyncGenerator[Event, None]:
    """Yield the events of a run of this process; closing ends nothing but this reading."""
    for event in cursor.start(as_stored(run)):
        yield event
    told = False
    while not told:
        await run.more(cursor.place)
        told = run.told
        for event in cursor.texts(run.journal.since(cursor.place)):
            yield event
    for event in cursor.end(as_stored(run), language):
        yield event


async def stored_events(
    look: Callable[[], Awaitable[StoredRun]], cursor: Cursor, language: Language
) -> AsyncGenerator[Event, None]:
    """Yield the events of a run of another process, or of one that has ended."""
    while True:
        run = await look()
        for event in [*cursor.start(run), *cursor.texts(run.journal.since(cursor.place))]:
            yield event
        if run.status != "running":
            break
        await asyncio.sleep(POLL_SECONDS)
    for event in cursor.end(run, language):
        yield event


def told_error(stored: dict[str, Any], language: Language) -> dict[str, Any]:
    """Return a stored error in the reader's language."""
    return error_body(app_error(stored), language)


def app_error(stored: dict[str, Any]) -> AppError:
    """Return a stored error."""
    by_code = {kind.code: kind for kind in AppError.__subclasses__()}
    kind = by_code.get(stored.get("code", ""), InternalError)
    return kind(**stored.get("details", {}))
