"""From what a host knows about a visitor to the pair that our identities are kept by."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from promptyflow_server.shared.errors import Forbidden

if TYPE_CHECKING:
    from promptyflow_server.http.call import Principal

KERNEL_TOKEN_PREFIX: Final = "pfk_"  # noqa: S105 - a prefix

_SINGLE_OWNER: Final = {
    "IdentityProvider",
    "PasswordIdentityProvider",
    "LegacyIdentityProvider",
}


def jupyter_principal(identity_provider: Any, user: Any) -> Principal:  # noqa: ANN401 - Jupyter's
    """Return who a Jupyter server's visitor is to us.

    With Jupyter's own identity providers a user name is a random one for each browser, while the
    server has one owner: all of them are that owner. A provider that gives real names counts only
    where the operator says so (``PROMPTYFLOW_TRUST_IDP=1``).

    Raises
    ------
    Forbidden
        The server has an identity provider of another kind, and nobody said it can be trusted.
    """
    from promptyflow_server.http.call import Principal

    if identity_provider is None:
        return Principal("local", "owner", _owner_name(), "kernel-token")
    kind = type(identity_provider)
    own = kind.__module__.startswith("jupyter_server.") and kind.__name__ in _SINGLE_OWNER
    if own:
        return Principal("local", "owner", _owner_name(), "jupyter")
    if kind.__module__.partition(".")[0] == "jupyterhub":
        # A server that may work without the Hub's service still has one owner.
        if user.username != os.environ.get("JUPYTERHUB_USER"):
            raise Forbidden(kind="hub_owner_only")
        return Principal("local", "owner", str(user.username), "jupyter")
    if os.environ.get("PROMPTYFLOW_TRUST_IDP") != "1":
        raise Forbidden(reason="identity_provider")
    issuer = f"idp:{kind.__module__}.{kind.__qualname__}"
    return Principal(issuer, str(user.username), str(user.display_name or user.username), "jupyter")


def _owner_name() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a uid without a name, as in some containers
        return "owner"
