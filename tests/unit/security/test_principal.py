"""Who a Jupyter server's visitor is to us, by the kind of its identity provider."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from jupyter_server.auth.identity import IdentityProvider, PasswordIdentityProvider

from promptyflow_server.security.principal import jupyter_principal
from promptyflow_server.shared.errors import Forbidden


class OfTheHub:
    """Stands in for the provider of JupyterHub's single-user server."""


OfTheHub.__module__ = "jupyterhub.singleuser.extension"


def user(name: str) -> SimpleNamespace:
    return SimpleNamespace(username=name, display_name=name)


@pytest.mark.parametrize("kind", [IdentityProvider, PasswordIdentityProvider])
def test_with_jupyters_own_providers_every_browser_is_the_owner(kind):
    found = {jupyter_principal(kind(), user(name)).subject for name in ("a", "b")}
    assert found == {"owner"}


def test_a_server_on_a_hub_that_works_by_itself_has_one_owner(monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_USER", "alice")
    owner = jupyter_principal(OfTheHub(), user("alice"))
    kernel = jupyter_principal(None, None)
    assert (owner.issuer, owner.subject) == (kernel.issuer, kernel.subject) == ("local", "owner")
    with pytest.raises(Forbidden) as caught:
        jupyter_principal(OfTheHub(), user("bob"))
    assert caught.value.details == {"kind": "hub_owner_only"}


def test_another_provider_counts_only_where_the_operator_says_so(monkeypatch):
    class Own:
        pass

    with pytest.raises(Forbidden):
        jupyter_principal(Own(), user("alice"))
    monkeypatch.setenv("PROMPTYFLOW_TRUST_IDP", "1")
    assert jupyter_principal(Own(), user("alice")).subject == "alice"
