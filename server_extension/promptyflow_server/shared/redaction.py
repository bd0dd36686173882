"""Taking secrets out of texts that people other than their owner will read: logs above all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

HIDDEN: Final = "[redacted]"
_LONGEST: Final = 100_000
_SHORTEST_SECRET: Final = 6
"""Characters below which a known secret is too common a text to be looked for."""

# What the group "kept" matches stays. Every repetition is bounded or cannot give back what it took,
# so that no line, however odd, takes long.
_KEYS: Final = r"""
    \b (?: (?:sk|rk|pk|xai|pplx|nvapi)- [\w\-]{8,} | (?:AIza|gsk_|hf_|r8_|gh[opsu]_) [\w\-]{10,}
          | pf[krt]_ [\w\-]{6,} )
    (?: \. [\w\-]++ )*+"""
_SIGNED: Final = r"\b eyJ [\w\-]{5,}+ \. [\w\-]{5,}+ \. [\w\-]*+"
_IN_HEADERS: Final = r"""
    (?P<kept> (?i: \b (?:bearer|basic) \s{1,3} )) [\w.~+/=\-]{6,}"""
_AFTER_A_WORD: Final = r"""
    (?P<kept> (?i: \b token \s{1,3} )) (?= \S{0,200}? \d ) [\w.~+/=\-]{16,}"""
_OF_DATABASES: Final = r"""  # which may hold any character, even a bare "@"
    (?P<kept> (?i: \b (?:postgres|redis|valkey) [a-z+]{0,20} :// [^\s:/@"']{0,200} : ))
    [^\s"']{1,300} (?=@)"""
_IN_ADDRESSES: Final = r"""
    (?P<kept> (?i: \b [a-z] [a-z0-9+.\-]{1,20} :// [^\s:/@"'?\#]{0,200} : ))
    [^\s/@"']{1,300} (?=@)"""
_PARAMETERS: Final = r"""
    (?P<kept> (?i: (?:\b|_)
        (?: (?:access|refresh|id)_?token | token | password | passwd | (?:client_)?secret
          | code_verifier | _xsrf | (?:x-|x-goog-)?(?:api[_\-]?)?key )
        ["']? \s{0,2} = ["']? ))
    [^\s&"'\#;,]+"""
_FIELDS: Final = r"""
    (?P<kept> (?i:
        (?: ["']token | \b(?:access|refresh|id)_?token | password | passwd | client_?secret
          | code_?verifier | (?:x-|x-goog-)?api[_\-]?key | (?:set-)?cookie | authorization )
        ["']? \s{0,2} : \s{0,2} b? ["']? ))
    [^\s"',;}]+ (?: \s [^\s"',;}]{16,} )?"""
_PATTERNS: Final = tuple(
    re.compile(pattern, re.VERBOSE | re.ASCII)
    for pattern in (
        _KEYS,
        _SIGNED,
        _IN_HEADERS,
        _AFTER_A_WORD,
        _OF_DATABASES,
        _IN_ADDRESSES,
        _PARAMETERS,
        _FIELDS,
    )
)


class Redactor:
    """Takes out what looks like a secret, and the secrets that are known.

    Parameters
    ----------
    secrets
        Values that must not be seen wherever they stand.

    Examples
    --------
    >>> Redactor()("GET /v1/models?key=AIzaSyD4XaFPLnQ8e")
    'GET /v1/models?key=[redacted]'
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = {secret for secret in secrets if len(secret) >= _SHORTEST_SECRET}
        self._known = sorted(known, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """Return the text without secrets, and cut if it is beyond all reason."""
        if len(text) > _LONGEST:
            text = f"{text[:_LONGEST]}… ({len(text)} characters)"
        for secret in self._known:
            text = text.replace(secret, HIDDEN)
        for pattern in _PATTERNS:
            text = pattern.sub(_hide, text)
        return text


def password_of(url: str | None) -> list[str]:
    """Return the password in an address, as it stands there and as it is meant."""
    try:
        password = urlsplit(url or "").password
    except ValueError:
        return []
    return [password, unquote(password)] if password else []


def _hide(match: re.Match[str]) -> str:
    return (match.groupdict().get("kept") or "") + HIDDEN
