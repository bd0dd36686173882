"""The embedded server on Windows, where there is none yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from .errors import EmbeddedPostgresError, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from .configuration import Endpoint


class EmbeddedPostgres:
    """Says on Windows that a server of one's own is needed.

    What keeps other accounts out elsewhere, sockets in a closed folder and peer authentication,
    does not exist there, and a server that trusts the whole machine is worse than none.
    """

    def __init__(
        self,
        base_dir: Path,
        *,
        options: Mapping[str, str] | None = None,
        start_seconds: float = 0,
    ) -> None:
        self._told = base_dir, options, start_seconds

    @property
    def endpoint(self) -> Endpoint:
        """There is none."""
        return self.start()

    def start(self) -> Endpoint:
        """Raise: there is no embedded server here."""
        raise EmbeddedPostgresError(
            Reason.UNSUPPORTED, "PromptyFlow has no embedded database on Windows"
        )

    def stop(self) -> bool:
        """Do nothing."""
        return False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
