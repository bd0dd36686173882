"""What can go wrong between a notebook and the server: one exception for each error code."""

from __future__ import annotations

from typing import Any, ClassVar


class PromptyFlowError(Exception):
    """Base of all errors of the client.

    Attributes
    ----------
    code : str
        Never changes; safe to compare with.
    message : str
        A sentence for people.
    details : dict
        What a program can act on, keys as they are on the wire.
    status : int or None
        The HTTP status, where a server answered.
    request_id : str or None
        Stands in the server's log, too.
    """

    code: ClassVar[str] = "ERROR"

    def __init__(
        self,
        message: str,
        *,
        details: dict[str, Any] | None = None,
        status: int | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.details = details or {}
        self.status = status
        self.request_id = request_id


class ServerNotFound(PromptyFlowError):
    """No server was given, and none could be told to be the right one."""

    code = "SERVER_NOT_FOUND"


class InsecureAddress(PromptyFlowError):
    """The address is not https:// and not of this machine: a token would be readable on its way."""

    code = "INSECURE_ADDRESS"


class SignInFailed(PromptyFlowError):
    """The sign-in did not come to an end."""

    code = "SIGN_IN_FAILED"


class NotConnected(PromptyFlowError):
    """The server does not answer."""

    code = "NOT_CONNECTED"


class UnexpectedAnswer(PromptyFlowError):
    """Something answered, but not with what PromptyFlow Lab would say: a proxy, another program."""

    code = "UNEXPECTED_ANSWER"


class Ambiguous(PromptyFlowError):
    """Several things have this name; an id tells them apart."""

    code = "AMBIGUOUS"


class ValidationError(PromptyFlowError):
    """The request is not of the documented form."""

    code = "VALIDATION_ERROR"

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong, by its place."""
        return dict(self.details.get("errors", {}))


class InvalidText(PromptyFlowError):
    """A text holds NUL or a lone surrogate; the details tell where."""

    code = "INVALID_TEXT"


class InvalidJson(PromptyFlowError):
    """The server could not read the request."""

    code = "INVALID_JSON"


class InvalidPattern(PromptyFlowError):
    """A pattern cannot be used."""

    code = "INVALID_PATTERN"


class Unauthenticated(PromptyFlowError):
    """The server does not know who is asking: the token is missing, wrong or expired."""

    code = "UNAUTHENTICATED"


class Forbidden(PromptyFlowError):
    """The server knows who is asking, and refuses."""

    code = "FORBIDDEN"


class XsrfRefused(PromptyFlowError):
    """A browser's request without its page's token; never the answer to a token of ours."""

    code = "XSRF"


class NotFound(PromptyFlowError):
    """There is no such thing, or it is somebody else's."""

    code = "NOT_FOUND"


class MethodNotAllowed(PromptyFlowError):
    """The server is of another version than this client."""

    code = "METHOD_NOT_ALLOWED"


class Conflict(PromptyFlowError):
    """Somebody changed it in the meantime; the details hold what stands there now."""

    code = "CONFLICT"

    @property
    def version(self) -> int | None:
        """The version that stands there now."""
        return self.details.get("version")


class PayloadTooLarge(PromptyFlowError):
    """Over a limit."""

    code = "PAYLOAD_TOO_LARGE"

    @property
    def what(self) -> str | None:
        """What is too large: the project, a block, the body of the request."""
        return self.details.get("what")

    @property
    def limit(self) -> int | None:
        """The most that is allowed."""
        return self.details.get("limit")

    @property
    def actual(self) -> int | None:
        """What it would have been."""
        return self.details.get("actual")


class NoApiKey(PromptyFlowError):
    """The AI provider is not set up; see `PromptyFlow.set_key`."""

    code = "NO_API_KEY"

    @property
    def provider(self) -> str | None:
        """The provider's id."""
        return self.details.get("provider")


class ContextWindowExceeded(PromptyFlowError):
    """The prompt has more tokens than the model takes."""

    code = "CONTEXT_WINDOW_EXCEEDED"

    @property
    def tokens(self) -> int | None:
        """Tokens of the prompt."""
        return self.details.get("tokens")

    @property
    def window(self) -> int | None:
        """Tokens that the model takes."""
        return self.details.get("window")


class CostLimit(PromptyFlowError):
    """Sending would cost more than allowed."""

    code = "COST_LIMIT"


class RateLimited(PromptyFlowError):
    """Too many requests, and waiting did not help."""

    code = "RATE_LIMITED"

    @property
    def retry_after(self) -> float | None:
        """Seconds after which to try again."""
        return self.details.get("retryAfter")


class ProviderError(PromptyFlowError):
    """The AI provider refused or failed."""

    code = "PROVIDER_ERROR"

    @property
    def provider(self) -> str | None:
        """The provider's id."""
        return self.details.get("provider")

    @property
    def kind(self) -> str | None:
        """What sort of refusal it was."""
        return self.details.get("kind")

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed later."""
        return bool(self.details.get("retryable"))


class ProviderTimeout(PromptyFlowError):
    """The AI provider did not answer in time."""

    code = "PROVIDER_TIMEOUT"


class InvalidAnswer(PromptyFlowError):
    """A model's answer is not what the schema asked for; the details hold the run's id."""

    code = "INVALID_ANSWER"


class Unavailable(PromptyFlowError):
    """The server cannot work at the moment; the details hold the reason."""

    code = "UNAVAILABLE"


class InternalError(PromptyFlowError):
    """A fault of the server; the details hold the number under which its log tells more."""

    code = "INTERNAL_ERROR"


def error_of(
    code: str,
    message: str,
    details: dict[str, Any] | None = None,
    *,
    status: int | None = None,
    request_id: str | None = None,
) -> PromptyFlowError:
    """Return the exception of a code; an unknown one, of a newer server, gets the base class."""
    kind = next((kind for kind in PromptyFlowError.__subclasses__() if kind.code == code), None)
    if kind is None:
        kind, message = PromptyFlowError, f"{code}: {message}"
    return kind(message, details=details, status=status, request_id=request_id)
