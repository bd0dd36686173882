"""All services of a server, made once and handed to whoever needs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptyflow_server.http.dispatcher import Dispatcher
from promptyflow_server.http.openapi import openapi_routes
from promptyflow_server.http.routing import Router, Routes
from promptyflow_server.security.access_tokens import AccessTokens
from promptyflow_server.security.identity import Identities
from promptyflow_server.storage.database import Database

if TYPE_CHECKING:
    from promptyflow_server.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """What handlers work with."""

    settings: Settings
    database: Database
    identities: Identities
    access_tokens: AccessTokens

    async def start(self) -> None:
        """Do what must be done before the first request is answered."""
        await self.database.ready()

    async def close(self) -> None:
        """End what runs, then the database."""
        await self.database.close()


def build_services(settings: Settings) -> Services:
    """Return the services, wired; nothing is connected yet."""
    database = Database(settings)
    return Services(
        settings=settings,
        database=database,
        identities=Identities(database),
        access_tokens=AccessTokens(database),
    )


def build_dispatcher(settings: Settings) -> Dispatcher:
    """Return what answers requests, with every resource's endpoints."""
    resources: list[Routes] = []
    router = Router([*resources, openapi_routes(resources)])
    return Dispatcher(router, build_services(settings))
