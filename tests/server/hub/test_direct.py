"""A server that a Hub started works through the Hub's service, or not at all."""

from __future__ import annotations

import pytest
from jupyter_process import running_jupyter

from promptyflow_server import extension

HUB = {"JUPYTERHUB_USER": "alice"}
TOKEN = {"JUPYTERHUB_API_TOKEN": "t" * 32}
WAY = {"PROMPTYFLOW_REMOTE_URL": "http://127.0.0.1:1/pf"}


def test_it_fails_closed(tmp_path):
    with (
        running_jupyter(tmp_path, app="server", environment=HUB) as jupyter,
        jupyter.http() as client,
    ):
        told = client.get("promptyflow/api/user")
        assert (told.status_code, told.json()["error"]) == (503, "UNAVAILABLE")
        assert "PROMPTYFLOW_REMOTE_URL" in told.json()["message"]
        assert not jupyter.data.exists(), "neither a database nor a key was made"


@pytest.mark.parametrize(
    ("environment", "refusal"),
    [
        ({}, None),
        (HUB, "hub_direct"),
        (HUB | TOKEN | WAY, None),
        (HUB | WAY, "remote_url"),
        (TOKEN | WAY, "remote_url"),
        (HUB | TOKEN | {"PROMPTYFLOW_REMOTE_URL": "the service"}, "remote_url"),
        (HUB | {"PROMPTYFLOW_ALLOW_DIRECT_ON_HUB": "1"}, None),
        (HUB | WAY | {"PROMPTYFLOW_ALLOW_DIRECT_ON_HUB": "1"}, "remote_url"),
    ],
)
def test_what_is_missing_is_never_made_up_for(monkeypatch, environment, refusal):
    for name in HUB | TOKEN | WAY:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert extension._refusal(extension._remote()) == refusal
