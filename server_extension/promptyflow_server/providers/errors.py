"""From what a provider, the network or the clock says to one typed error for each cause."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from promptyflow_server.shared.errors import ProviderError, ProviderTimeout

if TYPE_CHECKING:
    from collections.abc import Mapping

    from promptyflow_server.providers.base import Secret

Kind = Literal[
    "authentication",
    "permission",
    "region",
    "model_not_found",
    "too_large",
    "rate_limit",
    "billing",
    "overloaded",
    "blocked",
    "bad_request",
    "server",
    "network",
    "address",
    "not_an_api",
    "interrupted",
    "endless",
]
Phase = Literal["connect", "silence", "total"]

RETRYABLE: Final = frozenset({"rate_limit", "overloaded", "server", "network", "interrupted"})
"""Causes that may be gone when the same is sent again; money is not among them."""

BY_STATUS: Final[dict[int, Kind]] = {
    400: "bad_request",
    401: "authentication",
    402: "billing",
    403: "permission",
    404: "model_not_found",
    405: "not_an_api",
    408: "server",
    409: "server",
    413: "too_large",
    422: "bad_request",
    429: "rate_limit",
    501: "not_an_api",
    503: "overloaded",
    529: "overloaded",
}
_LONGEST_MESSAGE: Final = 600
_KEYS: Final = re.compile(
    r"(?:sk|pk|xai|gsk|rk)-[\w\-*.…]{6,}|AIza[\w\-*…]{6,}|(?i:bearer)\s+\S+|[\w\-]{0,12}\*{3,}[\w\-]*"
)
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


class Named(Protocol):
    """Who failed."""

    @property
    def id(self) -> str:
        """Name in addresses."""

    @property
    def name(self) -> str:
        """Name for people."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a provider refused or failed.

    Parameters
    ----------
    kind
        In our words.
    status
        HTTP status, where there was one.
    said
        The provider's own words, not yet cleaned.
    request_id
        What the provider's support asks for.
    retry_after
        Seconds that the provider wants us to wait.
    parameter
        The part of the request that was refused, in the provider's words.
    retryable
        Overrides what the kind says.
    """

    kind: Kind
    status: int | None = None
    said: str | None = None
    request_id: str | None = None
    retry_after: float | None = None
    parameter: str | None = None
    retryable: bool | None = None

    @property
    def may_retry(self) -> bool:
        """Whether sending the same again may help."""
        return self.kind in RETRYABLE if self.retryable is None else self.retryable

    def error(self, who: Named, key: Secret | None = None) -> ProviderError:
        """Return the error that people are told, with no trace of the key in it."""
        details: dict[str, Any] = {
            "provider": who.id,
            "providerName": who.name,
            "kind": self.kind,
            "status": self.status,
            "requestId": None if self.request_id is None else scrubbed(self.request_id, key),
            "retryable": self.may_retry,
        }
        said = scrubbed(self.said or "", key)
        if not said and self.kind == "bad_request":
            said = f"HTTP {self.status}" if self.status else "…"  # its sentence quotes the provider
        if said:
            details["providerMessage"] = said
        if self.parameter:
            details["parameter"] = scrubbed(self.parameter, key)
        if self.retry_after is not None:
            details["retryAfter"] = max(1, round(self.retry_after))
        return ProviderError(**details)


def timed_out(who: Named, phase: Phase, seconds: float) -> ProviderTimeout:
    """Return the error of a provider that took too long."""
    return ProviderTimeout(
        provider=who.id,
        providerName=who.name,
        kind=phase,
        seconds=round(seconds, 1) if seconds % 1 else int(seconds),
        retryable=True,
    )


def by_status(status: int) -> Kind:
    """Return the cause that an HTTP status means if the provider says nothing better."""
    if status in BY_STATUS:
        return BY_STATUS[status]
    if 300 <= status < 400:  # noqa: PLR2004 - redirects are never followed: a key would travel
        return "not_an_api"
    return "server" if status >= 500 else "bad_request"  # noqa: PLR2004


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds that an answer asks to wait (RFC 9110, section 10.2.3)."""
    milliseconds = headers.get("retry-after-ms")
    try:
        if milliseconds is not None:
            return max(0.0, float(milliseconds) / 1000)
    except ValueError:
        pass
    value = headers.get("retry-after")
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except ValueError:
        return None


def scrubbed(text: str, key: Secret | None) -> str:
    """Return a provider's text as it may be shown: short, printable, with no key in it."""
    if key is not None:
        text = text.replace(key.reveal(), "…")
    text = _KEYS.sub("…", _UNPRINTABLE.sub(" ", text)).strip()
    return text if len(text) <= _LONGEST_MESSAGE else text[: _LONGEST_MESSAGE - 1] + "…"
