"""A copy of the database that follows it: asked for what may be a moment old, never for more.

It is asked on behalf of somebody only when it has all that this person wrote. How old it may be is
measured against the database itself: a copy that lost its line looks as if nothing happened.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import create_async_engine

from promptyflow_server.shared.errors import Unavailable

from . import connecting, migrate
from .acting import ACTING
from .marks import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from .marks import Marks

_log = logging.getLogger(__name__)

_LOOK_SECONDS: Final = 1.0
_REST_SECONDS: Final = 5.0
_CONNECT_SECONDS: Final = 2
_WROTE: Final = text("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
_PLACE: Final = text("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint")
_FOLLOWS: Final = text(
    "SELECT pg_is_in_recovery(), pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint"
)
_SCHEMA: Final = text("SELECT version_num FROM alembic_version")
_FAILURES: Final = (SQLAlchemyError, OSError, Unavailable)


class Replica:
    """The copy, and what is known of how far it has come.

    Parameters
    ----------
    url
        Where it is.
    pool_size
        Connections to it.
    max_lag
        Seconds that it may be behind.
    marks
        How far everybody's own writes reach.
    clock
        Seconds that only grow.
    """

    def __init__(
        self,
        url: str,
        *,
        pool_size: int,
        max_lag: float,
        marks: Marks,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._pool_size = pool_size
        self._max_lag = max_lag
        self._marks = marks
        self._clock = clock
        self._engine: AsyncEngine | None = None
        self._rests_until = 0.0
        self._looked_at = -1e9
        self._came_to = 0
        self._is_fresh = False
        self._places: deque[tuple[float, int]] = deque(maxlen=1000)
        self._confirmed_at = -1e9
        self._told: set[UUID] = set()
        self._has_schema = False

    @property
    def pool(self) -> Any:  # noqa: ANN401 - of SQLAlchemy
        """Its pool of connections, None before the first use."""
        return None if self._engine is None else self._engine.pool

    async def note(self, connection: AsyncConnection) -> bool:
        """Return whether the open transaction has written; to be asked before it is committed."""
        return bool((await connection.execute(_WROTE)).scalar())

    async def wrote(self, connection: AsyncConnection) -> None:
        """Note that whoever acts has written; to be called behind the commit."""
        acting = ACTING.get()
        if acting is None:
            return
        try:
            place = int((await connection.execute(_PLACE)).scalar_one())
            await connection.rollback()
        except DBAPIError:  # what was committed is committed, wherever it stands
            place = UNKNOWN
        await self._marks.set(acting.user_id, place)

    async def connection(self, primary: AsyncEngine) -> AsyncConnection | None:
        """Return a connection to the copy, if it will do for whoever acts; else None."""
        acting = ACTING.get()
        if acting is None or self._clock() < self._rests_until:
            return None
        user_id = acting.user_id
        try:
            if user_id in self._told:
                self._told.discard(user_id)
                await self._marks.set(user_id, await _place_of(primary))
            wanted = await self._marks.get(user_id)
            if wanted == UNKNOWN or not await self._will_do(primary, wanted):
                return None
            self._marks.passed(user_id, self._came_to)
            return await self._made().connect()
        except (*_FAILURES, PoolTimeoutError) as error:
            self.failed(error)
            return None

    def tell(self, user_id: UUID) -> None:
        """Note that a person has been told of a change, and may come to read what it changed."""
        self._told.add(user_id)

    def failed(self, error: BaseException) -> None:
        """Leave it alone for some seconds."""
        if self._clock() >= self._rests_until:
            name = type(getattr(error, "orig", None) or error).__name__
            _log.warning("the replica is not used for a while: %s", name)
        self._rests_until = self._clock() + _REST_SECONDS

    async def close(self) -> None:
        """Close the connections."""
        if self._engine is not None:
            engine, self._engine = self._engine, None
            await engine.dispose()

    def _made(self) -> AsyncEngine:
        if self._engine is None:
            options = connecting.external_options(self._url)
            options["connect_timeout"] = _CONNECT_SECONDS
            self._engine = create_async_engine(
                "postgresql+psycopg://",
                connect_args=options,
                pool_size=self._pool_size,
                max_overflow=0,
                pool_timeout=_CONNECT_SECONDS,
                pool_use_lifo=True,
                isolation_level="AUTOCOMMIT",  # transactions are begun by us
                pool_pre_ping=True,
                hide_parameters=True,
                use_native_hstore=False,
            )
        return self._engine

    async def _will_do(self, primary: AsyncEngine, wanted: int) -> bool:
        """Return whether it follows closely, and has come at least to this place."""
        now = self._clock()
        if now - self._looked_at >= _LOOK_SECONDS:
            self._places.append((now, await _place_of(primary)))
            await self._look()
            self._looked_at = now
        elif wanted > self._came_to:
            await self._look()
        return self._is_fresh and wanted <= self._came_to

    async def _look(self) -> None:
        async with self._made().connect() as connection:
            follows, place = (await connection.execute(_FOLLOWS)).one()
            if follows and not self._has_schema:
                version = (await connection.execute(_SCHEMA)).scalar()
                self._has_schema = version == migrate.revisions()[-1]
        if not follows:  # it was made the database itself, or never was a copy
            self._is_fresh = False
            return
        self._came_to = int(place)
        while self._places and self._places[0][1] <= self._came_to:
            self._confirmed_at = self._places.popleft()[0]
        behind = self._clock() - self._confirmed_at if self._places else 0.0
        self._is_fresh = self._has_schema and behind <= self._max_lag


async def _place_of(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return int((await connection.execute(_PLACE)).scalar_one())
