"""PromptyFlow Lab on a JupyterHub (6 or newer): what the Hub's configuration needs for it.

Load it at the end of your own jupyterhub_config.py, to which it adds:

    load_subconfig("/etc/jupyterhub/promptyflow.py")

The service itself runs as a unit of its own: see ../systemd/promptyflow@.service.
"""

import os
from pathlib import Path

c = get_config()  # noqa: F821 - JupyterHub defines it

URL = os.environ.get("PROMPTYFLOW_SERVICE_URL", "http://127.0.0.1:10101")
TOKEN_FILE = os.environ.get("PROMPTYFLOW_HUB_TOKEN_FILE", "/etc/jupyterhub/promptyflow.token")
ACCESS = "access:services!service=promptyflow"

# The service, served by the Hub's proxy at /services/promptyflow/. No secret belongs into
# "environment" of a service: the Hub keeps that in clear in its own database.
c.JupyterHub.services.append(
    {
        "name": "promptyflow",
        "url": URL,
        "api_token": Path(TOKEN_FILE).read_text(encoding="utf-8").strip(),
        "oauth_no_confirm": True,
        "display": False,
    }
)

# What the service may ask the Hub: when an account was made. Without it somebody who gets the name
# of a deleted account would get that account's projects.
c.JupyterHub.load_roles.append(
    {"name": "promptyflow", "scopes": ["read:users"], "services": ["promptyflow"]}
)

# Everybody may use it …
c.JupyterHub.extra_user_scopes.add(ACCESS)

# … and so may the token of each person's own server. The first two scopes are JupyterHub's default.
c.Spawner.server_token_scopes = ["users:activity!user", "access:servers!server", ACCESS]

# Deliberately not set: c.Spawner.oauth_client_allowed_scopes. With it the owner of a shared server
# would get tokens that open what is its visitors'.

# Where people's servers find the service: past the proxy, since they run on this machine.
c.Spawner.environment.update({"PROMPTYFLOW_REMOTE_URL": f"{URL}/services/promptyflow"})

# A person's own configuration must not reach what runs with the server's token before its owner.
c.Spawner.disable_user_config = True
