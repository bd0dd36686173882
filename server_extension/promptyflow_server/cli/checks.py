"""What the doctor looks at. It changes nothing, and starts no database that there is not yet."""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from promptyflow_lab import __version__
from promptyflow_server.ai.policy import read_policy
from promptyflow_server.cli.database_checks import examine_database, examine_replica
from promptyflow_server.cli.findings import Finding
from promptyflow_server.cli.hub_checks import examine_hub
from promptyflow_server.security.master_key import UnsafeKey, key_file, load_master_keys
from promptyflow_server.security.vault import KeyRing, kid_of
from promptyflow_server.shared.errors import Unavailable
from promptyflow_server.storage.embedded import EmbeddedPostgresError, binaries
from promptyflow_server.storage.embedded.folders import Folders
from promptyflow_server.storage.embedded.hosts import file_system, is_network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptyflow_server.settings import Settings

_LITTLE_SPACE: Final = 1024**3


def examine(settings: Settings, *, quick: bool = False) -> list[Finding]:
    """Return what was found, in the order in which one part needs another.

    Parameters
    ----------
    settings
        Of the server.
    quick
        Do not count the texts' characters, which reads all of them.
    """
    versions = {"version": __version__, "python": platform.python_version()}
    return [
        Finding("version", "ok", "version", versions),
        *_jupyter(),
        *_folder(settings),
        *_database(settings, quick=quick),
        *examine_replica(settings),
        *_redis(settings),
        *examine_hub(settings),
        *_policy(settings),
        _limits(settings),
        _metrics(settings),
    ]


def _jupyter() -> Iterator[Finding]:
    from jupyter_core.paths import jupyter_config_path, jupyter_path

    name = "promptyflow_server.json"
    found = [Path(folder, "jupyter_server_config.d", name) for folder in jupyter_config_path()]
    panel = jupyter_path("labextensions", "promptyflow-lab")
    if not any(path.is_file() for path in found):
        yield Finding("jupyter", "warning", "no_extension", advice="reinstall")
    elif not any(Path(path).is_dir() for path in panel):
        yield Finding("jupyter", "warning", "no_panel", advice="reinstall")
    else:
        yield Finding("jupyter", "ok", "extension")


def _folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    there = folder
    while not there.exists():
        there = there.parent
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        yield Finding("folder", "problem", "no_folder", {"folder": there}, "local_folder")
        return
    free = shutil.disk_usage(there).free
    told = {"folder": folder, "free": f"{free / 1024**3:.1f}"}
    if free < _LITTLE_SPACE:
        yield Finding("folder", "problem", "little_space", told, "make_space")
    else:
        yield Finding("folder", "ok", "folder", told)
    kind = file_system(there)
    if settings.database_url is None and is_network(kind):
        yield Finding("folder", "warning", "network", {"kind": kind}, "local_folder")


def _database(settings: Settings, *, quick: bool) -> Iterator[Finding]:
    ring = None
    key = _master_key(settings)
    if isinstance(key, Finding):
        key_finding = key
    else:
        ring, key_finding = key
    if settings.database_url is None:
        try:
            binaries.find()
        except EmbeddedPostgresError:
            yield Finding("database", "problem", "no_binaries", advice="set_url")
            yield key_finding
            return
        if not Folders(settings.data_dir).data.exists():
            yield Finding("database", "note", "not_yet")
            yield key_finding
            return
    yield from examine_database(settings, ring, quick=quick)
    yield key_finding


def _master_key(settings: Settings) -> tuple[KeyRing, Finding] | Finding:
    path = key_file(settings)
    if path is not None and not path.exists():
        if settings.master_key_file is not None:
            return Finding("key", "problem", "key_missing", {"file": path}, "key_file")
        return Finding("key", "note", "no_key_yet")
    try:
        keys = load_master_keys(settings)
    except UnsafeKey as error:
        return Finding("key", "problem", "key_unsafe", {"said": error.problem}, "key_file")
    told: dict[str, Any] = {"file": path, "kid": kid_of(keys[0]), "count": len(keys)}
    if path is None:
        return KeyRing(keys), Finding("key", "warning", "key_environment", told, "key_to_file")
    return KeyRing(keys), Finding("key", "ok", "key", told, "key_backup")


def _redis(settings: Settings) -> Iterator[Finding]:
    if settings.redis_url is None:
        yield Finding("redis", "note", "no_redis")
        return
    try:
        from promptyflow_server.shared.redis_line import RedisLine
    except ImportError:
        yield Finding("redis", "problem", "redis_package", advice="redis_package")
        return
    try:
        line = RedisLine(settings.redis_url)
    except ValueError:
        yield Finding("redis", "problem", "redis_url", advice="redis_url")
        return

    async def ask() -> bool:
        try:
            return await line.answers()
        finally:
            await line.close()

    if asyncio.run(ask()):
        yield Finding("redis", "ok", "redis")
    else:
        yield Finding("redis", "problem", "redis_away", advice="redis_url")


def _policy(settings: Settings) -> Iterator[Finding]:
    if settings.policy_file is None:
        return
    told = {"file": settings.policy_file}
    try:
        read_policy(settings.policy_file)
    except Unavailable:  # what is wrong with it has been logged
        yield Finding("policy", "problem", "policy_broken", told, "policy")
    else:
        yield Finding("policy", "ok", "policy", told)


def _limits(settings: Settings) -> Finding:
    limits = settings.own_rate_limits
    told = {"requests": limits.requests, "sends": limits.sends, "sign_ins": limits.sign_ins}
    return Finding("limits", "ok", "limits", told)


def _metrics(settings: Settings) -> Finding:
    if settings.metrics_token is None:
        return Finding("metrics", "note", "no_metrics", advice="metrics_token")
    return Finding("metrics", "ok", "metrics")
