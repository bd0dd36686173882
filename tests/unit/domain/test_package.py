"""What importing the package costs and offers."""

from __future__ import annotations

import doctest
import importlib
import json
import pkgutil
import subprocess
import sys

import pytest

import promptyflow_lab
from promptyflow_lab import domain

# Asked of a fresh interpreter; `sys.path` is passed on, so that an uninstalled tree works too.
IMPORTED = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
__import__(sys.argv[2])
print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))
"""


def imported_by(module):
    command = [sys.executable, "-c", IMPORTED, json.dumps(sys.path), module]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return set(json.loads(output))


@pytest.mark.parametrize("module", ["promptyflow_lab", "promptyflow_lab.domain"])
def test_importing_brings_in_the_standard_library_only(module):
    ours = imported_by(module) - imported_by("json")
    assert ours - set(sys.stdlib_module_names) == {"promptyflow_lab"}


def test_every_public_name_of_the_domain_is_there():
    assert {"ProjectData", "compile_prompt", "project_size"} <= set(domain.__all__)
    assert set(domain.__all__) <= set(dir(domain))
    for name in domain.__all__:
        assert getattr(domain, name).__module__.startswith("promptyflow_lab.domain.") or (
            name == "DEFAULT_LIMITS"
        )
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = domain.nothing


def test_the_package_offers_its_names_without_loading_them():
    assert {"Panel", "PromptyFlow", "__version__"} <= set(dir(promptyflow_lab))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = promptyflow_lab.nothing


def test_jupyter_is_told_where_the_extension_lies():
    paths = promptyflow_lab._jupyter_labextension_paths()
    assert paths == [{"src": "labextension", "dest": "promptyflow-lab"}]


RULES = [
    f"promptyflow_lab.domain.{module.name}"
    for module in pkgutil.iter_modules(domain.__path__)
    if not module.ispkg
]


@pytest.mark.parametrize("module", RULES)
def test_the_examples_in_the_documentation_are_true(module):
    public = {name: getattr(domain, name) for name in domain.__all__ if name[0].isupper()}
    loaded = importlib.import_module(module)
    assert doctest.testmod(loaded, extraglobs=public).failed == 0
