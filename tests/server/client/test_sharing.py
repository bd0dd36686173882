"""Sharing from a notebook, by two people at one service."""

from __future__ import annotations

import pytest
from service_process import running_service

from promptyflow_lab import PromptyFlow
from promptyflow_lab.client.errors import Forbidden, NotFound


@pytest.fixture
def people(tmp_path):
    with running_service(tmp_path / "data", tmp_path / "log") as service:
        ann, bob = (PromptyFlow(service.url, service.token(name)) for name in ("ann", "bob"))
        with ann, bob:
            yield ann, bob


def test_a_project_is_shared_looked_at_and_taken_back(people):
    ann, bob = people
    paper = ann.create_project("Paper")
    assert repr(paper) == "<Project 'Paper'>"
    share = paper.share("bob")
    assert repr(share) == "<Share with 'bob': view>"
    (seen,) = bob.shared_with_me()
    assert (repr(seen), seen.role, seen.owner) == ("<Project 'Paper' of ann: view>", "view", "ann")
    assert [project.name for project in bob.projects()] == ["Paper"]
    with pytest.raises(Forbidden, match="reading only"):
        seen.add_block("Docs")
    share.role = "edit"
    seen.add_block("Docs")
    assert [block.title for block in paper.blocks] == ["Docs"]
    assert [one.role for one in paper.shares] == ["edit"]
    paper.share(group="students")
    assert "students" in paper.shares.html()
    share.end()
    with pytest.raises(NotFound):
        seen.refresh()
    assert bob.shared_with_me() == []
