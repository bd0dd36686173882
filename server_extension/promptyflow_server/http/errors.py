"""From exceptions to the one error shape of the contract."""

from __future__ import annotations

import json
import logging
import secrets
from typing import TYPE_CHECKING, Any, Final

from promptyflow_lab.domain import DomainError
from promptyflow_server.shared import errors as ours
from promptyflow_server.shared.errors import AppError, InternalError, NotFound, ValidationError
from promptyflow_server.shared.messages import REASONS, message, reason

if TYPE_CHECKING:
    from promptyflow_server.shared.messages import Language

log: Final = logging.getLogger("promptyflow.http")

_REFERS_TO_NOTHING: Final = "23503"
"""PostgreSQL's state of a row that names one that is gone: most often, an account."""


def as_app_error(error: BaseException) -> AppError:
    """Return what the client is told of any exception; one that is ours goes to the log."""
    if isinstance(error, AppError):
        return error
    if isinstance(error, DomainError):
        return _of_domain(error)
    if getattr(getattr(error, "orig", None), "sqlstate", None) == _REFERS_TO_NOTHING:
        log.warning("what a request refers to was deleted meanwhile: %s", error)
        return NotFound()
    number = secrets.token_hex(6)
    log.error("internal error %s", number, exc_info=error)
    return InternalError(id=number)


def _of_domain(error: DomainError) -> AppError:
    """Return a refusal of the domain's rules as ours; its reasons are words we have in REASONS."""
    if error.code == "VALIDATION_ERROR":
        return ValidationError.at(error.path, getattr(error, "reason", "invalid"))
    if error.code == "INVALID_PATTERN":
        return ours.InvalidPattern(**error.details, hint=error.message)
    kind = {"INVALID_TEXT": ours.InvalidText, "PAYLOAD_TOO_LARGE": ours.PayloadTooLarge}[error.code]
    return kind(**error.details)


def error_body(error: AppError, language: Language) -> dict[str, Any]:
    """Return ``{"error", "message", "details"}`` in the reader's language."""
    details = dict(error.details)
    shown = dict(details)
    if isinstance(details.get("errors"), dict):
        places = {path: _spoken(why, language) for path, why in details["errors"].items()}
        details["errors"] = places
        shown["places"] = "; ".join(f"{path or 'body'} {why}" for path, why in places.items())
    if isinstance(details.get("reason"), str):
        own = f"{error.code}.{details['reason']}"
        key = own if own in REASONS else details["reason"]
        shown["reason"] = reason(key, language, details)
    text = details.pop("message", None) or message(error.code, language, shown)
    return {"error": error.code, "message": text, "details": details}


def error_bytes(error: AppError, language: Language) -> bytes:
    """Return the error as JSON; details that JSON does not know are written as text."""
    return json.dumps(error_body(error, language), ensure_ascii=False, default=str).encode()


def _spoken(why: object, language: Language) -> str:
    if isinstance(why, tuple):
        key, params = why
        return reason(key, language, params)
    return reason(str(why), language)
