"""The database as an operator's commands see it: reached directly, whatever its schema is."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from promptyflow_server.shared.errors import Unavailable

from . import connecting
from .embedded import EmbeddedPostgres, EmbeddedPostgresError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptyflow_server.settings import Settings


@contextmanager
def opened(settings: Settings) -> Iterator[dict[str, Any]]:
    """Give what the driver connects with; an embedded server runs as long as the body does.

    A pooler is passed by where the settings tell how.

    Raises
    ------
    Unavailable
        The embedded server cannot run, or the address is none.
    """
    url = settings.database_direct_url or settings.database_url
    if url is not None:
        yield connecting.external_options(url)
        return
    embedded = EmbeddedPostgres(settings.data_dir)
    try:
        endpoint = embedded.start()
    except EmbeddedPostgresError as error:
        raise Unavailable(reason=str(error.reason)) from error
    try:
        yield connecting.embedded_options(endpoint)
    finally:
        embedded.stop()
