"""Reading what an operator sets: a variable, or a file that another variable names.

Whatever cannot be is told at start, by the variable's name; its value only where it is no secret.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

_MOST: Final = 1_000_000_000


def text_of(environment: Mapping[str, str], name: str) -> str:
    """Return a variable's text, or that of the file that ``…_FILE`` names; empty for nothing.

    Raises
    ------
    ValueError
        The file cannot be read.
    """
    path = environment.get(f"{name}_FILE")
    if not path:
        return environment.get(name, "").strip()
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ValueError(f"{name}_FILE: {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{name}_FILE: {path} is not a text in UTF-8") from None


def number_of(
    environment: Mapping[str, str], name: str, *, least: int = 1, most: int = _MOST
) -> int | None:
    """Return a whole number within bounds; None where none is set.

    Raises
    ------
    ValueError
        It is none of these.
    """
    value = environment.get(name, "").strip()
    if not value:
        return None
    is_number = value.isdecimal() and len(value) <= len(str(_MOST))
    if not is_number or not least <= int(value) <= most:
        raise ValueError(f"{name} must be a whole number from {least} to {most}, not {value!r}")
    return int(value)


def address_of(environment: Mapping[str, str], name: str, schemes: AbstractSet[str]) -> str | None:
    """Return a URL, which may hold a password; None where none is set.

    Raises
    ------
    ValueError
        It has none of these schemes.
    """
    url = text_of(environment, name)
    if not url:
        return None
    if url.partition("://")[0].partition("+")[0] not in schemes:
        allowed = " or ".join(f"{scheme}://" for scheme in sorted(schemes))
        raise ValueError(f"{name} must be an address that begins with {allowed}")
    return url
