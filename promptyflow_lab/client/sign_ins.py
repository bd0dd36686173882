"""The services this person has signed in to from this machine, and the tokens they got there.

One file, readable by its owner only. Nothing here prints a token.
"""

from __future__ import annotations

import json
import os
import stat
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .errors import ServerNotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class SignedInTo:
    """A service, and what opens it.

    Attributes
    ----------
    url
        Root of the service, without a slash at its end.
    token_id
        What the service calls the token; with it the token is revoked.
    """

    url: str
    token: str = field(repr=False)
    token_id: str


def sign_ins_file(environment: Mapping[str, str] | None = None) -> Path:
    """Return where sign-ins are kept."""
    env = os.environ if environment is None else environment
    folder = env.get("APPDATA" if os.name == "nt" else "XDG_CONFIG_HOME")
    return (Path(folder) if folder else Path.home() / ".config") / "promptyflow" / "sign-ins.json"


def read_sign_ins(file: Path) -> list[SignedInTo]:
    """Return the sign-ins, the last one first.

    Raises
    ------
    ServerNotFound
        Others could read or write the file, or it is not what we have written.
    """
    try:
        with file.open(encoding="utf-8") as opened:
            status = os.fstat(opened.fileno())
            if os.name != "nt" and (status.st_mode & _OTHERS or status.st_uid != os.geteuid()):
                raise ServerNotFound(
                    f"{file} must belong to you and be closed to others (chmod 600): it holds "
                    "tokens. If others may have read it, revoke the tokens on the service's page."
                )
            told = json.load(opened)
        return [SignedInTo(one["url"], one["token"], one["id"]) for one in told["servers"]]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError):
        raise ServerNotFound(
            f"{file} cannot be read. Delete it and sign in again: jupyter promptyflow login URL"
        ) from None


def keep_sign_in(file: Path, made: SignedInTo) -> None:
    """Put a sign-in before the others, in place of an older one to the same service."""
    _write(file, [made, *(one for one in read_sign_ins(file) if one.url != made.url)])


def forget_sign_in(file: Path, url: str) -> None:
    """Take a sign-in out."""
    _write(file, [one for one in read_sign_ins(file) if one.url != url])


def _write(file: Path, sign_ins: list[SignedInTo]) -> None:
    """Write the whole file anew under another name: nobody ever reads half of it."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    told: dict[str, Any] = {
        "servers": [{"url": one.url, "token": one.token, "id": one.token_id} for one in sign_ins]
    }
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".sign-ins-")  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as opened:
            json.dump(told, opened)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
