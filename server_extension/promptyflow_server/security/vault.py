"""Providers' keys at rest: AES-256-GCM, each bound to its owner, its provider and its row.

A sealed key is ``01 | length of kid | kid | nonce | ciphertext and tag``. What it is bound to goes
into the tag, so that a ciphertext that was moved to another row does not open.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from promptyflow_server.security.master_key import load_master_keys, stamp_of
from promptyflow_server.shared.errors import NoApiKey, Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from promptyflow_server.settings import Settings

_FORM: Final = 1
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed key stands; it opens nowhere else."""

    owner_id: UUID
    provider: str
    row_id: UUID


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed key, and the name of the master key that opens it."""

    blob: bytes
    kid: str


class Vault:
    """Seals and opens; loads the master key at first use, and again when its file has changed.

    Parameters
    ----------
    settings
        Say where the master key is.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._ring: KeyRing | None = None
        self._stamp: object = None
        self._loading = asyncio.Lock()

    async def seal(self, secret: str, place: Place) -> Sealed:
        """Return the secret as it may be stored.

        Raises
        ------
        Unavailable
            There is no usable master key.
        """
        return (await self._keys()).seal(secret, place)

    async def open(self, blob: bytes, place: Place) -> str:
        """Return the secret.

        Raises
        ------
        NoApiKey
            It was sealed with a master key that is gone, or it is not what was put here: the key
            must be entered again.
        Unavailable
            There is no usable master key.
        """
        return (await self._keys()).open(blob, place)

    async def _keys(self) -> KeyRing:
        stamp = stamp_of(self._settings)
        if self._ring is None or stamp != self._stamp:
            async with self._loading:
                if self._ring is None or stamp != self._stamp:
                    self._ring = await self._load(self._ring)
                    self._stamp = stamp
        return self._ring

    async def _load(self, before: KeyRing | None) -> KeyRing:
        try:
            return await asyncio.to_thread(_load, self._settings)
        except Unavailable:
            if before is None:
                raise
            return before  # what is wrong with the new file has been logged


class KeyRing:
    """The keys derived from the master keys, by their names.

    Parameters
    ----------
    masters
        The first one seals, all of them open.
    """

    def __init__(self, masters: Sequence[bytes]) -> None:
        self._ciphers = {kid_of(master): _cipher(master) for master in masters}
        self.kid = kid_of(masters[0])
        self.kids = tuple(self._ciphers)

    def seal(self, secret: str, place: Place) -> Sealed:
        """Return the secret as it may be stored."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        kid = self.kid.encode()
        head = bytes([_FORM, len(kid)]) + kid + nonce
        sealed = self._ciphers[self.kid].encrypt(nonce, secret.encode(), _bound_to(self.kid, place))
        return Sealed(head + sealed, self.kid)

    def open(self, blob: bytes, place: Place) -> str:
        """Return the secret; see `Vault.open`."""
        from cryptography.exceptions import InvalidTag

        kid, nonce, sealed = _parts(blob)
        cipher = self._ciphers.get(kid)
        if cipher is not None:
            try:
                return cipher.decrypt(nonce, sealed, _bound_to(kid, place)).decode()
            except InvalidTag:
                pass
        raise NoApiKey(provider=place.provider, kind="sealed_otherwise")


def kid_of(master: bytes) -> str:
    """Return the name of a master key: tells two apart and nothing else about them."""
    return hashlib.sha256(b"promptyflow master key\x00" + master).hexdigest()[:8]


def _load(settings: Settings) -> KeyRing:
    return KeyRing(load_master_keys(settings))


def _cipher(master: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    info = f"provider-key|{kid_of(master)}".encode()
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(master))


def _bound_to(kid: str, place: Place) -> bytes:
    """Return the associated data; lengths before the parts, so that no two places read alike."""
    parts = (
        bytes([_FORM]),
        kid.encode(),
        place.owner_id.bytes,
        place.provider.encode(),
        place.row_id.bytes,
    )
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _parts(blob: bytes) -> tuple[str, bytes, bytes]:
    """Return kid, nonce and ciphertext; of what has another form, parts that open nothing."""
    kid_end = 2 + blob[1] if len(blob) > 1 and blob[0] == _FORM else 0
    nonce_end = kid_end + _NONCE_BYTES
    if kid_end == 0 or len(blob) < nonce_end + _TAG_BYTES:
        return "", b"", b""
    kid = blob[2:kid_end].decode("ascii", "replace")
    return kid, blob[kid_end:nonce_end], blob[nonce_end:]
