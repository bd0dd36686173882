"""The typed errors that services raise; one table gives each code its HTTP status."""

from __future__ import annotations

from typing import Any, ClassVar

STATUS = {
    "VALIDATION_ERROR": 400,
    "INVALID_TEXT": 400,
    "INVALID_JSON": 400,
    "INVALID_PATTERN": 400,
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "XSRF": 403,
    "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "CONFLICT": 409,
    "PAYLOAD_TOO_LARGE": 413,
    "NO_API_KEY": 422,
    "CONTEXT_WINDOW_EXCEEDED": 422,
    "COST_LIMIT": 422,
    "RATE_LIMITED": 429,
    "INTERNAL_ERROR": 500,
    "PROVIDER_ERROR": 502,
    "UNAVAILABLE": 503,
    "PROVIDER_TIMEOUT": 504,
}
"""Code to HTTP status: the only place where the two meet."""


class AppError(Exception):
    """Something a person is told: a code that never changes, and details that name the place.

    Parameters
    ----------
    **details
        What the message in the reader's language is made from and what a program can act on;
        keys are camelCase, since they go on the wire as they are. No secret, no text of a project
        but what the person has just sent.
    """

    code: ClassVar[str] = "INTERNAL_ERROR"

    def __init__(self, **details: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
        super().__init__(self.code)
        self.details = details

    @property
    def status(self) -> int:
        """The HTTP status of this code."""
        return STATUS[self.code]

    def __str__(self) -> str:
        """Return code and details, for logs and test output."""
        return f"{self.code} {self.details}" if self.details else self.code


class ValidationError(AppError):
    """The request is not of the documented form. Details: ``errors``, path to reason."""

    code = "VALIDATION_ERROR"

    @classmethod
    def at(cls, path: str, reason: str) -> ValidationError:
        """Return the error of one place."""
        return cls(errors={path: reason})


class InvalidText(AppError):
    """A text holds NUL or a lone surrogate. Details: ``path``, ``index``, ``character``."""

    code = "INVALID_TEXT"


class InvalidJson(AppError):
    """The body is not JSON. Details: ``reason``."""

    code = "INVALID_JSON"


class InvalidPattern(AppError):
    """A pattern cannot be used.

    Details: ``reason`` (``syntax``, ``empty``, ``slow``, ``long``), ``hint`` in English, and
    ``position`` where a syntax error is.
    """

    code = "INVALID_PATTERN"


class Unauthenticated(AppError):
    """Nobody knows who is asking."""

    code = "UNAUTHENTICATED"


class Forbidden(AppError):
    """The person is known and may not do this."""

    code = "FORBIDDEN"


class XsrfRefused(AppError):
    """A browser's request without the token that proves it came from our page."""

    code = "XSRF"


class NotFound(AppError):
    """There is no such thing, or it is somebody else's: which of the two is not told."""

    code = "NOT_FOUND"


class MethodNotAllowed(AppError):
    """The path exists, this verb does not. Details: ``allow``."""

    code = "METHOD_NOT_ALLOWED"


class Conflict(AppError):
    """What the change was made on has moved on. Details: ``version`` and what stands there now."""

    code = "CONFLICT"


class PayloadTooLarge(AppError):
    """Over a limit. Details: ``limit``, ``actual``, ``what`` (project, block, template, body)."""

    code = "PAYLOAD_TOO_LARGE"


class NoApiKey(AppError):
    """The provider is not set up. Details: ``provider``."""

    code = "NO_API_KEY"


class ContextWindowExceeded(AppError):
    """More tokens than the model takes. Details: ``tokens``, ``window``."""

    code = "CONTEXT_WINDOW_EXCEEDED"


class CostLimit(AppError):
    """Dearer than allowed. Details: ``estimate``, ``limit``."""

    code = "COST_LIMIT"


class RateLimited(AppError):
    """Too many requests. Details: ``retryAfter`` in seconds."""

    code = "RATE_LIMITED"


class ProviderError(AppError):
    """The AI provider refused or failed.

    Details: ``provider``, ``kind``, ``status``, ``requestId``, ``retryable``.
    """

    code = "PROVIDER_ERROR"


class ProviderTimeout(AppError):
    """The AI provider did not answer in time. Details: ``provider``, ``seconds``."""

    code = "PROVIDER_TIMEOUT"


class Unavailable(AppError):
    """The database or the cache is away. Details: ``reason``."""

    code = "UNAVAILABLE"


class InternalError(AppError):
    """A fault of ours. Details: ``id``, which is in the log with the traceback."""

    code = "INTERNAL_ERROR"
