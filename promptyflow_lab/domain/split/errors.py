"""What a split refuses: an option that makes no sense, a pattern that cannot be used."""

from __future__ import annotations

from typing import Literal

from promptyflow_lab.domain.errors import DomainError


class SplitError(DomainError):
    """An option of a split is wrong; ``path`` names it.

    ``reason`` is a word that never changes (``together``, ``too_many_parts``, …) and ``params``
    what stands in its sentence, so that it can be told in any language.
    """

    def __init__(
        self, option: str, message: str, *, reason: str = "invalid", **params: str | int
    ) -> None:
        super().__init__(option, message, {"errors": {option: message}})
        self.reason = reason
        self.params = params


class PatternError(DomainError):
    """A regular expression cannot be used.

    ``reason`` never changes: ``syntax`` (with ``position`` where known), ``empty`` (it matches
    nothing at all somewhere), ``slow`` (it did not end in time) or ``long``.
    """

    code = "INVALID_PATTERN"

    def __init__(
        self,
        reason: Literal["syntax", "empty", "slow", "long"],
        message: str,
        *,
        position: int | None = None,
    ) -> None:
        super().__init__("pattern", message, {"reason": reason, "position": position})
        self.reason = reason
        self.position = position
