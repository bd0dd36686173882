"""Counting before sending: exact where it can be, told with ≈ elsewhere, against the window."""

from __future__ import annotations

import pytest
from fault_server import DONE, chunk, sse, usage

from promptyflow_server.tokens.vocabulary import load

CLAUDE = "claude-opus-5-5"


@pytest.fixture(scope="module")
def o200k():
    return load("o200k_base")


async def count(person, **body):
    answer = await person("POST", "/ai/count-tokens", body)
    assert answer.status == 200, answer.body
    return answer.body


async def project_with(person, contents, template="{{context}}"):
    project = (await person("POST", "/api/projects", {"name": "P"})).body["id"]
    path = f"/api/projects/{project}"
    operations = [{"op": "addBlock", "title": "Docs"}]
    operations += [
        {"op": "addItem", "blockId": 1, "title": f"T{number}", "content": content}
        for number, content in enumerate(contents)
    ]
    made = await person("PATCH", f"{path}/context-blocks", {"operations": operations})
    assert made.status == 200, made.body
    selected = [{"blockId": 1, "itemId": number + 1} for number in range(len(contents))]
    operations = [
        {"op": "addPrompt", "title": "Ask", "template": template},
        {"op": "select", "promptBlockId": 1, "selectedContext": selected},
    ]
    made = await person("PATCH", f"{path}/prompt-blocks", {"operations": operations})
    assert made.status == 200, made.body
    return project, path


async def test_openais_tokens_are_exact(ann, o200k):
    text = "Привет, мир! " * 50
    told = await count(ann, text=text, model="gpt-5.4")
    assert (told["tokens"], told["exact"]) == (len(o200k.encode_ordinary(text)), True)
    assert (told["provider"], told["countedBy"]) == ("openai", "server")
    assert told["window"] == 1_050_000
    assert told["share"] == pytest.approx(told["tokens"] / told["window"], abs=1e-6)


async def test_others_are_estimated(ann, o200k):
    text = "Hello, world! " * 50
    told = await count(ann, text=text, model=CLAUDE)
    assert told["exact"] is False
    assert told["tokens"] > len(o200k.encode_ordinary(text))


async def test_what_is_not_known_is_not_told(ann):
    told = await count(ann, text="Hello", model="my-own", provider="openai-compatible")
    assert told["tokens"] == 1
    assert (told["window"], told["share"], told["cost"]) == (None, None, None)


async def test_the_price_is_told_before_sending(ann):
    text = "word " * 999 + "word"
    told = await count(ann, text=text, model="gpt-5", maxTokens=1000)
    assert told["tokens"] == 1000
    assert told["cost"] == {
        "input": 0.00125,
        "output": 0.01,
        "total": 0.01125,
        "source": "catalogue",
    }
    assert (await count(ann, text=text, model="gpt-5"))["cost"]["output"] is None


async def test_a_prompt_of_a_project_is_counted_as_it_is_compiled(ann, o200k):
    project, path = await project_with(ann, ["Один.\n", "Two"], "{{who}}: {{context}}")
    wanted = {"promptBlockId": 1, "variables": {"who": "Ann"}}
    told = await count(ann, projectId=project, model="gpt-5", **wanted)
    compiled = (await ann("POST", f"{path}/prompt-blocks/compile", wanted)).body
    assert "tokens" not in compiled
    assert told["tokens"] == len(o200k.encode_ordinary(compiled["compiled"]))


async def test_compiling_for_a_model_tells_the_tokens_of_each_piece(ann, o200k):
    contents = ["Первый текст.\n" * 30, "Second text. " * 40, "third"]
    _, path = await project_with(ann, contents)
    body = {"promptBlockId": 1, "model": "gpt-5"}
    compiled = (await ann("POST", f"{path}/prompt-blocks/compile", body)).body
    total = compiled["tokens"]["tokens"]
    assert total == len(o200k.encode_ordinary(compiled["compiled"]))
    parts = [piece["tokens"] for piece in compiled["pieces"]]
    alone = [len(o200k.encode_ordinary(content)) for content in contents]
    assert parts == pytest.approx(alone, abs=2)
    assert sum(parts) < total
    assert compiled["pieces"][0]["share"] == pytest.approx(parts[0] / 272_000, abs=1e-6)


async def test_a_whole_projects_tokens_are_told_by_family(ann, o200k):
    contents = ["Первый текст. " * 30, "Second text. " * 40]
    _, path = await project_with(ann, contents)
    stats = await ann.get(f"{path}/context-blocks/stats")
    assert "tokens" not in stats
    stats = await ann.get(f"{path}/context-blocks/stats?tokens=1")
    families = {row["family"]: row for row in stats["tokens"]}
    assert list(families) == ["openai", "anthropic", "gemini", "xai"]
    exact = sum(len(o200k.encode_ordinary(content)) for content in contents)
    assert families["openai"] == {"family": "openai", "tokens": exact, "exact": True}
    assert families["anthropic"]["exact"] is False
    assert [block["tokens"] for block in stats["blocks"]] == [exact]
    assert stats["blocks"][0]["nodes"] == [
        {"itemId": number, "tokens": len(o200k.encode_ordinary(content))}
        for number, content in enumerate(contents, 1)
    ]


async def test_text_of_an_item_with_sub_items_does_not_count(ann):
    _, path = await project_with(ann, ["hidden " * 100])
    operations = [{"op": "addSubItem", "blockId": 1, "itemId": 1, "title": "S", "content": "Hi"}]
    await ann("PATCH", f"{path}/context-blocks", {"operations": operations})
    stats = await ann.get(f"{path}/context-blocks/stats?tokens=1")
    assert (stats["totalChars"], stats["tokens"][0]["tokens"]) == (2, 1)
    assert stats["blocks"][0]["nodes"] == [{"itemId": 1, "subItemId": 1, "tokens": 1}]


async def test_only_the_texts_that_are_named_are_counted(ann, o200k):
    contents = ["Первый текст. " * 30, "Second text. " * 40, "Third."]
    _, path = await project_with(ann, contents)
    told = await ann.get(f"{path}/context-blocks/tokens?nodes=1.3,1.1,1.9,7.1.2")
    counts = {node["itemId"]: node["tokens"] for node in told["nodes"]}
    assert counts == {at: len(o200k.encode_ordinary(contents[at - 1])) for at in (1, 3)}
    assert {node["blockId"] for node in told["nodes"]} == {1}


@pytest.mark.parametrize(
    "nodes", ["", "1", "1.2.3.4", "1.2,", "a.b", "1.-2", ",".join(["1.1"] * 2001)]
)
async def test_nodes_whose_tokens_are_wanted_are_named_by_their_ids(ann, nodes):
    _, path = await project_with(ann, ["text"])
    answer = await ann("GET", f"{path}/context-blocks/tokens?nodes={nodes}")
    assert (answer.status, answer.body["error"]) == (400, "VALIDATION_ERROR")
    assert "nodes" in answer.body["details"]["errors"]


@pytest.mark.parametrize(
    "body",
    [
        {"model": "gpt-5"},
        {"text": "x"},
        {"text": "x", "model": "gpt-5", "provider": "nobody"},
        {"text": "x", "model": "gpt-5", "projectId": "01a209eb-fccf-77d7-ae40-5dc2af3170b2",
         "promptBlockId": 1},
        {"model": "gpt-5", "promptBlockId": 1},
    ],
)  # fmt: skip
async def test_what_cannot_be_counted_is_refused(ann, body):
    answer = await ann("POST", "/ai/count-tokens", body)
    assert (answer.status, answer.body["error"]) == (400, "VALIDATION_ERROR")


async def test_a_foreign_prompt_is_not_found(ann, bob):
    project, _ = await project_with(bob, ["secret"])
    body = {"projectId": project, "promptBlockId": 1, "model": "gpt-5"}
    assert (await ann("POST", "/ai/count-tokens", body)).status == 404


async def test_a_provider_that_counts_is_asked_where_that_is_wished_for(ann, faults):
    faults.reply(json={"data": [], "has_more": False})
    keys = "/api/user/api-keys/anthropic"
    await ann("POST", keys, {"apiKey": "k" * 30, "baseUrl": faults.url})
    faults.forget()
    faults.reply(json={"input_tokens": 4711})
    told = await count(ann, text="Hello", model=CLAUDE, system="Brief.", exact=True)
    assert (told["tokens"], told["exact"], told["countedBy"]) == (4711, True, "provider")
    assert faults.requests[0].json["system"]
    told = await count(ann, text="Hello", model="gpt-5", exact=True)  # nobody need be asked
    assert (told["exact"], told["countedBy"], len(faults.requests)) == (True, "server", 1)


async def test_what_a_provider_charges_is_learnt_for_its_family_and_script(ready, bob, faults):
    text = "Слово за слово. " * 2000

    async def told(person, content=text, model="m7-large"):
        body = {"text": content, "model": model, "provider": "openai-compatible"}
        return (await count(person, **body))["tokens"]

    before = await told(ready)
    faults.reply(sse(chunk("Hi", finish="stop"), usage(before * 2, 1), DONE))
    await (await ready.send(text, model="m7-large")).all()
    assert await told(ready) == pytest.approx(before * 2, rel=0.01)
    assert await told(ready, model="m7-small") == pytest.approx(before * 2, rel=0.01)
    assert await told(ready, model="n1") == pytest.approx(before * 2, rel=0.01)  # a sibling
    english = "Word by word. " * 2000
    assert await told(ready, english) == await told(bob, english)
    assert await told(bob) == before  # what one person's runs taught is theirs


async def test_what_cannot_be_the_price_of_the_text_alone_teaches_nothing(ready, faults):
    text = "Слово за слово. " * 2000
    body = {"text": text, "model": "m7", "provider": "openai-compatible"}
    before = (await count(ready, **body))["tokens"]
    faults.reply(sse(chunk("Hi", finish="stop"), usage(before * 50, 1), DONE))
    await (await ready.send(text, model="m7")).all()
    assert (await count(ready, **body))["tokens"] == before
