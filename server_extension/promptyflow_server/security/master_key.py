"""The master key that seals providers' keys: where it comes from, and what makes a file unsafe.

In local mode whoever runs code as the same account can read it: it protects dumps, backups and
copies of the database, and keeps one person's keys from another's in a shared one.
"""

from __future__ import annotations

import base64
import binascii
import logging
import os
import re
import secrets
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from promptyflow_server.shared.errors import Unavailable

if TYPE_CHECKING:
    from pathlib import Path

    from promptyflow_server.settings import Settings

log: Final = logging.getLogger("promptyflow.vault")

KEY_BYTES: Final = 32
_ANYBODY_ELSE: Final = stat.S_IRWXG | stat.S_IRWXO
_LARGEST_FILE: Final = 64 * 1024
_HEX: Final = re.compile(r"(?:[0-9a-fA-F]{2}){32,}")
_HAS_OWNERS: Final = hasattr(os, "geteuid")


class UnsafeKey(Unavailable):
    """The master key cannot be used as it is. Details: ``reason``; the log says where and why."""

    def __init__(self, problem: str) -> None:
        super().__init__(reason="master_key")
        self.problem = problem

    def __str__(self) -> str:
        """Return what is wrong, for the log."""
        return self.problem


def load_master_keys(settings: Settings) -> list[bytes]:
    """Return the master keys; the first one seals, all of them open.

    The order is: the file that the operator names, a file of our own, the environment, and where
    there is none of these a new file of our own.

    Raises
    ------
    UnsafeKey
        A file that others can read or that is not ours, or one that holds no key.
    """
    try:
        if settings.master_key_file is not None:
            return parse_master_keys(_read(settings.master_key_file, may_be_roots=True))
        own = _own(settings)
        if own.exists():
            _check_folder(own.parent)
            return parse_master_keys(_read(own))
        if settings.master_key is not None:
            log.warning(
                "the master key comes from the environment, which other processes may read: "
                "name a file of mode 0600 in PROMPTYFLOW_MASTER_KEY_FILE instead"
            )
            return parse_master_keys(settings.master_key)
        return parse_master_keys(_make(own))
    except UnsafeKey as error:
        log.error("master key: %s", error)  # noqa: TRY400 - a traceback would tell nothing more
        raise
    except OSError as error:
        log.error("master key: %s: %s", error.filename, error.strerror)  # noqa: TRY400 - as above
        raise UnsafeKey(f"{error.filename}: {error.strerror}") from None


def key_file(settings: Settings) -> Path | None:
    """Return the file that the master key comes from; None where the environment has it."""
    if settings.master_key_file is not None:
        return settings.master_key_file
    own = _own(settings)
    return own if own.exists() or settings.master_key is None else None


def read_key_file(settings: Settings, path: Path) -> str:
    """Return the text of the file that `key_file` told, if nobody else can read it."""
    return _read(path, may_be_roots=path == settings.master_key_file)


def stamp_of(settings: Settings) -> object:
    """Return what is another when the master key's file is another; cheap."""
    path = key_file(settings)
    try:
        seen = None if path is None else path.stat()
    except OSError:
        seen = None
    return None if seen is None else (seen.st_dev, seen.st_ino, seen.st_mtime_ns, seen.st_size)


def parse_master_keys(text: str) -> list[bytes]:
    """Return the keys of a text: one a line, at least 32 bytes in hexadecimal digits or base64."""
    keys = [_parse(line.strip()) for line in text.splitlines() if line.strip()]
    if not keys:
        raise UnsafeKey("there is no key in it")
    return keys


def _own(settings: Settings) -> Path:
    return settings.data_dir / "keys" / "master.key"


def _parse(line: str) -> bytes:
    if _HEX.fullmatch(line):
        return bytes.fromhex(line)
    try:
        padded = line + "=" * (-len(line) % 4)
        key = base64.b64decode(padded.replace("-", "+").replace("_", "/"), validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) < KEY_BYTES:
        raise UnsafeKey(f"a key is at least {KEY_BYTES} bytes in hexadecimal digits or base64")
    return key


def _read(path: Path, *, may_be_roots: bool = False) -> str:
    """Return the text of a file that only we can read; looked at and read through one handle."""
    with path.open("rb") as file:
        seen = os.fstat(file.fileno())
        if not stat.S_ISREG(seen.st_mode):
            raise UnsafeKey(f"{path} is not a file")
        if _HAS_OWNERS:
            owners = {os.geteuid(), 0} if may_be_roots else {os.geteuid()}
            if seen.st_uid not in owners:
                raise UnsafeKey(f"{path} belongs to user id {seen.st_uid}")
            others = _ANYBODY_ELSE & ~_shown_for_us(path, seen)
            if seen.st_mode & others:
                mode = stat.S_IMODE(seen.st_mode)
                raise UnsafeKey(f"{path} has mode {mode:04o}: only its owner may read it (0600)")
        content = file.read(_LARGEST_FILE)
    try:
        return content.decode("ascii")
    except UnicodeDecodeError:
        raise UnsafeKey(f"{path} does not hold a key as text") from None


def _shown_for_us(path: Path, seen: os.stat_result) -> int:
    """Return the mode's bits that stand for our own right to read.

    systemd hands credentials over as root's files with an access list that names our account; the
    list shows as the group's right.
    """
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    is_handed_over = str(path.parent) == folder and seen.st_uid == 0
    return stat.S_IRGRP if is_handed_over else 0


def _check_folder(folder: Path) -> None:
    if not _HAS_OWNERS:
        return
    seen = folder.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.geteuid():
        raise UnsafeKey(f"{folder} is not a folder of the account that the server runs as")
    if seen.st_mode & _ANYBODY_ELSE:
        mode = stat.S_IMODE(seen.st_mode)
        raise UnsafeKey(f"{folder} has mode {mode:04o}: only its owner may enter it (0700)")


def _make(path: Path) -> str:
    """Make the file with a new key; of several servers that try at once, all get the same."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _check_folder(path.parent)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() + "\n")
            file.flush()
            os.fsync(file.fileno())
        # A name appears with its content or not at all, and never replaces one that is there.
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    return _read(path)
