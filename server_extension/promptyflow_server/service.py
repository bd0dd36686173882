"""The standalone service: the same application behind a plain tornado server."""

from __future__ import annotations

import asyncio
import logging
import signal
from typing import TYPE_CHECKING, Final

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from promptyflow_server.application import PromptyflowServer
from promptyflow_server.http.service_host import make_web_application
from promptyflow_server.shared.errors import Unavailable

if TYPE_CHECKING:
    import socket

    from promptyflow_server.settings import Settings

log: Final = logging.getLogger("promptyflow.service")

_FILES: Final = 65_536
_IDLE_SECONDS: Final = 650.0
"""Longer than proxies keep a connection, and no longer: nobody is to hold one by half a request."""


async def serve(
    settings: Settings, *, host: str, port: int, prefix: str, reuse_port: bool = False
) -> None:
    """Serve until SIGTERM or SIGINT; requests that run are let finish first.

    From the signal on connections are refused, and new requests on open ones are told that the
    service is stopping. A second signal ends the waiting.

    Raises
    ------
    Unavailable
        The database is away, the master key cannot be used, or it cannot listen here.
    """
    allow_many_files()
    await _check_master_key(settings)
    server = PromptyflowServer(settings)
    http = HTTPServer(
        make_web_application(server, prefix),
        max_body_size=settings.max_body_bytes,
        max_buffer_size=settings.max_body_bytes,
        idle_connection_timeout=_IDLE_SECONDS,
    )
    stopping, hurrying = asyncio.Event(), asyncio.Event()

    def stop() -> None:
        (hurrying if stopping.is_set() else stopping).set()

    try:
        await server.dispatcher()  # one that cannot reach its database must not look started
        sockets = _listen(host, port, reuse_port=reuse_port)
        http.add_sockets(sockets)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)
        log.info("serving at http://%s:%d%s", host, sockets[0].getsockname()[1], prefix)
        await stopping.wait()
    finally:
        http.stop()
        await _drain(server, settings.drain_seconds, hurrying)
        await server.close()
        await http.close_all_connections()
        log.info("stopped")


def allow_many_files() -> None:
    """Let this process have as many connections as the system allows it.

    Most systems begin with 1,024 open files, which hundreds of people reach; whoever comes then is
    not answered, and each attempt is a line in the log.
    """
    try:
        import resource
    except ImportError:  # not on Windows
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


async def _check_master_key(settings: Settings) -> None:
    """Find out now whether the key that the operator names opens anything, not at the first use."""
    if settings.master_key_file is not None or settings.master_key is not None:
        from promptyflow_server.security.master_key import load_master_keys

        await asyncio.to_thread(load_master_keys, settings)


def _listen(host: str, port: int, *, reuse_port: bool) -> list[socket.socket]:
    try:
        return bind_sockets(port, host, reuse_port=reuse_port)
    except OSError as error:
        log.error("cannot listen at %s:%d: %s", host, port, error.strerror)  # noqa: TRY400 - the reason is told
        raise Unavailable(reason="address") from None


async def _drain(server: PromptyflowServer, seconds: float, hurrying: asyncio.Event) -> None:
    draining = asyncio.create_task(server.drain(seconds))
    hurried = asyncio.create_task(hurrying.wait())
    await asyncio.wait({draining, hurried}, return_when=asyncio.FIRST_COMPLETED)
    hurried.cancel()
    if not draining.done():
        draining.cancel()
        log.warning("stopped in a hurry: requests that ran were cut off")
    elif not draining.result():
        log.warning("requests that ran for more than %g s were cut off", seconds)
