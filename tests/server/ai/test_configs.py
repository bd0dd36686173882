"""Model configurations: named, changed by what is given, one default, one's own."""

from __future__ import annotations

import asyncio

import pytest

CONFIG = {"name": "Brief", "provider": "openai-compatible", "model": "m"}


async def made(person, **more):
    answer = await person("POST", "/ai/configs", {**CONFIG, **more})
    assert answer.status == 201, answer.body
    return answer.body


async def test_a_configuration_is_kept_as_it_was_given(ann):
    parameters = {
        "temperature": 0.0,
        "maxTokens": 9,
        "schema": {"type": "object"},
        "maxCost": 0.5,
    }
    config = await made(ann, parameters=parameters)
    listed = (await ann.get("/ai/configs"))["items"]
    assert listed == [config]
    kept = {name: value for name, value in config["parameters"].items() if value is not None}
    assert kept == parameters


async def test_a_change_leaves_alone_what_it_does_not_name(ann):
    config = await made(ann, parameters={"topP": 0.5})
    answer = await ann("PATCH", f"/ai/configs/{config['id']}", {"name": " Long "})
    assert (answer.body["name"], answer.body["model"]) == ("Long", "m")
    assert answer.body["parameters"]["topP"] == 0.5


async def test_there_is_one_default(ann):
    first = await made(ann, isDefault=True)
    second = await made(ann, isDefault=True)
    defaults = [c["id"] for c in (await ann.get("/ai/configs"))["items"] if c["isDefault"]]
    assert defaults == [second["id"]]
    path = f"/ai/configs/{first['id']}"
    await asyncio.gather(*(ann("PATCH", path, {"isDefault": True}) for _ in range(5)))
    defaults = [c["id"] for c in (await ann.get("/ai/configs"))["items"] if c["isDefault"]]
    assert defaults == [first["id"]]


async def test_a_foreign_configuration_is_not_found(ann, bob):
    path = f"/ai/configs/{(await made(ann))['id']}"
    assert (await bob("PATCH", path, {"name": "mine"})).status == 404
    assert (await bob("DELETE", path)).status == 404
    assert (await bob.get("/ai/configs"))["items"] == []
    assert (await ann("DELETE", path)).status == 204
    assert (await ann("DELETE", path)).status == 404


async def test_a_prompt_remembers_its_configuration_and_so_does_its_copy(ann):
    config = await made(ann)
    project = (await ann("POST", "/api/projects", {"name": "P"})).body["id"]
    path = f"/api/projects/{project}"
    operations = [
        {"op": "addPrompt", "title": "A", "modelConfigId": config["id"]},
        {"op": "addPrompt", "title": "B"},
        {"op": "duplicate", "promptBlockId": 1},
        {"op": "update", "promptBlockId": 2, "modelConfigId": config["id"]},
    ]
    answer = await ann("PATCH", f"{path}/prompt-blocks", {"operations": operations})
    assert answer.status == 200, answer.body
    prompts = (await ann.get(path))["data"]["promptBlocks"]
    assert [prompt["modelConfigId"] for prompt in prompts] == [config["id"]] * 3
    operations = [{"op": "update", "promptBlockId": 1, "modelConfigId": None}]
    await ann("PATCH", f"{path}/prompt-blocks", {"operations": operations})
    assert (await ann.get(path))["data"]["promptBlocks"][0].get("modelConfigId") is None


async def test_a_configuration_names_nothing_that_is_not_allowed(servers, person, tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text('[models]\nopenai-compatible = ["m*"]\n')
    ann = person(await servers.start(policy_file=path), "ann")
    config = await made(ann)
    assert (await ann("POST", "/ai/configs", {**CONFIG, "model": "n"})).status == 403
    changed = {"provider": "openai-compatible", "model": "n"}
    assert (await ann("PATCH", f"/ai/configs/{config['id']}", changed)).status == 403


@pytest.mark.parametrize(
    "wrong",
    [{"name": "  "}, {"provider": "nobody"}, {"parameters": {"temperature": 9}}, {"key": 1}],
)
async def test_what_is_no_configuration_is_refused(ann, wrong):
    answer = await ann("POST", "/ai/configs", {**CONFIG, **wrong})
    assert (answer.status, answer.body["error"]) == (400, "VALIDATION_ERROR")
    assert (await ann.get("/ai/configs"))["items"] == []
