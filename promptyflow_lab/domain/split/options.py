"""What `split_text` can be told, and the refusal of what makes no sense."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypedDict, get_args

from .errors import SplitError
from .presets import PRESETS
from .sized import Size

if TYPE_CHECKING:
    from collections.abc import Callable

Method = Literal["sentence", "paragraph", "heading", "delimiter", "pattern", "exact", "tokens"]
"""How to split."""

MOST_PARTS: Final = 100_000
"""More parts than this are refused: they help nobody and fill the memory."""


class Options(TypedDict, total=False):
    """What the methods other than `sentence` can be told."""

    per_part: int
    min_size: int
    level: int
    delimiter: str
    pattern: str
    preset: str
    keep: bool
    case_sensitive: bool
    time_limit: float
    count_tokens: Callable[[str], int]


_TAKES: Final[dict[str, frozenset[str]]] = {
    "sentence": frozenset(),
    "paragraph": frozenset({"per_part", "min_size"}),
    "heading": frozenset({"level"}),
    "delimiter": frozenset({"delimiter", "keep", "case_sensitive"}),
    "pattern": frozenset({"pattern", "preset", "keep", "case_sensitive", "time_limit"}),
    "exact": frozenset(),
    "tokens": frozenset({"count_tokens"}),
}


def checked(
    method: str, parts: int | None, size: int | None, max_size: int | None, options: Options
) -> Size | None:
    """Refuse what makes no sense, naming the option."""
    if method not in get_args(Method):
        raise SplitError("method", f"one of {', '.join(get_args(Method))}")
    for name in options:
        if name not in _TAKES[method]:
            raise SplitError(
                name, f"not with the method {method}", reason="not_with", method=method
            )
    given = {"parts": parts, "size": size, "max_size": max_size}
    named = [name for name, value in given.items() if value is not None]
    if len(named) > 1:
        raise SplitError(
            named[1], f"not together with {named[0]}", reason="together", other=named[0]
        )
    for name, value in given.items():
        _whole_number(name, value, least=1)
    if parts is not None and parts > MOST_PARTS:
        raise SplitError("parts", f"at most {MOST_PARTS:,}", reason="too_large", limit=MOST_PARTS)
    if method in ("delimiter", "pattern") and named not in ([], ["max_size"]):
        raise SplitError(
            named[0], f"not with the method {method}", reason="not_with", method=method
        )
    if method in ("exact", "tokens") and not named:
        raise SplitError(
            "max_size", f"the method {method} needs parts, size or max_size", reason="required"
        )
    _check_options(method, options)
    return Size(parts, size, max_size) if named else None


def _check_options(method: str, options: Options) -> None:
    _whole_number("per_part", options.get("per_part"), least=1)
    _whole_number("min_size", options.get("min_size"), least=0)
    _whole_number("level", options.get("level"), least=1)
    delimiter = options.get("delimiter")
    if method == "delimiter" and not (isinstance(delimiter, str) and delimiter):
        raise SplitError("delimiter", "needed, and not empty", reason="required")
    if method == "tokens" and not callable(options.get("count_tokens")):
        raise SplitError("count_tokens", "needed: a function from a text to its number of tokens")
    if method == "pattern":
        if ("pattern" in options) == ("preset" in options):
            raise SplitError(
                "pattern",
                "either a pattern or a preset is needed",
                reason="either_or",
                other="preset",
            )
        if not isinstance(options.get("pattern", ""), str):
            raise SplitError("pattern", "a text")
        if "preset" in options and options["preset"] not in PRESETS:
            raise SplitError("preset", f"one of {', '.join(PRESETS)}")
        if not 0 < options.get("time_limit", 1.0) <= _LONGEST_WAIT:
            raise SplitError("time_limit", f"between 0 and {_LONGEST_WAIT:g} seconds")


_LONGEST_WAIT: Final = 60.0


def _whole_number(name: str, value: object, *, least: int) -> None:
    if value is None:
        return
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise SplitError(name, f"a whole number from {least} on")


def refuse_too_many(length: int, size: Size, *, tokens: bool) -> None:
    """Refuse sizes so small that the parts would be too many."""
    limit = size.about or size.most
    if limit and not tokens and length > limit * MOST_PARTS:
        raise SplitError(
            "size" if size.about else "max_size",
            f"more than {MOST_PARTS:,} parts",
            reason="too_many_parts",
            limit=MOST_PARTS,
        )
