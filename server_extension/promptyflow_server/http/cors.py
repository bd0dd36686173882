"""Pages of other sites: closed to all but those that the operator names (Fetch, section 3.2).

Cookies are never allowed along: a page that may call us shows a token, as every program does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from tornado.httputil import HTTPHeaders, HTTPServerRequest

_METHODS: Final = "GET, POST, PATCH, DELETE"
_REQUEST_HEADERS: Final = (
    "Accept-Language, Authorization, Confirm-Delete, Content-Type, Idempotency-Key, If-Match, "
    "Last-Event-ID"
)
_ANSWER_HEADERS: Final = (
    "ETag, Location, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, "
    "X-Request-Id"
)
_KEPT_SECONDS: Final = "600"


def is_preflight(request: HTTPServerRequest, origins: AbstractSet[str]) -> bool:
    """Tell whether a browser asks for a page that may call us what it may send."""
    asks = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
    return asks and request.headers.get("Origin") in origins


def cors_headers(headers: HTTPHeaders, origins: AbstractSet[str]) -> dict[str, str]:
    """Return what an answer tells the browser, nothing where no page of others may call us."""
    if not origins:
        return {}
    told = {"Vary": "Origin"}
    origin = headers.get("Origin")
    if origin is not None and origin in origins:
        told["Access-Control-Allow-Origin"] = origin
        told["Access-Control-Expose-Headers"] = _ANSWER_HEADERS
    return told


def preflight_headers() -> dict[str, str]:
    """Return what a page may send."""
    return {
        "Access-Control-Allow-Methods": _METHODS,
        "Access-Control-Allow-Headers": _REQUEST_HEADERS,
        "Access-Control-Max-Age": _KEPT_SECONDS,
    }
