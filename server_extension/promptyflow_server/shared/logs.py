"""Logs: every line of ours says which request it belongs to, and no line tells a secret.

Inside Jupyter the lines go where Jupyter's own go, in its form. The standalone service writes
JSON, one object a line, or text for somebody who reads along.
"""

from __future__ import annotations

import copy
import logging
import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final, Literal

from promptyflow_server.shared.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TextIO

LogForm = Literal["json", "text"]

REQUEST_ID: Final[ContextVar[str]] = ContextVar("promptyflow_request_id", default="")
"""The request that is being answered; what it starts in the background keeps it."""

OURS: Final = ("promptyflow", "promptyflow_server")
"""The loggers above all of ours."""

_TALKATIVE: Final = ("httpx", "httpcore")
"""At lower levels these log addresses, and with them whatever stands in their parameters."""

_TEXT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_OF_EVERY_RECORD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class SafeHandler(logging.Handler):
    """Hands records on with the request's id and without secrets; the record itself stays.

    Parameters
    ----------
    target
        A handler, or a logger whose handlers are to write them.
    redact
        What takes out secrets.
    tell_request
        Write the request's id behind the message, for forms that show nothing but the message.
    """

    def __init__(
        self,
        target: logging.Handler | logging.Logger,
        redact: Redactor,
        *,
        tell_request: bool = False,
    ) -> None:
        super().__init__()
        self._target = target
        self._redact = redact
        self._tell_request = tell_request

    def emit(self, record: logging.LogRecord) -> None:
        """Hand on a safe copy of the record."""
        try:
            safe = self._safe(record)
        except Exception:  # noqa: BLE001 - as in every handler of logging
            self.handleError(record)
        else:
            self._target.handle(safe)

    def flush(self) -> None:
        """Write what waits."""
        if isinstance(self._target, logging.Handler):
            self._target.flush()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Say where a record could not be written; logging's own way would show its arguments."""
        sys.stderr.write(f"a log record of {record.pathname}:{record.lineno} is malformed\n")

    def _safe(self, record: logging.LogRecord) -> logging.LogRecord:
        safe = copy.copy(record)
        message = self._redact(record.getMessage())
        request_id = getattr(record, "request_id", "") or REQUEST_ID.get()
        if request_id:
            safe.request_id = request_id
            if self._tell_request:
                message = f"{message} (request {request_id})"
        safe.msg, safe.args = message, None
        if record.exc_info:
            told = record.exc_text or logging.Formatter().formatException(record.exc_info)
            safe.exc_info, safe.exc_text = None, self._redact(told)
        if record.stack_info:
            safe.stack_info = self._redact(record.stack_info)
        for name, value in vars(record).items():
            if name not in _OF_EVERY_RECORD and isinstance(value, str):
                setattr(safe, name, self._redact(value))
        return safe


def log_through(target: logging.Logger, secrets: Iterable[str] = ()) -> Callable[[], None]:
    """Let our lines go where another logger's go; return what undoes it.

    Parameters
    ----------
    target
        Its level and its handlers count.
    secrets
        Values that must not be seen wherever they stand.
    """
    handler = SafeHandler(target, Redactor(secrets), tell_request=True)
    before = [(log, log.level, log.propagate) for log in map(logging.getLogger, OURS)]
    for log, _, _ in before:
        log.addHandler(handler)
        log.setLevel(target.getEffectiveLevel())
        log.propagate = False
    _quieten()

    def undo() -> None:
        for log, level, propagate in before:
            log.removeHandler(handler)
            log.setLevel(level)
            log.propagate = propagate

    return undo


def log_to(
    stream: TextIO, form: LogForm, level: int | str = "INFO", secrets: Iterable[str] = ()
) -> None:
    """Write all lines of this process to a stream: it is ours alone.

    Parameters
    ----------
    stream
        Standard error.
    form
        ``json`` for machines, ``text`` for people.
    level
        The least that is written.
    secrets
        Values that must not be seen wherever they stand.
    """
    writer = logging.StreamHandler(stream)
    writer.setFormatter(_json_formatter() if form == "json" else logging.Formatter(_TEXT))
    handler = SafeHandler(writer, Redactor(secrets), tell_request=form == "text")
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    _quieten()


def _quieten() -> None:
    for name in _TALKATIVE:
        log = logging.getLogger(name)
        log.setLevel(max(log.level, logging.WARNING))


def _json_formatter() -> logging.Formatter:
    from pythonjsonlogger.json import JsonFormatter

    return JsonFormatter(
        ["levelname", "name", "message"],
        rename_fields={
            "levelname": "level",
            "name": "logger",
            "request_id": "requestId",
            "exc_info": "exception",
            "stack_info": "stack",
        },
        timestamp="time",
        json_ensure_ascii=False,
    )
