"""A write that is sent twice is applied once, also when the connection broke in between.

The key is claimed in the same transaction as the change and keeps the answer: whoever comes
second waits for the first to commit, and gets what the first was told.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import and_, bindparam, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from promptyflow_server.http.models import Reply
from promptyflow_server.shared.errors import ValidationError
from promptyflow_server.storage.tables import idempotency_keys as keys

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from uuid import UUID

    from pydantic import BaseModel
    from sqlalchemy.ext.asyncio import AsyncConnection

    ReplyT = TypeVar("ReplyT", bound=BaseModel)

_KEPT: Final = ("status", "response", "location", "version")
_NEW: Final = {
    name: bindparam(f"new_{name}", type_=keys.c[name].type) for name in ("fingerprint", *_KEPT)
}
_OWNER: Final = bindparam("owner", type_=keys.c.owner_id.type)
_KEY: Final = bindparam("own_key", type_=keys.c.key.type)
_MINE: Final = and_(keys.c.owner_id == _OWNER, keys.c.key == _KEY)
_OVER: Final = keys.c.created_at < func.now() - text("interval '24 hours'")
_CLAIM: Final = (
    insert(keys)
    .values(owner_id=_OWNER, key=_KEY, **_NEW)
    .on_conflict_do_update(
        index_elements=[keys.c.owner_id, keys.c.key],
        set_={**_NEW, "created_at": func.now()},
        where=_OVER,  # after a day the key is free again
    )
    .returning(keys.c.key)
)
_FIND: Final = select(keys).where(_MINE)
_KEEP: Final = update(keys).where(_MINE).values({name: _NEW[name] for name in _KEPT})


@dataclass(frozen=True, slots=True)
class Idempotency:
    """A key, and the digest of the request that it stands for."""

    key: str
    fingerprint: bytes

    @classmethod
    def of(cls, key: str, method: str, path: str, body: bytes) -> Idempotency:
        """Return the key bound to this very request."""
        digest = hashlib.sha256(f"{method} {path}\n".encode())
        digest.update(body)
        return cls(key, digest.digest())


async def once(
    connection: AsyncConnection,
    owner_id: UUID,
    idempotency: Idempotency | None,
    model: type[ReplyT],
    write: Callable[[], Awaitable[Reply[ReplyT]]],
) -> Reply[ReplyT]:
    """Run ``write`` inside the open transaction, or give the answer it got the first time.

    Raises
    ------
    ValidationError
        The key was used for another request.
    """
    if idempotency is None:
        return await write()
    nothing_yet = {"new_status": 0, "new_response": b"", "new_location": None, "new_version": 0}
    before = await _claim(connection, owner_id, idempotency, model, nothing_yet)
    if before is not None:
        return before
    reply = await write()
    mine = {"owner": owner_id, "own_key": idempotency.key}
    await connection.execute(_KEEP, {**mine, **_told(reply)})
    return reply


async def promised(
    connection: AsyncConnection,
    owner_id: UUID,
    idempotency: Idempotency | None,
    reply: Reply[ReplyT],
) -> Reply[ReplyT]:
    """Keep an answer that is known before the work is done, or give that of the first time.

    Where it is another one than was given, the work is done already.

    Raises
    ------
    ValidationError
        As of `once`.
    """
    if idempotency is None:
        return reply
    model = type(reply.body)
    return await _claim(connection, owner_id, idempotency, model, _told(reply)) or reply


async def forget_old(connection: AsyncConnection) -> None:
    """Delete keys that are free again, with the answers that they kept."""
    # nosemgrep: statement-without-owner - everybody's alike, by age
    await connection.execute(delete(keys).where(_OVER))


async def _claim(
    connection: AsyncConnection,
    owner_id: UUID,
    idempotency: Idempotency,
    model: type[ReplyT],
    told: dict[str, Any],
) -> Reply[ReplyT] | None:
    """Claim the key with what it is to tell, or return what it tells already."""
    mine = {"owner": owner_id, "own_key": idempotency.key}
    claim = {**mine, **told, "new_fingerprint": idempotency.fingerprint}
    if (await connection.execute(_CLAIM, claim)).first() is not None:
        return None
    row = (await connection.execute(_FIND, mine)).one()
    if row.fingerprint != idempotency.fingerprint:
        raise ValidationError.at("Idempotency-Key", "key_reused")
    body = model.model_validate_json(row.response)
    return Reply(body, row.status, row.location, row.version or None)


def _told(reply: Reply[ReplyT]) -> dict[str, Any]:
    return {
        "new_status": reply.status,
        "new_response": reply.body.model_dump_json().encode(),
        "new_location": reply.location,
        "new_version": reply.version or 0,
    }
