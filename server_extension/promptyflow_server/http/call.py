"""What a handler knows about the request it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from promptyflow_server.services import Services
    from promptyflow_server.shared.idempotency import Idempotency
    from promptyflow_server.shared.messages import Language


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
    """

    id: UUID
    name: str
    identified_by: str
    groups: frozenset[str] = frozenset()


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
