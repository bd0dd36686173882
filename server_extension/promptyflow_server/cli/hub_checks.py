"""What the doctor looks at where this is a service of a JupyterHub."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from promptyflow_server.cli.findings import Finding
from promptyflow_server.shared.errors import Unauthenticated, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptyflow_server.hub.settings import HubSettings
    from promptyflow_server.settings import Settings

_NOBODY: Final = "nobody of this name, asks promptyflow doctor"


def examine_hub(settings: Settings) -> Iterator[Finding]:
    """Ask the Hub when an account was made that it does not have: what it says shows if we may."""
    hub = settings.hub
    if hub is None:
        return
    told = {"url": hub.api_url, "service": hub.service, "id": hub.hub_id}
    if hub.token is None:
        yield Finding("hub", "warning", "hub_no_token", told, "hub_token")
        return
    try:
        may_ask = asyncio.run(_may_ask(hub))
    except Unavailable:
        yield Finding("hub", "problem", "hub_away", told, "hub_url")
        return
    if may_ask:
        yield Finding("hub", "ok", "hub", told)
    else:
        yield Finding("hub", "warning", "hub_no_role", told, "hub_role")


async def _may_ask(hub: HubSettings) -> bool:
    from promptyflow_server.hub.api import HubApi

    api = HubApi(hub)
    try:
        await api.created(_NOBODY)
    except Unauthenticated:
        return True  # the Hub has looked, and has found nobody
    finally:
        await api.close()
    return False
