"""Several servers of one database, as several processes of a service would be."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from promptyflow_server.services import build_dispatcher

if TYPE_CHECKING:
    from promptyflow_server.http.dispatcher import Dispatcher
    from promptyflow_server.settings import Settings


@dataclass
class Servers:
    """Servers of one database; they are closed together."""

    settings: Settings
    made: list[Dispatcher] = field(default_factory=list)

    async def start(self, **changes: Any) -> Dispatcher:
        """Return one more, with other settings where that is wished for."""
        dispatcher = build_dispatcher(replace(self.settings, **changes))
        await dispatcher.services.start()
        self.made.append(dispatcher)
        return dispatcher

    async def close(self) -> None:
        for dispatcher in self.made:
            await dispatcher.services.close()
