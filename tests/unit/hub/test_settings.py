"""What the environment of a Hub's service tells."""

from __future__ import annotations

import pytest

from promptyflow_server.hub.remote import Remote
from promptyflow_server.hub.settings import hub_of
from promptyflow_server.settings import settings_of

URL = "http://127.0.0.1:8081/hub/api"
SERVICE = {"JUPYTERHUB_API_URL": URL, "JUPYTERHUB_SERVICE_NAME": "pf"}


def test_without_a_hub_there_is_none():
    assert hub_of({}) is None


def test_a_persons_own_server_is_no_service_of_the_hub():
    assert hub_of({"JUPYTERHUB_API_URL": URL, "JUPYTERHUB_USER": "alice"}) is None


def test_a_service_knows_its_name_its_place_and_its_scope():
    hub = hub_of(SERVICE | {"JUPYTERHUB_SERVICE_URL": "http://127.0.0.1:10101"})
    assert hub is not None
    assert (hub.prefix, hub.address) == ("/services/pf/", ("127.0.0.1", 10101))
    assert hub.access_scopes == {"access:services", "access:services!service=pf"}
    assert (hub.issuer, hub.token) == ("hub:jupyterhub", None)


def test_a_name_in_its_address_is_for_others_to_find_it():
    hub = hub_of(SERVICE | {"JUPYTERHUB_SERVICE_URL": "http://promptyflow:8000"})
    assert hub is not None
    assert hub.address == (None, 8000)


def test_its_token_comes_from_a_file_and_no_log_tells_it(tmp_path):
    file = tmp_path / "token"
    file.write_text("planted-token\n")
    settings = settings_of(
        SERVICE | {"JUPYTERHUB_API_TOKEN_FILE": str(file)}, data_dir=tmp_path, local=False
    )
    assert settings.hub is not None
    assert settings.hub.token == "planted-token"
    assert "planted-token" in settings.secrets()
    assert "planted-token" not in repr(settings)


def test_the_proxy_of_the_hub_is_believed_and_a_jupyter_server_has_no_hub(tmp_path):
    environment = dict(SERVICE)
    served = settings_of(environment, data_dir=tmp_path, local=False)
    assert served.trusted_proxies == ("127.0.0.0/8", "::1/128")
    assert settings_of(environment, data_dir=tmp_path, local=True).hub is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JUPYTERHUB_API_URL", "hub"),
        ("JUPYTERHUB_SERVICE_URL", "http://127.0.0.1:port"),
        ("PROMPTYFLOW_HUB_TOKEN_SECONDS", "0"),
        ("PROMPTYFLOW_HUB_TOKEN_SECONDS", "soon"),
        ("PROMPTYFLOW_HUB_TOKEN_SECONDS", "3600"),
    ],
)
def test_what_cannot_be_is_named(name, value):
    with pytest.raises(ValueError, match=name):
        hub_of(SERVICE | {name: value})


@pytest.mark.parametrize(
    "missing", ["PROMPTYFLOW_REMOTE_URL", "JUPYTERHUB_API_TOKEN", "JUPYTERHUB_USER"]
)
def test_the_way_to_the_service_needs_all_three(missing):
    environment = {
        "PROMPTYFLOW_REMOTE_URL": "http://127.0.0.1:10101/services/promptyflow/",
        "JUPYTERHUB_API_TOKEN": "planted-token",
        "JUPYTERHUB_USER": "alice",
    }
    remote = Remote.of(environment)
    assert remote is not None
    assert (remote.url, remote.root) == (
        "http://127.0.0.1:10101/services/promptyflow",
        "/services/promptyflow",
    )
    assert "planted-token" not in repr(remote)
    del environment[missing]
    assert Remote.of(environment) is None
