"""A write that is sent twice is applied once, also when the connection broke in between.

The key is claimed in the same transaction as the change and keeps the answer: whoever comes
second waits for the first to commit, and gets what the first was told.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from promptyflow_server.shared.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from uuid import UUID

    from pydantic import BaseModel
    from sqlalchemy.ext.asyncio import AsyncConnection

    from promptyflow_server.http.models import Reply

    ReplyT = TypeVar("ReplyT", bound=BaseModel)


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
    from sqlalchemy import and_, func, select, text, update
    from sqlalchemy.dialects.postgresql import insert

    from promptyflow_server.http.models import Reply
    from promptyflow_server.storage.tables import idempotency_keys as keys

    mine = and_(keys.c.owner_id == owner_id, keys.c.key == idempotency.key)
    claim = (
        insert(keys)
        .values(
            owner_id=owner_id,
            key=idempotency.key,
            fingerprint=idempotency.fingerprint,
            status=0,
            response=b"",
        )
        .on_conflict_do_update(
            index_elements=[keys.c.owner_id, keys.c.key],
            # After a day the key is free again.
            set_={
                "fingerprint": idempotency.fingerprint,
                "status": 0,
                "response": b"",
                "created_at": func.now(),
            },
            where=keys.c.created_at < func.now() - text("interval '24 hours'"),
        )
        .returning(keys.c.key)
    )
    if (await connection.execute(claim)).first() is None:
        row = (await connection.execute(select(keys).where(mine))).one()
        if row.fingerprint != idempotency.fingerprint:
            raise ValidationError.at("Idempotency-Key", "key_reused")
        body = model.model_validate_json(row.response)
        return Reply(body, row.status, row.location, row.version or None)
    reply = await write()
    await connection.execute(
        update(keys)
        .where(mine)
        .values(
            status=reply.status,
            response=reply.body.model_dump_json().encode(),
            location=reply.location,
            version=reply.version or 0,
        )
    )
    return reply
