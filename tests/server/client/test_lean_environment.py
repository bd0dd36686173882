"""A kernel's environment with nothing beside the client but ipykernel and httpx."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, packages_distributions, requires

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

WITHOUT = """
import sys

class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in MISSING:
            raise ModuleNotFoundError(name, name=name)

sys.meta_path.insert(0, Nothing())
assert not MISSING & sys.modules.keys(), MISSING & sys.modules.keys()
"""
WORK = """
from pathlib import Path
from promptyflow_lab import PromptyFlow, sources

pf = PromptyFlow()
project = pf.create_project("Lean")
Path("lean.md").write_text("Elephants are grey.")
scores = {"a": [1, 2]}
docs = project.add_block("Docs")
docs.add_all([sources.file("lean.md"), sources.variable("scores"), sources.text("by hand")])
prompt = project.add_prompt("Ask", "question {{n}}: {{context}}").select(docs)
run = prompt.send("m", n=1)
answers = prompt.map([{"n": 1}, {"n": 2}], "m")
print(answers.to_frame()[1]["answer"], answers)
assert run.capsule("lean.json").verify()
print(project.refresh_stale(), len(pf.runs(prompt=prompt)))
"""


def brought_by(*names):
    """Return the distributions that installing these brings."""
    found, new = set(), {canonicalize_name(name) for name in names}
    while new:
        name = new.pop()
        found.add(name)
        try:
            needs = [Requirement(line) for line in requires(name) or []]
        except PackageNotFoundError:  # of another platform
            continue
        new |= {
            canonicalize_name(need.name)
            for need in needs
            if need.marker is None or need.marker.evaluate({"extra": ""})
        } - found
    return found


def missing():
    """Return all modules installed here that ipykernel and httpx do not bring."""
    there = brought_by("ipykernel", "httpx") | {"promptyflow-lab", "pip", "setuptools"}
    return {
        module
        for module, distributions in packages_distributions().items()
        if not there & {canonicalize_name(each) for each in distributions}
    }


def test_the_work_is_done_without_what_is_not_there(jupyter, pf, provider):
    provider.answer("question", "**Grey.**")
    assert pf.projects() == []
    with jupyter.kernel("lean.ipynb") as kernel:
        absent = missing()
        assert {"ipywidgets", "mistune", "narwhals", "pandas", "pydantic", "tqdm"} < absent
        assert kernel.run(f"MISSING = {absent!r}\n{WITHOUT}").error == ""
        result = kernel.run(WORK)
        assert result.error == ""
        assert "2 rows, 1 answered before: 1 to send" in result.text
        assert "**Grey.** <Batch 2 rows: 2 done>" in result.text
        assert result.text.endswith("[] 2\n")
        assert "**Grey.**" in result.data[0]["text/html"]
        told = kernel.run("pf.runs().plot()").error
        assert told == "ImportError: a picture needs matplotlib: pip install matplotlib"
