"""A new master key: what is sealed is sealed anew, while people go on working.

The file of the master key holds the new key first and the old one behind it, in one step. Servers
look at the file whenever they seal or open, so from then on they seal with the new key and open
what either has sealed. Only then is what the old one sealed sealed anew, row by row: a row that
somebody replaces meanwhile is left alone.
"""

from __future__ import annotations

import base64
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, func, select, tuple_, update

from promptyflow_server.security.master_key import KEY_BYTES, UnsafeKey, key_file, read_key_file
from promptyflow_server.security.vault import Place
from promptyflow_server.shared.errors import NoApiKey
from promptyflow_server.storage.tables import api_keys

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from sqlalchemy import Row

    from promptyflow_server.security.vault import KeyRing
    from promptyflow_server.settings import Settings
    from promptyflow_server.storage.database import Database

_AT_A_TIME: Final = 200
_COLUMNS = (api_keys.c.owner_id, api_keys.c.provider, api_keys.c.id, api_keys.c.ciphertext)


@dataclass(slots=True)
class Resealed:
    """What became of the sealed keys.

    Parameters
    ----------
    done
        Sealed anew.
    lost
        No key of this server opens them: whoever they belong to must enter them again.
    """

    done: int = 0
    lost: int = 0


def add_master_key(settings: Settings) -> Path:
    """Put a new master key before those in the file; return the file.

    Raises
    ------
    UnsafeKey
        The master key comes from the environment, or the file cannot be replaced.
    """
    path = key_file(settings)
    if path is None:
        raise UnsafeKey("the master key comes from the environment")
    seen = path.stat()
    fresh = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    text = f"{fresh}\n{read_key_file(settings, path).strip()}\n"
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(text)
                file.flush()
                if hasattr(os, "fchown"):
                    os.fchown(file.fileno(), seen.st_uid, seen.st_gid)
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            with suppress(FileNotFoundError):
                draft.unlink()
    except OSError as error:
        raise UnsafeKey(f"{error.filename or path}: {error.strerror}") from None
    return path


async def seal_anew(database: Database, ring: KeyRing) -> Resealed:
    """Seal with the first key of the ring whatever another one has sealed."""
    result = Resealed()
    place: tuple[UUID, str] | None = None
    while True:
        rows = await _next(database, ring.kid, place)
        if not rows:
            return result
        for row in rows:
            place = row.owner_id, row.provider
            try:
                secret = ring.open(row.ciphertext, Place(row.owner_id, row.provider, row.id))
            except NoApiKey:
                result.lost += 1
                continue
            result.done += await _replace(database, ring, row, secret)


async def count_unknown(database: Database, ring: KeyRing) -> int:
    """Return how many sealed keys bear the name of a master key that is not in the ring."""
    statement = (
        select(func.count())
        .select_from(api_keys)
        .where(api_keys.c.kid.is_not(None), api_keys.c.kid.not_in(ring.kids))
    )
    async with database.read() as connection:
        return int((await connection.execute(statement)).scalar_one())


async def _next(database: Database, kid: str, place: tuple[UUID, str] | None) -> list[Row[Any]]:
    statement = (
        select(*_COLUMNS)
        .where(api_keys.c.kid != kid)
        .order_by(api_keys.c.owner_id, api_keys.c.provider)
        .limit(_AT_A_TIME)
    )
    if place is not None:
        statement = statement.where(tuple_(*_COLUMNS[:2]) > tuple_(*place))
    async with database.read() as connection:
        return [*await connection.execute(statement)]


async def _replace(database: Database, ring: KeyRing, row: Row[Any], secret: str) -> int:
    """Write the row sealed anew, unless it was replaced meanwhile."""
    sealed = ring.seal(secret, Place(row.owner_id, row.provider, row.id))
    same = and_(
        api_keys.c.owner_id == row.owner_id,
        api_keys.c.provider == row.provider,
        api_keys.c.id == row.id,
        api_keys.c.ciphertext == row.ciphertext,
    )
    statement = update(api_keys).where(same).values(ciphertext=sealed.blob, kid=sealed.kid)
    async with database.transaction() as connection:
        written = await connection.execute(statement.returning(api_keys.c.id))
        return len(written.all())
