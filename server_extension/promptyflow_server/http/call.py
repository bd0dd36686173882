"""What a handler knows about the request it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID, uuid5

if TYPE_CHECKING:
    from collections.abc import Mapping

    from promptyflow_server.services import Services
    from promptyflow_server.shared.idempotency import Idempotency
    from promptyflow_server.shared.messages import Language

_GROUPS: Final = UUID("6a0f5b0e-2a55-4c39-9a5c-3c1f0c6f7d11")


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a host says is asking, before we know them: the pair that identities are kept by.

    Parameters
    ----------
    issuer, subject
        ``local``/``owner`` for the owner of a Jupyter server; see ``security/identity.py``.
    name
        For display only.
    by
        How the person was identified; goes into the audit.
    groups
        Those of the Hub that the person is in, as it says at this moment.
    created
        When the Hub made the account, as it tells it: a name that was deleted and made again is
        another person. None where it is not known.
    """

    issuer: str
    subject: str
    name: str
    by: Literal["jupyter", "kernel-token", "access-token", "hub", "jwt"]
    groups: frozenset[str] = frozenset()
    created: str | None = None


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody who shows nothing: all we know is where they are."""

    address: str


@dataclass(frozen=True, slots=True)
class User:
    """The person who asks, as a row of ours.

    Parameters
    ----------
    groups
        Those of the Hub that the person is in. They hold for this request: never keep them.
    issuer
        Of the pair that the person was found by; groups are its groups.
    """

    id: UUID
    name: str
    identified_by: str
    groups: frozenset[str] = frozenset()
    issuer: str = ""

    @property
    def audience(self) -> frozenset[UUID]:
        """The ids that projects may be shared with so that this person sees them."""
        return frozenset({self.id, *(group_id(self.issuer, group) for group in self.groups)})


def group_id(issuer: str, group: str) -> UUID:
    """Return the id that stands for a group: a name is another group at another Hub."""
    return uuid5(_GROUPS, f"{issuer}\n{group}")


@dataclass(frozen=True, slots=True)
class Guest:
    """One request of a stranger, parsed; a handler that takes it, not a `Call`, is open to all.

    Parameters
    ----------
    services
        All services of this server.
    headers
        Request headers, names in lower case.
    """

    services: Services
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Call:
    """One request that was authenticated and parsed.

    Parameters
    ----------
    user
        Who asks. Every service takes it or its id, never an id sent by the client.
    services
        All services of this server.
    language
        For what the server writes into data: names that are made up.
    if_match
        Version that the client's change was made on; None where it did not say.
    idempotency
        Key under which the answer is remembered; None where the client gave none.
    headers
        Request headers, names in lower case.
    request_id
        Stands in the answer and in every log line of this request.
    """

    user: User
    services: Services
    language: Language
    if_match: int | None
    idempotency: Idempotency | None
    headers: Mapping[str, str]
    request_id: str
