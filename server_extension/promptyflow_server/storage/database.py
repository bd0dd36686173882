"""The one way to the data: a pool of connections, transactions, and a server that may come back."""

from __future__ import annotations

import asyncio
import logging
import random
import select
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

import psycopg
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import create_async_engine

from promptyflow_server.audit.deeds import DEED
from promptyflow_server.audit.repository import note
from promptyflow_server.settings import LOCAL_POOL_SIZE, SERVICE_POOL_SIZE
from promptyflow_server.shared.errors import Unavailable

from . import connecting, migrate, wall
from .acting import ACTING
from .embedded import EmbeddedPostgres, EmbeddedPostgresError
from .marks import Marks
from .replica import Replica

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from uuid import UUID

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from promptyflow_server.settings import Settings
    from promptyflow_server.shared.metrics import Reading
    from promptyflow_server.shared.redis_line import RedisLine

    ResultT = TypeVar("ResultT")

_log = logging.getLogger(__name__)

_POOL_SECONDS: Final = 30.0  # a burst of two hundred sends on a busy machine waits its turn
_RECOVERY_SECONDS: Final = 30.0
_PAUSE: Final = 0.05
_ATTEMPTS: Final = 4
_SNAPSHOT: Final = "ISOLATION LEVEL REPEATABLE READ"


class Database:
    """The database of one server process. Nothing is connected before the first use.

    Parameters
    ----------
    settings
        ``database_url`` for a server of one's own, else the embedded one in ``data_dir``.
    redis
        Where several processes tell each other who wrote; needed with a replica only.

    Examples
    --------
    >>> async with database.transaction() as connection:  # doctest: +SKIP
    ...     await connection.execute(statement)
    """

    def __init__(self, settings: Settings, redis: RedisLine | None = None) -> None:
        self._url = settings.database_url
        self._direct_url = settings.database_direct_url
        self._options: dict[str, Any] = {}
        self._embedded = None if self._url else EmbeddedPostgres(settings.data_dir)
        is_small = settings.local or self._embedded is not None
        self._kept = settings.pool_size or (LOCAL_POOL_SIZE if is_small else SERVICE_POOL_SIZE)
        self._overflow = LOCAL_POOL_SIZE if is_small and not settings.pool_size else 0
        self._replica: Replica | None = None
        if settings.database_replica_url is not None and self._url is not None:
            self._replica = Replica(
                settings.database_replica_url,
                pool_size=self._kept,
                max_lag=settings.replica_max_lag,
                marks=Marks(redis),
            )
        self._engine: AsyncEngine | None = None
        self._opening: asyncio.Task[AsyncEngine] | None = None
        self._is_closed = False
        self._is_walled = False

    def __repr__(self) -> str:
        return f"<Database {'embedded' if self._embedded else 'external'}>"

    async def ready(self) -> None:
        """See to it that the server runs and has this version's schema; the first call does it.

        Raises
        ------
        Unavailable
            The reason is a key of ``shared.messages.REASONS``.
        """
        await self._ready_engine()

    @asynccontextmanager
    async def transaction(self, *, snapshot: bool = False) -> AsyncIterator[AsyncConnection]:
        """Give a connection whose work is committed as one, or not at all if the body raises.

        Parameters
        ----------
        snapshot
            As of `read`; it may lose against another writer, so `run` is the way to ask for it.

        Raises
        ------
        Unavailable
            The server is away. The body is never run again: only its author knows whether
            that is right, see `run`.
        """
        async with self._connection() as connection:
            deed = DEED.get()
            async with connection.begin():
                await self._begin(connection, _SNAPSHOT if snapshot else "")
                yield connection
                noted = deed and not deed.is_noted and await note(connection, deed)
                wrote = self._replica is not None and await self._replica.note(connection)
            if wrote and self._replica is not None:
                await self._replica.wrote(connection)
            if deed is not None and noted:
                deed.is_noted = True

    @asynccontextmanager
    async def read(
        self, *, snapshot: bool = False, may_be_late: bool = False
    ) -> AsyncIterator[AsyncConnection]:
        """Give a connection for reading.

        Parameters
        ----------
        snapshot
            Several statements see one state of the data. Without it each sees the latest.
        may_be_late
            What others wrote a moment ago may be missing, but never what this person wrote: a
            replica may be asked.
        """
        late = self._connection(may_be_late=may_be_late)
        async with late as connection, connection.begin():
            await self._begin(connection, f"{_SNAPSHOT if snapshot else ''} READ ONLY")
            yield connection

    async def run(
        self, work: Callable[[AsyncConnection], Awaitable[ResultT]], *, snapshot: bool = False
    ) -> ResultT:
        """Do `work` in a transaction, and again if it lost against another one.

        Parameters
        ----------
        work
            Does nothing but what the transaction undoes.
        snapshot
            As of `read`.

        Raises
        ------
        Unavailable
            It lost every time, or the server is away.
        """
        attempt = 1
        while True:
            try:
                async with self.transaction(snapshot=snapshot) as connection:
                    return await work(connection)
            except DBAPIError as error:
                if not connecting.is_worth_repeating(error):
                    raise
                if attempt == _ATTEMPTS:
                    raise Unavailable(reason="database_busy") from error
            await asyncio.sleep(random.uniform(0, _PAUSE * attempt))  # noqa: S311 - no secret
            attempt += 1

    async def check(self) -> None:
        """Ask the server for an answer, or raise `Unavailable`."""
        async with self.read() as connection:
            await connection.execute(text("SELECT 1"))

    def readings(self) -> list[Reading]:
        """Return how many connections there are, for the metrics."""
        pools: dict[str, Any] = {
            "primary": None if self._engine is None else self._engine.pool,
            "replica": None if self._replica is None else self._replica.pool,
        }
        name, meaning = "database_connections", "Connections of this process."
        return [
            (name, meaning, {"pool": which, "state": state}, float(number))
            for which, pool in pools.items()
            if pool is not None
            for state, number in (("used", pool.checkedout()), ("idle", pool.checkedin()))
        ]

    def told(self, owner_id: UUID) -> None:
        """Note that a person was told of a change: what they read now must not be older."""
        if self._replica is not None:
            self._replica.tell(owner_id)

    async def direct(self) -> psycopg.AsyncConnection[Any]:
        """Return a connection for the caller alone, past the pool and past a pooler's address.

        Raises
        ------
        Unavailable
            The server is away.
        """
        await self.check()  # brings up an embedded server that is gone
        options = self._options
        if self._direct_url is not None:
            options = connecting.external_options(self._direct_url)
        try:
            return await psycopg.AsyncConnection.connect(**options, autocommit=True)
        except psycopg.OperationalError as error:
            raise connecting.of_connecting(error) from error

    async def close(self) -> None:
        """Close the connections and leave the embedded server, which stops with its last user."""
        self._is_closed = True
        if self._opening is not None:
            await asyncio.gather(self._opening, return_exceptions=True)
        if self._engine is not None:
            engine, self._engine = self._engine, None
            await engine.dispose()
        if self._replica is not None:
            await self._replica.close()
        if self._embedded is not None:
            await asyncio.to_thread(self._embedded.stop)

    async def _ready_engine(self) -> AsyncEngine:
        if self._is_closed:
            raise Unavailable(reason="stopping")
        if self._engine is None:
            if self._opening is None:
                self._opening = asyncio.create_task(self._open())
                self._opening.add_done_callback(self._opened)
            # Whoever stops waiting must not take the start away from the others.
            return await asyncio.shield(self._opening)
        return self._engine

    async def _open(self) -> AsyncEngine:
        options = await asyncio.to_thread(self._prepare)
        engine = create_async_engine(
            "postgresql+psycopg://",  # the rest, with the password, is in the options
            connect_args=options,
            pool_size=self._kept,
            max_overflow=self._overflow,
            pool_timeout=_POOL_SECONDS,
            pool_use_lifo=True,
            isolation_level="AUTOCOMMIT",  # transactions are begun by us: see `_begin`
            pool_pre_ping=self._embedded is None,
            hide_parameters=True,  # people's texts do not belong in a log
            use_native_hstore=False,
        )
        if self._embedded is not None:
            event.listen(engine.sync_engine, "checkout", _refuse_dead)
        return engine

    def _opened(self, opening: asyncio.Task[AsyncEngine]) -> None:
        self._opening = None
        if not opening.cancelled() and opening.exception() is None:
            self._engine = opening.result()

    def _prepare(self) -> dict[str, Any]:
        """Start, migrate, and return what connections are made with; runs in a thread."""
        if self._embedded is None:
            options = connecting.external_options(self._url or "")
        else:
            options = connecting.embedded_options(self._start_embedded(self._embedded))
        self._options = options
        try:
            self._is_walled = migrate.to_this_version(options)
        except BaseException as error:
            if self._embedded is not None:
                self._embedded.stop()
            if isinstance(error, psycopg.OperationalError):
                raise connecting.of_connecting(error) from error
            raise
        return options

    async def _begin(self, connection: AsyncConnection, how: str) -> None:
        """Begin a transaction on behalf of whoever acts, in one question to the server."""
        driver = (await connection.get_raw_connection()).driver_connection
        assert isinstance(driver, psycopg.AsyncConnection)  # noqa: S101 - as the engine was made
        acting = ACTING.get() if self._is_walled else None
        try:
            await driver.execute(wall.begin(how, acting), prepare=False)
        except psycopg.OperationalError as error:
            await driver.close()
            await connection.invalidate(error)
            raise connecting.of_connecting(error) from error

    @asynccontextmanager
    async def _connection(self, *, may_be_late: bool = False) -> AsyncIterator[AsyncConnection]:
        replica = self._replica if may_be_late else None
        late = None if replica is None else await replica.connection(await self._ready_engine())
        connection = late or await self._connect()
        try:
            yield connection
        except DBAPIError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                # Undoing failed, since the server is away; whoever was told to end must end.
                raise asyncio.CancelledError from error
            failure = connecting.of_working(error)
            if replica is not None and late is not None and failure is None:
                failure = connecting.of_following(error)
            if replica is not None and late is not None and failure is not None:
                replica.failed(error)
            connecting.conceal_rows(error)
            if failure is None:
                raise
            raise failure from error
        finally:
            await asyncio.shield(connection.close())

    async def _connect(self) -> AsyncConnection:
        """Return a connection that works; an embedded server that is gone is started again."""
        engine = await self._ready_engine()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _RECOVERY_SECONDS
        attempt = 0
        while True:
            attempt += 1
            try:
                return await engine.connect()
            except PoolTimeoutError as error:
                raise Unavailable(reason="database_busy") from error
            except DBAPIError as error:
                recovers = connecting.is_recovering(error) and loop.time() < deadline
                if self._embedded is None or (attempt >= _ATTEMPTS and not recovers):
                    raise connecting.of_connecting(error) from error
            if attempt > 1:  # a server that was killed a moment ago still looks alive
                await asyncio.sleep(_PAUSE)
            await asyncio.to_thread(self._start_embedded, self._embedded)

    def _start_embedded(self, embedded: EmbeddedPostgres) -> Any:  # noqa: ANN401
        try:
            return embedded.start()
        except EmbeddedPostgresError as error:
            _log.error("%s", error)
            raise Unavailable(reason=str(error.reason)) from error


def _refuse_dead(connection: Any, _record: object, _proxy: object) -> None:  # noqa: ANN401
    """Refuse a pooled connection whose server has hung up, without asking the server.

    An idle connection has nothing to read but the end. Looking costs a microsecond where a
    question would cost a tenth of a millisecond, with every transaction.
    """
    poll = select.poll()
    try:
        poll.register(connection.driver_connection.pgconn.socket, select.POLLIN)
    except psycopg.OperationalError as error:
        raise DisconnectionError("the connection is closed") from error
    if poll.poll(0):
        raise DisconnectionError("the server has hung up")
