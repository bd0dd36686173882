"""What an operator can set, as the services see it: no traitlets, no environment behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from promptyflow_lab.domain import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one server.

    Parameters
    ----------
    data_dir
        Folder for what is kept on this machine: the embedded database, the master key.
    database_url
        Any PostgreSQL server; None for the embedded one.
    limits
        Sizes of projects and blocks, in characters.
    max_body_bytes
        Largest request. The default holds a full project written with 12 bytes a character.
    pool_size
        Connections to an external database; None for the default of the kind of server.
    master_key_file
        File with the master key; None for one of our own making below ``data_dir``.
    local
        The server belongs to one person on this machine: providers on loopback are allowed.
    """

    data_dir: Path
    database_url: str | None = field(default=None, repr=False)
    limits: Limits = field(default_factory=Limits)
    max_body_bytes: int = 160 * 1024 * 1024
    pool_size: int | None = None
    master_key_file: Path | None = None
    local: bool = True


def database_url_of(environment: Mapping[str, str]) -> str | None:
    """Return the database's URL from the environment, or from the file that it names."""
    return _value_or_file(environment, "PROMPTYFLOW_DATABASE_URL")


def master_key_file_of(environment: Mapping[str, str]) -> Path | None:
    """Return the file that holds the master key, where the environment names one."""
    name = environment.get("PROMPTYFLOW_MASTER_KEY_FILE")
    return Path(name) if name else None


def _value_or_file(environment: Mapping[str, str], name: str) -> str | None:
    path = environment.get(f"{name}_FILE")
    if path:
        return Path(path).read_text(encoding="utf-8").strip() or None
    return environment.get(name) or None
