"""Whose token the Hub says it is, and whether it opens this service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from promptyflow_server.http.call import Principal
from promptyflow_server.shared.errors import Forbidden

if TYPE_CHECKING:
    from promptyflow_server.hub.settings import HubSettings

_SERVERS = "access:servers"


@dataclass(frozen=True, slots=True)
class Visitor:
    """The owner of a token, as the Hub tells it.

    Parameters
    ----------
    kind
        ``user`` or ``service``.
    scopes
        What the token may do.
    sub
        Who the person is to whom the Hub itself asks, where its authenticator tells that.
    """

    name: str
    kind: str
    groups: frozenset[str]
    scopes: frozenset[str]
    sub: str | None

    @classmethod
    def of(cls, model: dict[str, Any]) -> Self:
        """Return the visitor of the Hub's answer about a token.

        Raises
        ------
        KeyError, TypeError
            It is no such answer.
        """
        info = model.get("user_info")
        return cls(
            name=_text(model["name"]),
            kind=_text(model["kind"]),
            groups=frozenset(map(_text, model.get("groups") or ())),
            scopes=frozenset(map(_text, model["scopes"])),
            sub=_sub(info) if isinstance(info, dict) else None,
        )

    @property
    def subject(self) -> str:
        """What identities are kept by. No name of a Hub holds a slash."""
        return self.name if self.sub is None else f"sub/{self.sub}"

    def admit(self, hub: HubSettings) -> None:
        """Refuse tokens that do not open this service.

        Raises
        ------
        Forbidden
            It is no person's; it lacks the scope; or it was given to another person's server, whose
            owner must not get at what is the visitor's.
        """
        if self.kind != "user":
            raise Forbidden(kind="hub_not_a_person")
        if self.scopes.isdisjoint(hub.access_scopes):
            raise Forbidden(kind="hub_scope", service=hub.service)
        servers = [scope for scope in self.scopes if scope.partition("!")[0] == _SERVERS]
        if servers and not any(map(self._is_of_own_server, servers)):
            raise Forbidden(kind="hub_other_server")

    def principal(self, hub: HubSettings, created: str | None) -> Principal:
        """Return the visitor as any host states it."""
        return Principal(
            hub.issuer, self.subject, self.name, "hub", groups=self.groups, created=created
        )

    def _is_of_own_server(self, scope: str) -> bool:
        _, _, narrowed = scope.partition("!")
        if not narrowed or narrowed == f"user={self.name}":
            return True
        return narrowed.startswith(f"server={self.name}/")


def _sub(info: dict[str, Any]) -> str | None:
    sub = info.get("sub")
    if not isinstance(sub, str | int) or not str(sub):
        return None
    issuer = info.get("iss")
    return f"{issuer if isinstance(issuer, str) else ''}/{sub}"


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
