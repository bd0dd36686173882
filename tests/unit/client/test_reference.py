"""The reference is that of this code, and the examples in docstrings are right."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import runpy
from pathlib import Path

import promptyflow_lab
from promptyflow_lab import domain

DOCS = Path(__file__).parents[3] / "docs"


def test_the_reference_is_up_to_date():
    made = runpy.run_path(str(DOCS.parent / "tools" / "make_reference.py"))["reference"]()
    written = (DOCS / "users" / "python-reference.md").read_text(encoding="utf-8")
    assert written == made, "run: make reference"


def test_the_examples_that_need_no_server_are_right():
    found = pkgutil.walk_packages(promptyflow_lab.__path__, "promptyflow_lab.")
    modules = [importlib.import_module(info.name) for info in found]
    # Those of the rules show each other without their imports.
    names = {name: getattr(domain, name) for name in domain.__all__}
    results = [doctest.testmod(module, extraglobs=names) for module in modules]
    assert sum(result.failed for result in results) == 0
    assert sum(result.attempted for result in results) > 0
