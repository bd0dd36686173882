"""A prompt never names a template that is not there."""

from __future__ import annotations

import uuid

import pytest


@pytest.fixture
async def template(ann):
    return (await ann.send("POST", "/api/templates", {"name": "T", "content": "x"})).body["id"]


async def tied(project):
    return [prompt["templateId"] for prompt in (await project.data())["promptBlocks"]]


def add(template):
    return {"op": "addPrompt", "template": "x", "templateId": template}


async def test_prompts_forget_a_template_that_is_deleted(ann, template):
    project, other = await ann.make(), await ann.make()
    kept = await ann.post("/api/templates", {"name": "Kept"})
    await project.prompts(add(template), add(kept["id"]))
    await other.prompts(add(template))
    assert await tied(project) == [template, kept["id"]]
    await ann.send("DELETE", f"/api/templates/{template}")
    assert await tied(project) == [None, kept["id"]]
    assert await tied(other) == [None]
    assert (await project.data())["promptBlocks"][0]["template"] == "x"


async def test_a_deletion_that_is_repeated_gets_the_first_answer(ann, template):
    for _ in range(2):
        path = f"/api/templates/{template}"
        assert (await ann.send("DELETE", path, idempotency_key="once")).status == 204


async def test_what_is_undone_does_not_bring_the_name_of_a_gone_template_back(ann, template):
    project = await ann.make()
    await project.prompts(add(template))
    await project.prompts({"op": "delete", "promptBlockId": 1})
    await ann.send("DELETE", f"/api/templates/{template}")
    await ann.post(f"{project.path}/history/3/undo")
    assert await tied(project) == [None]


async def test_somebody_elses_template_and_one_that_never_was_are_not_named(person, template):
    bob = person("bob")
    project = await bob.make()
    await project.prompts(add(template), add(str(uuid.uuid4())))
    assert await tied(project) == [None, None]
    await project.prompts({"op": "update", "promptBlockId": 1, "templateId": template})
    assert await tied(project) == [None] * 2
