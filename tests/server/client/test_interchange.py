"""Files in and out of a notebook, and what became of a project."""

from __future__ import annotations

import json
import zipfile

import pytest
from interchange_forms import BLOCK, OURS, SAAS

from promptyflow_lab.client import errors


def test_what_was_exported_can_be_imported(pf, project, tmp_path):
    project.add_block("Docs").add_item("Intro", "Привет")
    path = tmp_path / "paper.json"
    document = project.export(path)
    assert json.loads(path.read_text(encoding="utf-8")) == document
    assert pf.import_file(path).data() == project.data()
    assert pf.import_file(document) in pf.projects()


def test_files_of_the_ancestors_are_told_by_what_they_hold(pf, project, tmp_path):
    path = tmp_path / "old file.bin"
    path.write_text(json.dumps(SAAS), encoding="utf-8")
    assert pf.import_file(path).name == "Hosted"
    path.write_text(json.dumps(BLOCK), encoding="utf-8")
    assert pf.import_file(str(path), project=project).title == "Docs"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Один_два.txt", "{{context}}")
    (template,) = pf.import_file(path)
    assert template["name"] == "Один два"


def test_what_is_broken_names_the_place(pf):
    with pytest.raises(errors.PromptyFlowError, match="data"):
        pf.import_file({**OURS, "data": 3})


def test_words_are_found_and_versions_brought_back(project):
    item = project.add_block("Docs").add_item("Intro", "several studies")
    assert [hit["title"] for hit in project.search("study ")] == ["Intro"]
    version = project.refresh().version
    item.text = "else"
    assert project.search("study ") == []
    assert project.history(limit=1)[0]["changes"][0]["kind"] == "edit"
    assert project.restore(version).block("Docs").items["Intro"].text == "several studies"
