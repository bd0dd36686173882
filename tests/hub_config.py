"""The configuration of the tests' JupyterHub: what the operators' document gives, and a test's own.

Read by JupyterHub. People get accounts of their own by number; nothing is kept outside one folder.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from jupyterhub.spawner import SimpleLocalProcessSpawner

c = get_config()  # noqa: F821 - JupyterHub defines it

told = json.loads(os.environ["PROMPTYFLOW_TEST_HUB"])
folder = Path(told["folder"])
ACCESS = "access:services!service=promptyflow"


class AccountSpawner(SimpleLocalProcessSpawner):
    """Runs each person's server as an account of their own, in a home that only they may read."""

    def make_preexec_fn(self, name):
        home, uid = Path(self.home_dir), told["accounts"].get(name, 60999)

        def become() -> None:
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.chown(home, uid, uid)
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            os.chdir(home)

        return become


# --- as on any Hub of one machine ---
c.JupyterHub.bind_url = told["url"]
c.JupyterHub.hub_bind_url = told["hub_url"]
c.ConfigurableHTTPProxy.api_url = told["proxy_api_url"]
c.ConfigurableHTTPProxy.command = [told["node"], told["proxy"]]
c.JupyterHub.db_url = f"sqlite:///{folder}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = str(folder / "cookie_secret")
c.ConfigurableHTTPProxy.pid_file = str(folder / "proxy.pid")
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = told["password"]
c.Authenticator.allowed_users = set(told["people"])
c.JupyterHub.load_groups = {"staff": {"users": ["alice", "bob"]}}
c.JupyterHub.spawner_class = AccountSpawner
c.AccountSpawner.home_dir_template = str(folder / "homes" / "{username}")
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--LabApp.expose_app_in_browser=True"]  # a test changes themes by it
c.LocalProcessSpawner.interrupt_timeout = 1  # Jupyter would ask whether it is meant
c.Spawner.http_timeout = 90
c.Spawner.start_timeout = 90
c.Spawner.environment = {"JUPYTER_PREFER_ENV_PATH": "1", "PYTHONUNBUFFERED": "1"}

# --- what the tests ask with ---
c.JupyterHub.services = [
    {"name": "tests", "api_token": told["admin_token"]},
    {"name": "neighbour", "api_token": told["neighbour_token"]},
    {  # the service once more, started by the Hub
        "name": "managed",
        "url": told["managed_url"],
        "command": [
            *(sys.executable, "-m", "promptyflow_server.cli"),
            *("--data-dir", f"{told['managed_folder']}/data", "serve"),
        ],
        "user": "nobody",
        "environment": {"PROMPTYFLOW_DATABASE_URL_FILE": f"{told['managed_folder']}/db.url"},
        "oauth_no_confirm": True,
    },
]
c.JupyterHub.extra_user_scopes = {"access:services!service=managed"}
c.JupyterHub.load_roles = [
    {
        "name": "tests",
        "scopes": ["admin:users", "admin:servers", "tokens", "groups", "shares", "delete:users"],
        "services": ["tests"],
    },
    {"name": "neighbour", "scopes": [ACCESS], "services": ["neighbour"]},
]

# --- what an operator is told to add ---
load_subconfig(told["config"])  # noqa: F821 - JupyterHub defines it
