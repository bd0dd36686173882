"""An identity provider for tests: whoever the cookie ``who`` names is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_server.auth.identity import IdentityProvider, User

if TYPE_CHECKING:
    from jupyter_server.base.handlers import JupyterHandler


class ByCookie(IdentityProvider):
    """One server at one address for several people, as behind a proxy that signs them in."""

    async def get_user(self, handler: JupyterHandler) -> User | None:  # type: ignore[override]
        name = handler.get_cookie("who")
        return User(username=name) if name else None
