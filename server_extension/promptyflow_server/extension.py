"""The Jupyter Server extension: settings, wiring, start and stop. Nothing else."""

from __future__ import annotations

import os
import secrets
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_core.paths import jupyter_data_dir
from jupyter_server.extension.application import ExtensionApp
from jupyter_server.utils import url_path_join
from traitlets import Integer, Unicode

from promptyflow_server.application import PromptyflowServer
from promptyflow_server.http.jupyter_host import HealthHandler, JupyterHost, MetricsHandler
from promptyflow_server.http.renames import Renames
from promptyflow_server.http.run_events import RunEvents
from promptyflow_server.security.principal import KERNEL_TOKEN_PREFIX
from promptyflow_server.settings import SMALLEST_POOL, Settings, settings_of
from promptyflow_server.shared.logs import log_through

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

    from promptyflow_server.hub.remote import Remote

_DRAIN_SECONDS = 3.0
"""What an owner who ends Jupyter can be asked to wait for the last save."""


class PromptyflowApp(ExtensionApp):
    """PromptyFlow Lab inside a Jupyter server."""

    name = "promptyflow_server"
    app_name = "PromptyFlow Lab"
    description = "The prompt workbench of JupyterLab"
    extension_url = "/lab"
    load_other_extensions = True

    data_dir = Unicode(
        config=True,
        help="Folder for the embedded database and the master key. "
        "Default: promptyflow in Jupyter's data folder.",
    )
    pool_size = Integer(
        None,
        min=SMALLEST_POOL,
        allow_none=True,
        config=True,
        help="Connections to the database at PROMPTYFLOW_DATABASE_URL.",
    )
    max_body_bytes = Integer(
        160 * 1024 * 1024, min=1024, config=True, help="Largest request body in bytes."
    )

    def initialize_settings(self) -> None:
        """Make the application; it connects to nothing before the first request."""
        folder = Path(self.data_dir or Path(jupyter_data_dir()) / "promptyflow")
        self.remote = _remote()
        settings, refusal = Settings(folder), _refusal(self.remote)
        if self.remote is None:
            try:
                settings = settings_of(os.environ, data_dir=folder, local=True)
            except ValueError as error:
                # Jupyter works on without us, and must be able to stop us.
                self.log.error("PromptyFlow: a setting cannot be used: %s", error)  # noqa: TRY400 - it says all
                refusal = "settings"
        settings = replace(settings, max_body_bytes=self.max_body_bytes)
        if self.pool_size is not None:
            settings = replace(settings, pool_size=self.pool_size)
        self.server = PromptyflowServer(
            settings, refusal=refusal, run_observer=RunEvents(lambda: self.serverapp)
        )
        self.kernel_token = KERNEL_TOKEN_PREFIX + secrets.token_urlsafe(32)
        own = [self.kernel_token, *([self.remote.token] if self.remote else [])]
        self.stop_logging = log_through(self.log, [*settings.secrets(), *own])

    def initialize_handlers(self) -> None:
        """Serve everything below ``promptyflow/``."""
        root = url_path_join(self.settings["base_url"], "promptyflow")
        if self.remote is not None:
            from promptyflow_server.hub.forwarding import forward_handlers

            self.handlers.extend(forward_handlers(self.server, root, self.remote))
            return
        made: dict[str, Any] = {
            "server": self.server,
            "root": root,
            "kernel_token": self.kernel_token,
        }
        self.handlers.extend(
            [
                (r"promptyflow/health", HealthHandler, made),
                (r"promptyflow/metrics", MetricsHandler, made),
                (r"promptyflow(/.*)?", JupyterHost, made),
            ]
        )

    async def _start_jupyter_server_extension(self, serverapp: ServerApp) -> None:
        Renames(self.server, self.remote).listen(serverapp)
        if self.remote is not None:  # kernels have the way to the Hub's service already
            return
        # Only now is the port known; kernels started from here on inherit both.
        os.environ["PROMPTYFLOW_URL"] = f"{serverapp.connection_url.rstrip('/')}/promptyflow"
        os.environ["PROMPTYFLOW_TOKEN"] = self.kernel_token

    async def stop_extension(self) -> None:
        """End what runs and leave the database."""
        await self.server.drain(_DRAIN_SECONDS)
        await self.server.close()
        if self.remote is not None:
            await self.remote.close()
        self.stop_logging()


def _remote() -> Remote | None:
    """Return the Hub's service, where this is somebody's server on a Hub."""
    if not os.environ.get("PROMPTYFLOW_REMOTE_URL"):
        return None
    from promptyflow_server.hub.remote import Remote

    return Remote.of(os.environ)


def _refusal(remote: Remote | None) -> str | None:
    """Fail closed: a Hub user's own server must not hold the database or the master key."""
    if os.environ.get("PROMPTYFLOW_REMOTE_URL"):
        return "remote_url" if remote is None else None
    on_hub = "JUPYTERHUB_USER" in os.environ
    allowed = os.environ.get("PROMPTYFLOW_ALLOW_DIRECT_ON_HUB") == "1"
    return "hub_direct" if on_hub and not allowed else None
