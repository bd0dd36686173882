"""Python and the browser make the same text and hash of the same thing: ``source_texts.json``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from promptyflow_lab import sources
from promptyflow_lab.domain.reference import Reference
from promptyflow_lab.sources.files import FileOrigin
from promptyflow_lab.sources.notebooks import CellOrigin
from promptyflow_lab.sources.origin import capture

AGREED = json.loads((Path(__file__).parents[2] / "source_texts.json").read_text(encoding="utf-8"))


def taken(origin):
    captured = capture(origin)
    return {"text": captured.text, "sha256": captured.source.content_hash}


def written(path, language, cells):
    metadata = {"language_info": {"name": language}}
    path.write_text(json.dumps({"cells": cells, "metadata": metadata}), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("agreed", AGREED["cells"], ids=lambda agreed: agreed["name"])
def test_a_cell(tmp_path, agreed):
    path = written(tmp_path / "a.ipynb", agreed["language"], [agreed["cell"] | {"id": "x"}])
    origin = CellOrigin(Reference(path, "x", tuple(agreed["options"].items())))
    assert taken(origin) == {name: agreed[name] for name in ("text", "sha256")}


def test_a_notebook(tmp_path):
    agreed = AGREED["notebook"]
    path = written(tmp_path / "a.ipynb", agreed["language"], agreed["cells"])
    origin = FileOrigin(Reference(path, "", tuple(agreed["options"].items())))
    assert taken(origin) == {name: agreed[name] for name in ("text", "sha256")}


@pytest.mark.parametrize("agreed", AGREED["files"])
def test_a_file(tmp_path, agreed):
    path = tmp_path / "a.md"
    path.write_bytes(agreed["content"].encode())
    assert taken(sources.file(path)) == {name: agreed[name] for name in ("text", "sha256")}


@pytest.mark.parametrize("agreed", AGREED["references"])
def test_a_reference(agreed):
    reference = Reference(agreed["path"], agreed["part"], tuple(agreed["options"].items()))
    assert str(reference) == agreed["reference"]
    assert Reference.parse(agreed["reference"]) == reference


@pytest.mark.parametrize("agreed", AGREED["tokens"])
def test_an_estimate_of_tokens(agreed):
    assert sources.estimate_tokens(agreed["text"]) == agreed["tokens"]
