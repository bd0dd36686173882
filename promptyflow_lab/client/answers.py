"""Following an answer while it comes: over one connection, or as many as it takes.

A run goes on in the server without us. So a lost connection is opened again behind the last event
that arrived, and leaving, by an interrupt or by an error of ours, tells the server to stop.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from .core import Request, segment
from .errors import NotConnected, PromptyFlowError, error_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .discovery import Server
    from .session import Session
    from .show import Screen
    from .sse import ServerEvent
    from .transport import AsyncTransport

_PAUSES: Final = (0.2, 0.5, 1.0, 2.0, 4.0)


class Answering:
    """What is known of a run so far; knows no network.

    Parameters
    ----------
    request
        What starts it, safe to repeat.
    screen
        Where the answer appears.

    Attributes
    ----------
    ended
        Whether the server has told the end.
    sent
        Whether the server may have got the request.
    unwanted
        Set from another thread, it makes that the run is stopped as soon as its id is known.
    """

    def __init__(self, request: Request, screen: Screen) -> None:
        self.request = request
        self.screen = screen
        self.ended = False
        self.sent = False
        self.unwanted = False
        self._data: dict[str, Any] = {"status": "running"}
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._error: dict[str, Any] | None = None
        self._last_id: str | None = None
        self._lost = 0

    @classmethod
    def of_run(cls, run_id: str) -> Answering:
        """Return what follows a run that was started elsewhere, and shows nothing."""
        from .show import Nowhere

        found = cls(Request("GET", f"ai/runs/{segment(run_id)}/events"), Nowhere())
        found._data["id"] = run_id
        return found

    @property
    def run_id(self) -> str | None:
        """The run's id, once the server has told it."""
        return self._data.get("id")

    @property
    def data(self) -> dict[str, Any]:
        """The run as it is told by the server when asked later."""
        text, reasoning = "".join(self._text), "".join(self._reasoning)
        return {**self._data, "response": text, "reasoning": reasoning}

    def receive(self, event: ServerEvent) -> None:
        """Take an event."""
        self._lost = 0
        self._last_id = event.id or self._last_id
        data = event.data
        match event.name:
            case "start":
                self._data |= data
                self._data["id"] = self._data.pop("runId")
            case "delta":
                self._text.append(data["text"])
                self.screen.write(data["text"])
            case "reasoning":
                self._reasoning.append(data["text"])
            case "usage":
                self._data["usage"] = data
            case "done":
                self._data |= data
                self.ended = True
            case "error":
                self._data |= {"status": "failed", "error": data}
                self._error = data
                self.ended = True

    def lost(self) -> tuple[float, Request] | None:
        """Return how long to wait, and the request that goes on; None where that is hopeless."""
        if self._lost == len(_PAUSES):
            return None
        pause = _PAUSES[self._lost]
        self._lost += 1
        if self.run_id is None:
            return pause, self.request
        return pause, self.resumed

    def finish(self) -> None:
        """Show all, and raise what the provider or the server has reported."""
        self.screen.close()
        if self._error is not None:
            details = {**(self._error.get("details") or {}), "runId": self.run_id}
            raise error_of(self._error["error"], self._error["message"], details)

    @property
    def resumed(self) -> Request:
        """The request that follows the run from behind the last event."""
        headers = {} if self._last_id is None else {"Last-Event-ID": self._last_id}
        return Request("GET", f"ai/runs/{segment(str(self.run_id))}/events", headers=headers)

    @property
    def cancel(self) -> Request | None:
        """The request that stops the run; None where there is none to stop."""
        if self.run_id is None or self.ended:
            return None
        return Request("POST", f"ai/runs/{segment(self.run_id)}/cancel", body={})


def follow(session: Session, answering: Answering) -> None:
    """Send, and read the answer to its end."""
    request = answering.request
    try:
        while not answering.ended:
            error: PromptyFlowError | None = None
            answering.sent = True
            try:
                with session.events(request) as events:
                    for event in events:
                        answering.receive(event)
                        if answering.unwanted:
                            answering.unwanted = False
                            _stop(session, answering)
            except NotConnected as lost:
                error = lost
            if not answering.ended:
                pause, request = answering.lost() or _give_up(session.server, error)
                time.sleep(pause)
    except PromptyFlowError:
        answering.screen.close()
        raise
    except BaseException:  # an interrupt, above all
        apart(lambda: _leave(session, answering))
        answering.screen.close()
        raise
    answering.finish()


def apart(work: Callable[[], None]) -> None:
    """Do work in a thread and wait: a second interrupt ends the waiting, but not the work."""
    thread = threading.Thread(target=work, name="promptyflow-stop")
    thread.start()
    thread.join()


def stop_all(session: Session, under_way: Iterable[Answering]) -> None:
    """Stop runs that other threads follow: at once, or as soon as their ids are known."""
    unwanted = list(under_way)
    for answering in unwanted:
        answering.unwanted = True
    for answering in unwanted:
        _stop(session, answering)


def _leave(session: Session, answering: Answering) -> None:
    if answering.run_id is None and answering.sent:
        with suppress(PromptyFlowError):
            _join(session, answering)
    _stop(session, answering)


def _join(session: Session, answering: Answering) -> None:
    """Learn the id of a run that we were interrupted in starting: the same key joins it."""
    with session.events(answering.request) as events:
        for event in events:
            answering.receive(event)
            return


def _stop(session: Session, answering: Answering) -> None:
    cancel = answering.cancel
    if cancel is not None:
        with suppress(PromptyFlowError):  # that it was interrupted is what must be told
            session.send(cancel)


async def follow_async(transport: AsyncTransport, answering: Answering) -> None:
    """Send, and read the answer to its end, without holding up the event loop."""
    import asyncio

    request = answering.request
    try:
        while not answering.ended:
            error: PromptyFlowError | None = None
            answering.sent = True
            try:
                async with transport.events(request) as events:
                    async for event in events:
                        answering.receive(event)
            except NotConnected as lost:
                error = lost
            if not answering.ended:
                pause, request = answering.lost() or _give_up(transport.server, error)
                await asyncio.sleep(pause)
    except PromptyFlowError:
        answering.screen.close()
        raise
    except BaseException:  # the task was cancelled
        with suppress(PromptyFlowError):
            await asyncio.shield(_stop_async(transport, answering))
        answering.screen.close()
        raise
    answering.finish()


async def _stop_async(transport: AsyncTransport, answering: Answering) -> None:
    if answering.run_id is None and answering.sent:
        async with transport.events(answering.request) as events:
            async for event in events:
                answering.receive(event)
                break
    if answering.cancel is not None:
        await transport.send(answering.cancel)


def _give_up(server: Server, error: PromptyFlowError | None) -> tuple[float, Request]:
    if error is not None:
        raise error
    raise NotConnected(f"{server.url} ended the answer before its end")
